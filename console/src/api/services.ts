/**
 * What the console can ask, by service and operation, with the input and output types of the AWS SDK.
 *
 * A page that needs an operation gives it a row here; the model decides what really goes over the wire. The SDK does not
 * know `HttpProtocolIpv4`, which AWS's page has, so the shapes with metadata options are its shapes and that.
 */

import type * as EC2 from '@aws-sdk/client-ec2';
import type * as IAM from '@aws-sdk/client-iam';
import type * as ORG from '@aws-sdk/client-organizations';
import type * as STS from '@aws-sdk/client-sts';
import type { MetadataOptionsRequest, Switch } from '../../../src/model.ts';

export type { Image, InstanceTypeInfo, KeyPairInfo, Subnet } from '@aws-sdk/client-ec2';
export type { InstanceProfile, Policy } from '@aws-sdk/client-iam';

/** An instance as DescribeInstances has it. */
export type Instance = Omit<EC2.Instance, 'MetadataOptions'> & {
  MetadataOptions?: EC2.InstanceMetadataOptionsResponse & { HttpProtocolIpv4?: Switch };
};

export type Reservation = Omit<EC2.Reservation, 'Instances'> & { Instances?: Instance[] };

export type RunInstancesRequest = Omit<EC2.RunInstancesRequest, 'MetadataOptions'> & {
  MetadataOptions?: MetadataOptionsRequest | undefined;
};

export type ModifyInstanceMetadataOptionsRequest = MetadataOptionsRequest & { InstanceId: string };

type Ec2 = {
  DescribeImages: [EC2.DescribeImagesRequest, EC2.DescribeImagesResult];
  DescribeInstances: [EC2.DescribeInstancesRequest, { Reservations?: Reservation[]; NextToken?: string }];
  DescribeInstanceTypes: [EC2.DescribeInstanceTypesRequest, EC2.DescribeInstanceTypesResult];
  DescribeKeyPairs: [EC2.DescribeKeyPairsRequest, EC2.DescribeKeyPairsResult];
  DescribeRegions: [EC2.DescribeRegionsRequest, EC2.DescribeRegionsResult];
  DescribeSubnets: [EC2.DescribeSubnetsRequest, EC2.DescribeSubnetsResult];
  DescribeTags: [EC2.DescribeTagsRequest, EC2.DescribeTagsResult];
  GetInstanceMetadataDefaults: [EC2.GetInstanceMetadataDefaultsRequest, EC2.GetInstanceMetadataDefaultsResult];
  ModifyInstanceMetadataDefaults: [EC2.ModifyInstanceMetadataDefaultsRequest, EC2.ModifyInstanceMetadataDefaultsResult];
  ModifyInstanceMetadataOptions: [ModifyInstanceMetadataOptionsRequest, EC2.ModifyInstanceMetadataOptionsResult];
  RebootInstances: [EC2.RebootInstancesRequest, object];
  RunInstances: [RunInstancesRequest, Reservation];
  StartInstances: [EC2.StartInstancesRequest, EC2.StartInstancesResult];
  StopInstances: [EC2.StopInstancesRequest, EC2.StopInstancesResult];
  TerminateInstances: [EC2.TerminateInstancesRequest, EC2.TerminateInstancesResult];
};

type Iam = {
  CreatePolicy: [IAM.CreatePolicyRequest, IAM.CreatePolicyResponse];
  GetPolicyVersion: [IAM.GetPolicyVersionRequest, IAM.GetPolicyVersionResponse];
  ListInstanceProfiles: [IAM.ListInstanceProfilesRequest, IAM.ListInstanceProfilesResponse];
  ListPolicies: [IAM.ListPoliciesRequest, IAM.ListPoliciesResponse];
};

type Sts = {
  DecodeAuthorizationMessage: [STS.DecodeAuthorizationMessageRequest, STS.DecodeAuthorizationMessageResponse];
  GetCallerIdentity: [STS.GetCallerIdentityRequest, STS.GetCallerIdentityResponse];
};

export type Organizations = {
  AttachPolicy: [ORG.AttachPolicyRequest, unknown];
  CreatePolicy: [ORG.CreatePolicyRequest, ORG.CreatePolicyResponse];
  ListAccounts: [ORG.ListAccountsRequest, ORG.ListAccountsResponse];
  ListOrganizationalUnitsForParent: [
    ORG.ListOrganizationalUnitsForParentRequest,
    ORG.ListOrganizationalUnitsForParentResponse,
  ];
  ListRoots: [ORG.ListRootsRequest, ORG.ListRootsResponse];
};

/** Services that speak the Query protocol. */
export type QueryServices = { ec2: Ec2; iam: Iam; sts: Sts };
