/**
 * RunInstances as conditions see it: it is asked about each resource by itself, with that resource's own keys.
 *
 * What is to be made has no id yet, so that its ARN ends in `*`, and its keys are what the request says: a metadata option
 * is there only if the request or its launch template gives it, also where the account or the AMI will decide it. AWS's
 * own messages about denied launches show exactly these keys (aws-behaviour 4.1, 4.3).
 */

import type { Image, KeyPair, MetadataOptionsRequest, Scope, SecurityGroup, Subnet, Tag } from '../model.ts';
import { type Keys, type OrganizationPlace, requestTagKeys } from './context.ts';
import {
  createTagsKeys,
  ec2Arn,
  ec2Resource,
  imageKeys,
  keyPairKeys,
  metadataOptionKeys,
  type ResourceContext,
  ROOT_DEVICE_TYPE,
  resourceTagKeys,
  securityGroupKeys,
  subnetKeys,
  zoneKeys,
} from './ec2-context.ts';

/** Types of resources that a launch makes, and that its request can tag. */
export type MadeType = 'instance' | 'volume' | 'network-interface' | 'spot-instances-request';

export type LaunchInterface = { subnet: Subnet; associatePublicIpAddress?: boolean };
export type LaunchVolume = { encrypted?: boolean; type?: string; size?: number; iops?: number; throughput?: number };

export type LaunchRequest = {
  scope: Scope;
  organization?: OrganizationPlace;
  InstanceType: string;
  /** Those that the request or its launch template gives, and no others. */
  MetadataOptions: MetadataOptionsRequest;
  EbsOptimized?: boolean;
  Tenancy?: string;
  /** `on-demand` where absent. */
  marketType?: string;
  instanceProfileArn?: string;
  placementGroupName?: string;
  image: Image;
  /** Network interfaces to be made, the primary one first. */
  interfaces: readonly [LaunchInterface, ...LaunchInterface[]];
  /** Of all interfaces, each once. */
  securityGroups: readonly SecurityGroup[];
  keyPair?: KeyPair;
  /** Volumes to be made; the root device alone, as the image has it, where absent. */
  volumes?: readonly LaunchVolume[];
  /** The tags of the request, by what they are for. */
  requestTags: Readonly<Partial<Record<MadeType, readonly Tag[]>>>;
  /** The tags of what exists, by its id. */
  resourceTags: ReadonlyMap<string, readonly Tag[]>;
  /** `decides` names the types of resources that the request takes from the template as they are. */
  template?: { id: string; decides: ReadonlySet<string> };
};

const ACTION = 'ec2:RunInstances';
/** Of something that has no id yet. */
const TO_BE_MADE = '*';

/** rule: launch-per-resource. Every resource that a launch must be allowed on. Several interfaces or volumes share an ARN, each with its own keys. */
export function launchResources(launch: LaunchRequest): ResourceContext[] {
  const { scope, image, interfaces, volumes = [{}], keyPair, placementGroupName, template } = launch;
  const resource = (type: string, id: string, facts: Keys, owner: Scope = scope) =>
    ec2Resource(requestOf(launch), ec2Arn(owner, type, id), facts, templateKeys(launch, type));
  const tagsOf = (id: string) => launch.resourceTags.get(id) ?? [];
  const subnets = new Map(interfaces.map(({ subnet }) => [subnet.SubnetId, subnet]));
  return [
    resource('instance', TO_BE_MADE, newInstanceKeys(launch)),
    // An image's ARN has no account: anybody's may be launched.
    resource('image', image.ImageId, imageKeys(image, tagsOf(image.ImageId)), { ...scope, account: '' }),
    ...[...subnets].map(([id, subnet]) => resource('subnet', id, subnetKeys(subnet, tagsOf(id)))),
    ...interfaces.map((each) => resource('network-interface', TO_BE_MADE, newInterfaceKeys(launch, each))),
    ...volumes.map((volume) => resource('volume', TO_BE_MADE, newVolumeKeys(launch, volume))),
    ...launch.securityGroups.map((group) =>
      resource('security-group', group.GroupId, securityGroupKeys(group, tagsOf(group.GroupId))),
    ),
    ...(keyPair ? [resource('key-pair', keyPair.KeyName, keyPairKeys(keyPair, tagsOf(keyPair.KeyPairId)))] : []),
    ...(placementGroupName === undefined
      ? []
      : [resource('placement-group', placementGroupName, { 'ec2:PlacementGroupName': placementGroupName })]),
    ...(template ? [resource('launch-template', template.id, resourceTagKeys(tagsOf(template.id)))] : []),
  ];
}

/** Tags at a launch need `ec2:CreateTags` too, on each type of resource that gets some (aws-behaviour 4.3). */
export function launchTagResources(launch: LaunchRequest): ResourceContext[] {
  const request = { ...requestOf(launch), action: 'ec2:CreateTags' };
  return Object.entries(launch.requestTags).flatMap(([type, tags]) =>
    tags === undefined || tags.length === 0
      ? []
      : [ec2Resource(request, ec2Arn(launch.scope, type, TO_BE_MADE), createTagsKeys(tags, 'RunInstances'))],
  );
}

function requestOf({ scope, organization }: LaunchRequest) {
  return { action: ACTION, scope, ...(organization && { organization }) };
}

function newInstanceKeys(launch: LaunchRequest): Keys {
  const { scope, placementGroupName } = launch;
  return {
    'ec2:InstanceID': TO_BE_MADE,
    'ec2:InstanceType': launch.InstanceType,
    'ec2:InstanceMarketType': launch.marketType ?? 'on-demand',
    'ec2:InstanceProfile': launch.instanceProfileArn,
    'ec2:InstanceBandwidthWeighting': 'default',
    'ec2:EbsOptimized': launch.EbsOptimized ?? false,
    'ec2:RootDeviceType': ROOT_DEVICE_TYPE,
    'ec2:Tenancy': launch.Tenancy ?? 'default',
    'ec2:PlacementGroup': placementGroupName && ec2Arn(scope, 'placement-group', placementGroupName),
    ...zoneKeys(launch.interfaces[0].subnet),
    ...metadataOptionKeys(launch.MetadataOptions),
    ...requestTagKeys(launch.requestTags.instance ?? []),
  };
}

function newInterfaceKeys({ requestTags }: LaunchRequest, { subnet, associatePublicIpAddress }: LaunchInterface): Keys {
  return {
    'ec2:NetworkInterfaceID': TO_BE_MADE,
    'ec2:Subnet': ec2Arn(subnet, 'subnet', subnet.SubnetId),
    'ec2:Vpc': ec2Arn(subnet, 'vpc', subnet.VpcId),
    'ec2:AssociatePublicIpAddress': associatePublicIpAddress,
    ...zoneKeys(subnet),
    ...requestTagKeys(requestTags['network-interface'] ?? []),
  };
}

function newVolumeKeys({ interfaces, requestTags }: LaunchRequest, volume: LaunchVolume): Keys {
  return {
    'ec2:VolumeID': TO_BE_MADE,
    'ec2:Encrypted': volume.encrypted ?? false,
    'ec2:VolumeType': volume.type,
    'ec2:VolumeSize': volume.size,
    'ec2:VolumeIops': volume.iops,
    'ec2:VolumeThroughput': volume.throughput,
    ...zoneKeys(interfaces[0].subnet),
    ...requestTagKeys(requestTags.volume ?? []),
  };
}

/** Without a template the second key is there all the same. */
function templateKeys({ scope, template }: LaunchRequest, type: string): Keys {
  return {
    'ec2:LaunchTemplate': template && ec2Arn(scope, 'launch-template', template.id),
    'ec2:IsLaunchTemplateResource': template?.decides.has(type) ?? false,
  };
}
