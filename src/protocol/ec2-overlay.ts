/**
 * What is written by hand about EC2's model: which operations we serve, and what the AWS SDK's schemas do not say.
 *
 * Adding an operation: add its name to `operations`, run `npx node src/protocol/generate.ts`, commit ec2.model.json. Nothing here may be
 * something that the schemas already say; a test holds every name against them.
 */

import type { Overlay } from './build-model.ts';

/** The EC2 operations that OpenIMDS serves. */
export const operations = [
  'AssociateIamInstanceProfile',
  'CreateSecurityGroup',
  'CreateSubnet',
  'CreateTags',
  'DeleteSecurityGroup',
  'DeleteTags',
  'DeregisterImage',
  'DescribeAvailabilityZones',
  'DescribeIamInstanceProfileAssociations',
  'DescribeImageAttribute',
  'DescribeImages',
  'DescribeInstanceAttribute',
  'DescribeInstances',
  'DescribeInstanceStatus',
  'DescribeInstanceTypes',
  'DescribeKeyPairs',
  'DescribeRegions',
  'DescribeSecurityGroups',
  'DescribeSubnets',
  'DescribeTags',
  'DescribeVpcs',
  'DisassociateIamInstanceProfile',
  'GetInstanceMetadataDefaults',
  'ImportKeyPair',
  'ModifyImageAttribute',
  'ModifyInstanceAttribute',
  'ModifyInstanceMetadataDefaults',
  'ModifyInstanceMetadataOptions',
  'ModifySubnetAttribute',
  'RebootInstances',
  'RegisterImage',
  'ReplaceIamInstanceProfileAssociation',
  'RunInstances',
  'StartInstances',
  'StopInstances',
  'TerminateInstances',
] as const;

export const ec2Overlay: Overlay = {
  protocol: 'ec2',
  xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',

  /** AWS's page has the option, AWS's model does not (aws-behaviour 3.2). Each goes after HttpEndpoint. */
  members: [
    {
      shape: 'InstanceMetadataOptionsRequest',
      after: 'HttpEndpoint',
      member: ['HttpProtocolIpv4', 'string', 'HttpProtocolIpv4', 'HttpProtocolIpv4'],
    },
    {
      shape: 'ModifyInstanceMetadataOptionsRequest',
      after: 'HttpEndpoint',
      member: ['HttpProtocolIpv4', 'string', 'HttpProtocolIpv4', 'HttpProtocolIpv4'],
    },
    {
      shape: 'InstanceMetadataOptionsResponse',
      after: 'HttpEndpoint',
      member: ['HttpProtocolIpv4', 'string', 'HttpProtocolIpv4', 'httpProtocolIpv4'],
    },
  ],

  /** The schemas say only "number"; a number is an integer unless it is one of these. */
  doubles: [
    'EbsOptimizedInfo.BaselineThroughputInMBps',
    'EbsOptimizedInfo.MaximumThroughputInMBps',
    'GpuDeviceInfo.GpuPartitionSize',
    'GpuDeviceInfo.LogicalGpuCount',
    'NetworkCardInfo.BaselineBandwidthInGbps',
    'NetworkCardInfo.PeakBandwidthInGbps',
    'ProcessorInfo.SustainedClockSpeedInGhz',
  ],
};
