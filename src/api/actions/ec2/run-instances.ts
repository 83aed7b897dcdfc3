/**
 * RunInstances: launches instances, each metadata option decided once and for all of them.
 *
 * First everything that the request names is looked up and every rule asked (`plan`), then the caller's right, and only
 * then is anything made; all of it in one transaction, so that a launch happens wholly or not at all.
 */

import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2';
import {
  architectureMismatch,
  instanceLimitExceeded,
  insufficientFreeAddressesInSubnet,
  invalidGroupNotFound,
  invalidKeyPairNotFound,
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  unsupportedOperation,
} from '../../../aws-errors.ts';
import { findInstanceType, type InstanceType } from '../../../catalogue/instance-types.ts';
import { isoSeconds } from '../../../clock.ts';
import { newId, newMacAddress } from '../../../ids.ts';
import { launchOptions } from '../../../metadata-options/launch.ts';
import type {
  Image,
  Instance,
  KeyPair,
  MetadataOptions,
  MetadataOptionsRequest,
  NetworkInterface,
  SecurityGroup,
  Subnet,
  Tag,
} from '../../../model.ts';
import { action, type Call, ec2Arn } from '../../call.ts';
import { madeBefore, rememberMade } from '../../idempotency.ts';
import { findImage } from '../../images.ts';
import { attributesAtLaunch } from '../../instance-attributes.ts';
import { describeReservations, surroundings } from '../../instance-shape.ts';
import { metadataDefaults } from '../../metadata-defaults.ts';
import {
  availableIpAddressCount,
  findSubnet,
  type Network,
  networkOf,
  newIpv6Address,
  takeAddress,
  takeAddresses,
} from '../../network.ts';
import { tagsFor } from '../../tags.ts';
import { readUserData } from '../../user-data.ts';

/** What AWS launches when the request names no type. */
const DEFAULT_TYPE = 'm1.small';
const MOST_INSTANCES = 1000;

type Input = RunInstancesRequest & { MetadataOptions?: MetadataOptionsRequest };

/** Everything about a launch that is the same for each of its instances. */
type Plan = {
  count: number;
  image: Image;
  type: InstanceType;
  subnet: Subnet;
  groups: SecurityGroup[];
  keyPair: KeyPair | undefined;
  options: MetadataOptions;
  tags: Tag[];
  userData: string | undefined;
  attributes: ReturnType<typeof attributesAtLaunch>;
  /** The IPv4 address that was asked for, of a single instance. */
  address: string | undefined;
  /** How many IPv6 addresses each instance has. */
  ipv6Count: number;
};

/** rule: launch-with-options. API/RunInstances; aws-behaviour 3.2 to 3.4. */
export const runInstances = action<Input, Reservation>(async (input, call) => {
  const earlier = await madeBefore(call, input);
  if (earlier !== undefined) {
    await call.permit([ec2Arn(call.scope, 'instance', '*')], input.DryRun);
    return reservation(call, await call.tx.instances.ofReservation(call.scope, earlier));
  }
  const plan = await planLaunch(input, call);
  await call.permit(resourcesOf(plan, call), input.DryRun);
  const instances = await launch(plan, input, call);
  await rememberMade(call, input, (instances[0] as Instance).ReservationId);
  return reservation(call, instances);
});

async function reservation(call: Call, instances: Instance[]): Promise<Reservation> {
  const around = await surroundings(call.tx, call.scope, instances);
  return describeReservations(call.scope, instances, around)[0] ?? {};
}

async function planLaunch(input: Input, call: Call): Promise<Plan> {
  refuseWhatIsNotOffered(input);
  const type = readType(input.InstanceType ?? DEFAULT_TYPE);
  if (input.ImageId === undefined) throw missingParameter('ImageId');
  const image = await findImage(call, input.ImageId);
  if (!type.Architecture.includes(image.Architecture)) {
    throw architectureMismatch(type.Architecture, image.Architecture);
  }
  const network = await networkOf(call.tx, call.scope);
  const wanted = readCount(input);
  const subnet = await chooseSubnet(input, network, wanted.least, call);
  const count = await fittingCount(wanted, subnet, call);
  const tags = tagsFor('instance', input.TagSpecifications);
  const account = await metadataDefaults(call);
  return {
    count,
    image,
    type,
    subnet,
    groups: chooseGroups(input, network, subnet),
    keyPair: await findKeyPair(input.KeyName, call),
    tags,
    userData: readUserData(input.UserData),
    attributes: attributesAtLaunch(input),
    address: readAddress(input, wanted.most),
    ipv6Count: readIpv6Count(input, subnet),
    options: launchOptions({
      request: input.MetadataOptions ?? {},
      account,
      image,
      instanceType: type,
      tags,
      rules: call.rules,
    }),
  };
}

/** The resources that RunInstances must be allowed on (aws-behaviour 4.3): those that exist, and `*` for those to come. */
function resourcesOf(plan: Plan, { scope }: Call): string[] {
  return [
    ec2Arn(scope, 'instance', '*'),
    // An image's ARN has no account: anybody's may be launched.
    ec2Arn({ ...scope, account: '' }, 'image', plan.image.ImageId),
    ec2Arn(scope, 'subnet', plan.subnet.SubnetId),
    ec2Arn(scope, 'network-interface', '*'),
    ec2Arn(scope, 'volume', '*'),
    ...plan.groups.map((group) => ec2Arn(scope, 'security-group', group.GroupId)),
    ...(plan.keyPair ? [ec2Arn(scope, 'key-pair', plan.keyPair.KeyName)] : []),
  ];
}

async function launch(plan: Plan, input: Input, { tx, scope, nowMs, host }: Call): Promise<Instance[]> {
  const ReservationId = newId('r');
  const revision = await tx.nextRevision();
  const ids = Array.from({ length: plan.count }, () => newId('i'));
  const interfaces = await connect(ids, plan, tx);
  const instances = ids.map(
    (InstanceId, index): Instance => ({
      ...scope,
      InstanceId,
      ReservationId,
      AmiLaunchIndex: index,
      ImageId: plan.image.ImageId,
      InstanceType: plan.type.InstanceType,
      Architecture: plan.image.Architecture,
      RootDeviceName: plan.image.RootDeviceName,
      ...(plan.keyPair && { KeyName: plan.keyPair.KeyName }),
      LaunchTime: isoSeconds(nowMs),
      AvailabilityZone: plan.subnet.AvailabilityZone,
      SubnetId: plan.subnet.SubnetId,
      VpcId: plan.subnet.VpcId,
      NetworkInterfaces: [interfaces[index] as NetworkInterface],
      Monitoring: input.Monitoring?.Enabled ? 'enabled' : 'disabled',
      ...(plan.userData !== undefined && { UserData: plan.userData }),
      ...plan.attributes,
      ...(input.ClientToken !== undefined && { ClientToken: input.ClientToken }),
      State: 'pending',
      StateTransitionReason: '',
      MetadataOptions: plan.options,
      tokenGeneration: 1,
      revision,
      optionsRevision: revision,
      appliedRevision: 0,
      host,
    }),
  );
  await tx.instances.insert(instances);
  for (const InstanceId of plan.tags.length > 0 ? ids : []) {
    await tx.tags.put(scope, { ResourceId: InstanceId, ResourceType: 'instance' }, plan.tags);
  }
  return instances;
}

/** One network interface for each instance, with its addresses taken. */
async function connect(ids: string[], { subnet, address, ...plan }: Plan, tx: Call['tx']): Promise<NetworkInterface[]> {
  const ipv4 = subnet.Ipv6Native
    ? []
    : address === undefined
      ? await takeAddresses(tx, subnet, ids)
      : [await takeAddress(tx, subnet, ids[0] as string, address)];
  return ids.map((_, index) => ({
    NetworkInterfaceId: newId('eni'),
    DeviceIndex: 0,
    MacAddress: newMacAddress(),
    SubnetId: subnet.SubnetId,
    VpcId: subnet.VpcId,
    ...(ipv4[index] !== undefined && { PrivateIpAddress: ipv4[index] }),
    Ipv6Addresses: Array.from({ length: plan.ipv6Count }, () => newIpv6Address(subnet)),
    Groups: plan.groups.map((group) => group.GroupId),
  }));
}

/** As many as `MaxCount` are launched, or as many as there is room for, but never fewer than `MinCount`. */
type Count = { least: number; most: number };

function readCount({ MinCount = 1, MaxCount = 1 }: Input): Count {
  if (MinCount < 1 || MaxCount < 1) {
    const least = Math.min(MinCount, MaxCount);
    throw invalidParameterValue(
      `Value (${least}) for parameter count is invalid. Minimum and maximum count must be at least 1.`,
    );
  }
  if (MinCount > MaxCount) {
    throw invalidParameterCombination('The minimum count must not be greater than the maximum count.');
  }
  if (MinCount > MOST_INSTANCES) throw instanceLimitExceeded(MOST_INSTANCES);
  return { least: MinCount, most: Math.min(MaxCount, MOST_INSTANCES) };
}

/** An IPv6-only subnet has room for any number. */
async function fittingCount({ least, most }: Count, subnet: Subnet, { tx }: Call): Promise<number> {
  if (subnet.Ipv6Native) return most;
  const taken = await tx.addresses.taken([subnet.SubnetId]);
  const free = availableIpAddressCount(subnet, taken.get(subnet.SubnetId) ?? 0);
  if (free < least) throw insufficientFreeAddressesInSubnet(subnet.SubnetId);
  return Math.min(most, free);
}

function readAddress(input: Input, most: number): string | undefined {
  const address = primaryInterface(input)?.PrivateIpAddress ?? input.PrivateIpAddress;
  if (address !== undefined && most > 1) {
    throw invalidParameterCombination('The parameter privateIpAddress cannot be used when launching several instances');
  }
  return address;
}

function readType(name: string): InstanceType {
  const type = findInstanceType(name);
  if (!type) throw invalidParameterValue(`Invalid value '${name}' for InstanceType.`);
  return type;
}

function primaryInterface(input: Input) {
  const [first, ...rest] = input.NetworkInterfaces ?? [];
  if (rest.length > 0) {
    throw unsupportedOperation('openimds: an instance has one network interface; give one NetworkInterface or none');
  }
  if (first && (input.SubnetId !== undefined || input.SecurityGroupIds?.length || input.SecurityGroups?.length)) {
    throw invalidParameterCombination(
      'Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request',
    );
  }
  return first;
}

async function chooseSubnet(input: Input, network: Network, count: number, call: Call): Promise<Subnet> {
  const named = primaryInterface(input)?.SubnetId ?? input.SubnetId;
  if (named !== undefined) return findSubnet(network, named);
  const zone = input.Placement?.AvailabilityZone;
  const candidates = network.subnets.filter(
    (subnet) => subnet.DefaultForAz && (zone === undefined || subnet.AvailabilityZone === zone),
  );
  const [first] = candidates;
  if (!first) throw invalidParameterValue(`Invalid availability zone: [${zone}]`);
  const taken = await call.tx.addresses.taken(candidates.map((subnet) => subnet.SubnetId));
  const hasRoom = (subnet: Subnet) => availableIpAddressCount(subnet, taken.get(subnet.SubnetId) ?? 0) >= count;
  return candidates.find(hasRoom) ?? first;
}

function chooseGroups(input: Input, network: Network, subnet: Subnet): SecurityGroup[] {
  const inVpc = network.securityGroups.filter((group) => group.VpcId === subnet.VpcId);
  const ids = primaryInterface(input)?.Groups ?? input.SecurityGroupIds ?? [];
  const names = input.SecurityGroups ?? [];
  const wanted = ids.length + names.length > 0 ? [...ids, ...names] : ['default'];
  const groups = wanted.map((wish) => {
    const group = inVpc.find((candidate) => candidate.GroupId === wish || candidate.GroupName === wish);
    if (!group) throw invalidGroupNotFound(wish);
    return group;
  });
  return [...new Set(groups)];
}

async function findKeyPair(name: string | undefined, call: Call): Promise<KeyPair | undefined> {
  if (name === undefined) return undefined;
  const keyPair = await call.tx.documents.find('key-pair', call.scope, name);
  if (!keyPair) throw invalidKeyPairNotFound(name);
  return keyPair;
}

function readIpv6Count(input: Input, subnet: Subnet): number {
  const wanted = primaryInterface(input);
  const asked = wanted?.Ipv6AddressCount ?? input.Ipv6AddressCount;
  const automatic = subnet.AssignIpv6AddressOnCreation || subnet.Ipv6Native ? 1 : 0;
  const count = asked ?? automatic;
  if (count === 0 && subnet.Ipv6Native) {
    throw invalidParameterValue(`An instance in the IPv6-only subnet '${subnet.SubnetId}' must have an IPv6 address`);
  }
  if (count > 0 && subnet.Ipv6CidrBlock === undefined) {
    throw invalidParameterValue(`The subnet '${subnet.SubnetId}' has no IPv6 CIDR block associated with it`);
  }
  if (count < 0 || count > 15) throw invalidParameterValue('The number of IPv6 addresses must be between 0 and 15');
  return count;
}

/** What would change what an instance is, and is not there yet: silence would be a lie (docs/scope.md). */
function refuseWhatIsNotOffered(input: Input): void {
  for (const name of ['IamInstanceProfile', 'LaunchTemplate', 'InstanceMarketOptions', 'Ipv6Addresses'] as const) {
    if (input[name] !== undefined) {
      throw unsupportedOperation(`openimds: the parameter ${name} of RunInstances is not offered yet (docs/scope.md)`);
    }
  }
  for (const name of [
    'NetworkInterfaceId',
    'PrivateIpAddresses',
    'Ipv6Addresses',
    'Ipv4Prefixes',
    'Ipv6Prefixes',
  ] as const) {
    if (input.NetworkInterfaces?.[0]?.[name] !== undefined) {
      throw unsupportedOperation(`openimds: ${name} of a NetworkInterface is not offered yet (docs/scope.md)`);
    }
  }
}
