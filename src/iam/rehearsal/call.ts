/**
 * A call that nobody makes, described: who, what, and what of the world it meets. It becomes the questions that such a call
 * would put to the engine, by the functions that the API uses.
 *
 * What is not described is made up, always the same: an instance of default options, a subnet, a security group. Nothing is
 * looked up.
 */

import { findCatalogueImage } from '../../catalogue/images.ts';
import { partitionOf } from '../../catalogue/regions.ts';
import { readOptions } from '../../metadata-options/values.ts';
import type { Image, MetadataOptionsRequest, Scope, SecurityGroup } from '../../model.ts';
import { askerOf, resourceRequest } from '../call-context.ts';
import { arnFormat, findAction } from '../condition-keys.ts';
import { type Caller, type Context, contextOf, type Keys } from '../context.ts';
import {
  ec2Arn,
  ec2Resource,
  metadataOptionKeys,
  type ResourceContext,
  ROOT_DEVICE_TYPE,
  zoneKeys,
} from '../ec2-context.ts';
import {
  type LaunchInterface,
  type LaunchRequest,
  launchResources,
  launchTagResources,
} from '../ec2-launch-context.ts';
import { type AskedLaunch, launchAsAsked } from '../ec2-launch-request.ts';
import { requestKeys } from '../ec2-request-keys.ts';
import type { Request } from '../evaluate.ts';
import { iamArn } from '../iam-arn.ts';
import { instanceProfileArn } from '../instance-profile.ts';
import { resourceTypeOf } from '../policy/arns.ts';

export type DescribedCall = {
  scope: Scope;
  caller: Caller;
  nowMs: number;
  /** Keys that are given outright; they win over what is made up or follows. */
  context: Keys;
  what: { launch: AskedLaunch } | DescribedAction;
};

export type DescribedAction = {
  action: string;
  /** An ARN or `*`; where absent, one as the action has it. */
  resource?: string;
  /** Parameters of the request, for example `{ HttpTokens: 'required' }`. */
  request: object;
  /** Options of the existing instance that differ from those of a default launch. */
  instance: MetadataOptionsRequest;
};

/** What AWS launches where the request says nothing, and the made-up rest. */
const IMAGE_ID = 'ami-0abcdef1234567890';
const INSTANCE_TYPE = 'm1.small';
const SUBNET_ID = 'subnet-0123456789abcdef0';
export const VPC_ID = 'vpc-0123456789abcdef0';
export const PRIVATE_IPV4 = '172.31.0.10';
const TEMPLATE_ID = 'lt-0123456789abcdef0';
const GROUP_ID = 'sg-0123456789abcdef0';
export const INSTANCE_ID = 'i-0123456789abcdef0';
const EXISTING: MetadataOptionsRequest = {
  HttpTokens: 'optional',
  HttpEndpoint: 'enabled',
  HttpPutResponseHopLimit: 1,
  InstanceMetadataTags: 'disabled',
};

/** Every question that the call would be asked, in the order in which it is. @throws InvalidParameterValue for an illegal option */
export function questionsOf(call: DescribedCall): Request[] {
  const { scope, caller, nowMs, what } = call;
  const asker = askerOf(caller, { region: scope.region, secureTransport: true, nowMs });
  const given = contextOf(call.context);
  const ask = (action: string, resources: readonly ResourceContext[]) =>
    resources.map((resource) => withGiven(resourceRequest(asker, action, resource), given));
  if (!('launch' in what)) return ask(canonical(what.action), [actionResource(scope, what)]);
  const launch = launchOf(scope, what.launch);
  return [
    ...ask('ec2:RunInstances', launchResources(launch)),
    ...ask('ec2:CreateTags', launchTagResources(launch)),
    ...ask('iam:PassRole', passedRole(scope, what.launch)),
  ];
}

function withGiven(request: Request, given: Context): Request {
  return { ...request, context: new Map([...request.context, ...given]) };
}

/** As AWS spells it. */
function canonical(action: string): string {
  return findAction(action)?.action ?? action;
}

// ─── A launch ────────────────────────────────────────────────────────────────────────────────────────────────────────

function launchOf(scope: Scope, request: AskedLaunch): LaunchRequest {
  readOptions(request.MetadataOptions ?? {});
  const { KeyName, LaunchTemplate } = request;
  const profile = profileArn(scope, request);
  const launch = launchAsAsked(request, {
    scope,
    InstanceType: request.InstanceType ?? INSTANCE_TYPE,
    image: imageOf(request.ImageId ?? IMAGE_ID),
    interfaces: interfacesOf(scope, request),
    securityGroups: groupsOf(scope, request),
    resourceTags: new Map(),
    placement: placementOf(request),
    ...(KeyName !== undefined && { keyPair: keyPairOf(scope, KeyName) }),
    ...(profile !== undefined && { instanceProfileArn: profile }),
  });
  if (!LaunchTemplate) return launch;
  // Nobody has read it: what it decides is not known.
  return { ...launch, template: { id: LaunchTemplate.LaunchTemplateId ?? TEMPLATE_ID, decides: new Set() } };
}

function interfacesOf(scope: Scope, request: AskedLaunch): LaunchRequest['interfaces'] {
  const zone = request.Placement?.AvailabilityZone;
  const make = (SubnetId = SUBNET_ID, isPublic?: boolean): LaunchInterface => ({
    subnet: subnetOf(scope, SubnetId, zone),
    ...(isPublic !== undefined && { associatePublicIpAddress: isPublic }),
  });
  const [primary, ...others] = (request.NetworkInterfaces ?? []).map(({ SubnetId, AssociatePublicIpAddress }) =>
    make(SubnetId ?? request.SubnetId, AssociatePublicIpAddress),
  );
  return primary ? [primary, ...others] : [make(request.SubnetId)];
}

function groupsOf(scope: Scope, { SecurityGroupIds = [], NetworkInterfaces = [] }: AskedLaunch): SecurityGroup[] {
  const named = new Set([...SecurityGroupIds, ...NetworkInterfaces.flatMap(({ Groups = [] }) => Groups)]);
  return (named.size > 0 ? [...named] : [GROUP_ID]).map((GroupId) => groupOf(scope, GroupId));
}

function placementOf({ Placement: { Tenancy, GroupName } = {} }: AskedLaunch): {
  Tenancy?: string;
  GroupName?: string;
} {
  return { ...(Tenancy !== undefined && { Tenancy }), ...(GroupName !== undefined && { GroupName }) };
}

function imageOf(ImageId: string): Image {
  const known = findCatalogueImage(ImageId);
  const like = { Name: ImageId, Architecture: 'x86_64', RootDeviceName: '/dev/xvda', CreationDate: '' } as const;
  return known ?? { ImageId, ...like, owner: 'amazon', Public: true };
}

function subnetOf(scope: Scope, SubnetId: string, zone = `${scope.region}a`) {
  const settings = { Ipv6Native: false, DefaultForAz: true, AssignIpv6AddressOnCreation: false };
  return { ...scope, SubnetId, VpcId: VPC_ID, AvailabilityZone: zone, ...settings };
}

function groupOf(scope: Scope, GroupId: string) {
  return { ...scope, GroupId, GroupName: GroupId, Description: '', VpcId: VPC_ID };
}

function keyPairOf(scope: Scope, KeyName: string) {
  const made = { KeyFingerprint: '', PublicKey: '', CreateTime: '' };
  return { ...scope, KeyPairId: 'key-0123456789abcdef0', KeyName, KeyType: 'ed25519' as const, ...made };
}

function profileArn(scope: Scope, { IamInstanceProfile: profile }: AskedLaunch): string | undefined {
  if (!profile) return undefined;
  return profile.Arn ?? instanceProfileArn(scope, { Path: '/', InstanceProfileName: profile.Name ?? '' });
}

/** A role is passed with an instance profile (aws-behaviour 4.3); here it is called as its profile is. */
function passedRole(scope: Scope, request: AskedLaunch): ResourceContext[] {
  const name = profileArn(scope, request)?.split('/').at(-1);
  if (name === undefined) return [];
  return [{ arn: iamArn(scope, 'role', { Path: '/', name }), keys: { 'iam:PassedToService': 'ec2.amazonaws.com' } }];
}

// ─── Any other action ────────────────────────────────────────────────────────────────────────────────────────────────

function actionResource(scope: Scope, described: DescribedAction): ResourceContext {
  const action = canonical(described.action);
  const arn = described.resource ?? exampleArn(scope, action);
  const type = resourceTypeOf(arn);
  if (!action.startsWith('ec2:')) return { arn, keys: {} };
  const facts = type === 'instance' ? existingInstance(scope, arn, described.instance) : {};
  return ec2Resource({ action, scope }, arn, facts, requestKeys(action, type, described.request));
}

function existingInstance({ region }: Scope, arn: string, instance: MetadataOptionsRequest): Keys {
  readOptions(instance);
  return {
    'ec2:InstanceID': arn.split('/').at(-1),
    'ec2:InstanceType': INSTANCE_TYPE,
    'ec2:InstanceMarketType': 'on-demand',
    'ec2:EbsOptimized': false,
    'ec2:RootDeviceType': ROOT_DEVICE_TYPE,
    'ec2:Tenancy': 'default',
    ...zoneKeys({ AvailabilityZone: `${region}a` }),
    ...metadataOptionKeys({ ...EXISTING, ...instance }),
  };
}

/** Of the type that the action must be asked about, or `*`. */
function exampleArn(scope: Scope, action: string): string {
  const types = findAction(action)?.resourceTypes ?? [];
  const type = (types.find(({ required }) => required) ?? types[0])?.type;
  const service = action.split(':')[0] ?? '';
  if (type === undefined) return '*';
  if (type === 'instance') return ec2Arn(scope, type, INSTANCE_ID);
  return filledIn(arnFormat(`${service}:${type}`) ?? '*', scope);
}

function filledIn(format: string, { account, region }: Scope): string {
  const values: Record<string, string> = { Partition: partitionOf(region), Region: region, Account: account };
  return format.replace(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? 'example');
}
