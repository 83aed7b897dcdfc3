/**
 * What a launch has to be allowed on: every resource by itself, as conditions see it (`iam/ec2-launch-context.ts`).
 *
 * Options and tags are those that the request gives, also where the account or the AMI decides others (aws-behaviour 4.1).
 */

import type { BlockDeviceMapping } from '@aws-sdk/client-ec2';
import { requestTagKeys } from '../../iam/context.ts';
import { ec2Resource, metadataOptionKeys, type ResourceContext } from '../../iam/ec2-context.ts';
import { type LaunchVolume, launchResources, type MadeType } from '../../iam/ec2-launch-context.ts';
import type { Tag } from '../../model.ts';
import { type Call, ec2Arn } from '../call.ts';
import { readTags } from '../tags.ts';
import type { LaunchPlan } from './plan.ts';
import type { LaunchRequest } from './request.ts';

/** The resources that RunInstances must be allowed on (aws-behaviour 4.3). */
export async function resourcesOf(
  plan: LaunchPlan,
  request: LaunchRequest,
  { tx, scope }: Call,
): Promise<ResourceContext[]> {
  const { image, type, interfaces, keyPair, placement } = plan;
  const groups = new Map(interfaces.flatMap((each) => each.groups.map((group) => [group.GroupId, group])));
  const subnets = interfaces.map(({ subnet }) => subnet.SubnetId);
  const existing = [image.ImageId, ...subnets, ...groups.keys(), ...(keyPair ? [keyPair.KeyPairId] : [])];
  const asPlanned = ({ subnet, associatePublicIp }: LaunchPlan['interfaces'][0]) => ({
    subnet,
    associatePublicIpAddress: associatePublicIp,
  });
  const [primary, ...others] = interfaces;
  return launchResources({
    scope,
    InstanceType: type.InstanceType,
    MetadataOptions: request.MetadataOptions ?? {},
    EbsOptimized: request.EbsOptimized ?? false,
    ...(placement?.Tenancy && { Tenancy: placement.Tenancy }),
    ...(placement?.GroupName && { placementGroupName: placement.GroupName }),
    ...(plan.spot && { marketType: 'spot' }),
    ...(plan.profile && { instanceProfileArn: plan.profile.arn }),
    image,
    interfaces: [asPlanned(primary), ...others.map(asPlanned)],
    securityGroups: [...groups.values()],
    ...(keyPair && { keyPair }),
    volumes: volumesOf(request.BlockDeviceMappings ?? [], image.RootDeviceName),
    requestTags: requestTags(request),
    resourceTags: await tx.tags.of(scope, existing),
  });
}

/** The launch that a client token has brought about before: it was allowed then, and makes nothing now. */
export function resourcesMadeBefore(request: LaunchRequest, { scope }: Call): ResourceContext[] {
  const options = metadataOptionKeys(request.MetadataOptions ?? {});
  const facts = { 'ec2:InstanceType': request.InstanceType, ...requestTagKeys(requestTags(request).instance ?? []) };
  return [ec2Resource({ action: 'ec2:RunInstances', scope }, ec2Arn(scope, 'instance', '*'), options, facts)];
}

function requestTags({ TagSpecifications = [] }: LaunchRequest): Partial<Record<MadeType, Tag[]>> {
  const given: Partial<Record<MadeType, Tag[]>> = {};
  for (const { ResourceType, Tags } of TagSpecifications) {
    const type = ResourceType as MadeType;
    given[type] = [...(given[type] ?? []), ...readTags(Tags)];
  }
  return given;
}

/** The root device's first; it is there also where the request does not speak of it. */
function volumesOf(mappings: readonly BlockDeviceMapping[], root: string): LaunchVolume[] {
  const volumes = mappings.filter(({ Ebs, VirtualName, NoDevice }) => Ebs && !VirtualName && NoDevice === undefined);
  const ofRoot = volumes.find(({ DeviceName }) => DeviceName === root);
  return [ofRoot, ...volumes.filter((mapping) => mapping !== ofRoot)].map((mapping) => describeVolume(mapping?.Ebs));
}

function describeVolume({ Encrypted, VolumeType, VolumeSize, Iops, Throughput }: BlockDeviceMapping['Ebs'] = {}) {
  return {
    ...(Encrypted !== undefined && { encrypted: Encrypted }),
    ...(VolumeType !== undefined && { type: VolumeType }),
    ...(VolumeSize !== undefined && { size: VolumeSize }),
    ...(Iops !== undefined && { iops: Iops }),
    ...(Throughput !== undefined && { throughput: Throughput }),
  };
}
