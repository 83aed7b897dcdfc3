/**
 * A request for instances as `ec2-launch-context.ts` takes it: what the request itself says, beside what was found for it.
 *
 * A launch and its rehearsal read a request by this. Nothing is checked here: that is for the plan of a launch.
 */

import type { BlockDeviceMapping, RunInstancesRequest } from '@aws-sdk/client-ec2';
import type { MetadataOptionsRequest, Tag } from '../model.ts';
import type { LaunchRequest, LaunchVolume, MadeType } from './ec2-launch-context.ts';
import { readableTags } from './ec2-request-keys.ts';

export type AskedLaunch = Omit<RunInstancesRequest, 'MetadataOptions'> & { MetadataOptions?: MetadataOptionsRequest };

/** What a request names, found; and where it is placed. */
export type FoundForLaunch = Pick<
  LaunchRequest,
  | 'scope'
  | 'InstanceType'
  | 'image'
  | 'interfaces'
  | 'securityGroups'
  | 'keyPair'
  | 'resourceTags'
  | 'instanceProfileArn'
> & { placement?: { Tenancy?: string; GroupName?: string } };

export function launchAsAsked(request: AskedLaunch, { placement, ...found }: FoundForLaunch): LaunchRequest {
  return {
    ...found,
    MetadataOptions: request.MetadataOptions ?? {},
    EbsOptimized: request.EbsOptimized ?? false,
    ...(placement?.Tenancy && { Tenancy: placement.Tenancy }),
    ...(placement?.GroupName && { placementGroupName: placement.GroupName }),
    ...(request.InstanceMarketOptions?.MarketType === 'spot' && { marketType: 'spot' }),
    volumes: volumesOf(request.BlockDeviceMappings ?? [], found.image.RootDeviceName),
    requestTags: tagsByType(request),
  };
}

/** A type that is specified twice has the tags of both. */
export function tagsByType({ TagSpecifications = [] }: AskedLaunch): Partial<Record<MadeType, Tag[]>> {
  const given: Partial<Record<MadeType, Tag[]>> = {};
  for (const { ResourceType, Tags = [] } of TagSpecifications) {
    const type = ResourceType as MadeType;
    given[type] = [...(given[type] ?? []), ...readableTags(Tags)];
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
