/**
 * What an EC2 call can be asked about on each of its resources: the `ec2:` keys, and the tags.
 *
 * On what exists the keys describe how it is; on what is to be made they describe the request (ec2-launch-context.ts). What
 * a request asks to change is in `ec2:Attribute` and `ec2:Attribute/…` (aws-behaviour 4.1). The table of condition-keys.ts
 * has the last word: a key that AWS does not have on this resource of this action is left out.
 */

import { availabilityZoneId, partitionOf } from '../catalogue/regions.ts';
import type {
  Image,
  Instance,
  KeyPair,
  MetadataOptions,
  MetadataOptionsRequest,
  Scope,
  SecurityGroup,
  Subnet,
  Tag,
} from '../model.ts';
import { hasConditionKey } from './condition-keys.ts';
import {
  type Keys,
  type KeyValue,
  type OrganizationPlace,
  requestTagKeys,
  resourceOwnerKeys,
  tagKeys,
} from './context.ts';
import { splitArn } from './policy/arns.ts';

/** One resource of a call, with the keys that come to those of caller and request. */
export type ResourceContext = { arn: string; keys: Keys };

export type Ec2Request = {
  /** For example `ec2:RunInstances`. */
  action: string;
  scope: Scope;
  organization?: OrganizationPlace;
};

/** `arn:aws:ec2:us-east-1:123456789012:instance/i-0…`. @param account empty for images, which belong to nobody's ARN */
export function ec2Arn({ account, region }: Scope, type: string, id: string): string {
  return `arn:${partitionOf(region)}:ec2:${region}:${account}:${type}/${id}`;
}

/**
 * A resource of a call as conditions see it.
 *
 * @param arn `*` for an action without resources
 * @param facts what is known of it; keys that the action does not have on it are left out
 */
export function ec2Resource(
  { action, scope, organization }: Ec2Request,
  arn: string,
  ...facts: Keys[]
): ResourceContext {
  const [, , , , account = '', resource = ''] = splitArn(arn) ?? [];
  const type = resource === '' ? undefined : resource.split('/')[0];
  const known: Record<string, KeyValue> = { 'ec2:Region': scope.region };
  for (const each of facts) {
    for (const [key, value] of Object.entries(each)) {
      if (value !== undefined && hasConditionKey(action, type, key)) known[key] = value;
    }
  }
  return { arn, keys: { ...known, ...(account !== '' && resourceOwnerKeys(account, organization)) } };
}

/** What AWS takes from the ARN itself. It stands in encoded authorisation messages; nobody can ask for it in a policy. */
export function arnKeys(arn: string): Keys {
  const [, , service, region, account, resource] = splitArn(arn) ?? [];
  if (resource === undefined) return {};
  return {
    'aws:ARN': arn,
    'aws:Service': service,
    'aws:Region': region,
    'aws:Account': account === '' ? undefined : account,
    'aws:Type': resource.split('/')[0],
    'aws:Resource': resource,
  };
}

// ─── What exists ─────────────────────────────────────────────────────────────────────────────────────────────────────

export type InstanceFacts = { tags: readonly Tag[]; instanceProfileArn?: string };

/** rule: keys-of-existing-instances */
export function instanceKeys(instance: Instance, { tags, instanceProfileArn }: InstanceFacts): Keys {
  const { InstanceId, Placement } = instance;
  return {
    'ec2:InstanceID': InstanceId,
    'ec2:InstanceType': instance.InstanceType,
    'ec2:InstanceMarketType': instance.InstanceLifecycle ?? 'on-demand',
    'ec2:InstanceProfile': instanceProfileArn,
    'ec2:EbsOptimized': instance.EbsOptimized ?? false,
    'ec2:RootDeviceType': ROOT_DEVICE_TYPE,
    'ec2:Tenancy': tenancyOf(Placement),
    'ec2:PlacementGroup': Placement?.GroupName && ec2Arn(instance, 'placement-group', Placement.GroupName),
    ...zoneKeys(instance),
    ...metadataOptionKeys(instance.MetadataOptions),
    ...resourceTagKeys(tags),
  };
}

/** An option that is not given is absent. `HttpProtocolIpv4` and `HttpProtocolIpv6` have no keys. */
export function metadataOptionKeys(options: MetadataOptions | MetadataOptionsRequest): Keys {
  return {
    'ec2:MetadataHttpEndpoint': options.HttpEndpoint,
    'ec2:MetadataHttpTokens': options.HttpTokens,
    'ec2:MetadataHttpPutResponseHopLimit': options.HttpPutResponseHopLimit,
    'ec2:InstanceMetadataTags': options.InstanceMetadataTags,
  };
}

/** Every root device here is a volume. */
export const ROOT_DEVICE_TYPE = 'ebs';

export function imageKeys({ ImageId, owner, Public }: Image, tags: readonly Tag[]): Keys {
  return {
    'ec2:ImageID': ImageId,
    'ec2:ImageType': 'machine',
    'ec2:Owner': owner,
    'ec2:Public': Public,
    'ec2:RootDeviceType': ROOT_DEVICE_TYPE,
    ...resourceTagKeys(tags),
  };
}

export function subnetKeys(subnet: Subnet, tags: readonly Tag[]): Keys {
  return {
    'ec2:SubnetID': subnet.SubnetId,
    'ec2:Vpc': ec2Arn(subnet, 'vpc', subnet.VpcId),
    ...zoneKeys(subnet),
    ...resourceTagKeys(tags),
  };
}

export function vpcKeys({ VpcId, tags }: { VpcId: string; tags: readonly Tag[] }): Keys {
  return { 'ec2:VpcID': VpcId, 'ec2:Tenancy': 'default', ...resourceTagKeys(tags) };
}

export function securityGroupKeys(group: SecurityGroup, tags: readonly Tag[]): Keys {
  return {
    'ec2:SecurityGroupID': group.GroupId,
    'ec2:Vpc': ec2Arn(group, 'vpc', group.VpcId),
    ...resourceTagKeys(tags),
  };
}

export function keyPairKeys({ KeyName, KeyType }: KeyPair, tags: readonly Tag[]): Keys {
  return { 'ec2:KeyPairName': KeyName, 'ec2:KeyPairType': KeyType, ...resourceTagKeys(tags) };
}

/** EC2 has a name of its own for the tags of a resource, beside AWS's. */
export function resourceTagKeys(tags: readonly Tag[]): Keys {
  return { ...tagKeys('aws:ResourceTag', tags), ...tagKeys('ec2:ResourceTag', tags) };
}

export function zoneKeys({ AvailabilityZone }: { AvailabilityZone: string }): Keys {
  return {
    'ec2:AvailabilityZone': AvailabilityZone,
    'ec2:AvailabilityZoneId': availabilityZoneId(AvailabilityZone),
  };
}

function tenancyOf(placement: { HostId?: string } | undefined): string {
  return placement?.HostId === undefined ? 'default' : 'host';
}

// ─── What is asked for ───────────────────────────────────────────────────────────────────────────────────────────────

/** Parameters that say what a request is about, and not what it changes. */
const NO_ATTRIBUTES = new Set(['DryRun', 'Attribute', 'Value', 'Operation', 'OperationType', 'InstanceId', 'ImageId']);

/**
 * `ec2:Attribute` has the names of what a request sets, `ec2:Attribute/HttpTokens` the value.
 *
 * AWS knows attributes that are text, numbers or booleans, by themselves or as `{ Value }`, and prints lists of text as
 * JSON. The older form of a request names one attribute, `Attribute=instanceType`, beside a `Value`.
 *
 * @param input the parameters of a Modify… call
 */
export function attributeKeys(input: object): Keys {
  const fields = new Map<string, unknown>(Object.entries(input));
  const attributes = [...fields].flatMap(([name, value]): [string, string][] => {
    const text = NO_ATTRIBUTES.has(name) ? undefined : attributeText(value);
    return text === undefined ? [] : [[name, text]];
  });
  const named = fields.get('Attribute');
  const value = attributeText(fields.get('Value'));
  if (typeof named === 'string' && value !== undefined) {
    attributes.push([`${named.charAt(0).toUpperCase()}${named.slice(1)}`, value]);
  }
  return {
    'ec2:Attribute': attributes.map(([name]) => name),
    ...Object.fromEntries(attributes.map(([name, text]) => [`ec2:Attribute/${name}`, text])),
  };
}

function attributeText(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? JSON.stringify(value) : undefined;
  if (typeof value !== 'object' || value === null || !('Value' in value)) return undefined;
  return typeof value.Value === 'object' ? undefined : attributeText(value.Value);
}

/** Tags that CreateTags gives, or another action while it makes something: then that is the `ec2:CreateAction`. */
export function createTagsKeys(tags: readonly Tag[], createAction?: string): Keys {
  return { ...requestTagKeys(tags), 'ec2:CreateAction': createAction };
}

/** For AssociateIamInstanceProfile and ReplaceIamInstanceProfileAssociation. */
export function newInstanceProfileKeys(instanceProfileArn: string): Keys {
  return { 'ec2:NewInstanceProfile': instanceProfileArn };
}
