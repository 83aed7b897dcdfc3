/**
 * The network interfaces that each instance of a launch gets: what the request says of them, checked, and the one of a
 * request that says nothing of interfaces.
 *
 * Only new interfaces are offered, all in one VPC. Their addresses are taken later (`connect.ts`), once the caller may.
 */

import {
  attachmentLimitExceeded,
  instanceLevelBesideInterfaces,
  invalidGroupNotFound,
  invalidParameterCombination,
  invalidParameterValue,
  unsupportedOperation,
} from '../../aws-errors.ts';
import type { InstanceType } from '../../catalogue/instance-types.ts';
import type { SecurityGroup, Subnet } from '../../model.ts';
import type { Transaction } from '../../store/store.ts';
import type { Network } from '../network.ts';
import {
  type AddressWish,
  addressesTaken,
  checkWishes,
  ipv4In,
  readIpv4Wish,
  readIpv6Wish,
  refuseNamedAddresses,
} from './address-wishes.ts';
import type { Count } from './instance-count.ts';
import type { InterfaceSpecification, LaunchRequest } from './request.ts';
import { chooseSubnets } from './subnets.ts';

export type InterfacePlan = {
  DeviceIndex: number;
  NetworkCardIndex: number;
  Description: string | undefined;
  subnet: Subnet;
  groups: SecurityGroup[];
  associatePublicIp: boolean;
  ipv4: AddressWish;
  ipv6: AddressWish;
};

type Surroundings = { tx: Transaction; network: Network; type: InstanceType; count: Count };

/**
 * The interfaces of each instance, the primary one first.
 *
 * @throws InvalidParameterCombination, InvalidParameterValue, AttachmentLimitExceeded, PrivateIpAddressLimitExceeded,
 *   InvalidSubnetID.NotFound, InvalidGroup.NotFound, UnsupportedOperation for what is not offered
 */
export async function planInterfaces(
  request: LaunchRequest,
  { tx, network, type, count }: Surroundings,
): Promise<[InterfacePlan, ...InterfacePlan[]]> {
  const specs = readSpecifications(request, type);
  if (count.most > 1) specs.forEach(refuseNamedAddresses);
  const wishes = specs.map(readIpv4Wish);
  const places = specs.map(({ SubnetId }, index) => ({
    SubnetId,
    addresses: addressesTaken(wishes[index] as AddressWish) * count.least,
  }));
  const zone = request.Placement?.AvailabilityZone || undefined;
  const subnets = await chooseSubnets(tx, network, places, zone);
  const plans = specs.map((spec, index): InterfacePlan => {
    const subnet = subnets[index] as Subnet;
    const ipv4 = ipv4In(subnet, wishes[index] as AddressWish);
    const ipv6 = readIpv6Wish(spec, subnet);
    checkWishes({ ipv4, ipv6 }, subnet, type);
    return {
      DeviceIndex: spec.DeviceIndex ?? 0,
      NetworkCardIndex: spec.NetworkCardIndex ?? 0,
      Description: spec.Description || undefined,
      subnet,
      groups: chooseGroups(spec.Groups ?? [], network, subnet),
      associatePublicIp: specs.length === 1 && getsPublicIp(spec, subnet),
      ipv4,
      ipv6,
    };
  });
  return plans as [InterfacePlan, ...InterfacePlan[]];
}

function readSpecifications(request: LaunchRequest, type: InstanceType): InterfaceSpecification[] {
  const specs = request.NetworkInterfaces ?? [];
  if (specs.length === 0) return [instanceLevel(request)];
  refuseInstanceLevel(request);
  if (specs.some(({ NetworkInterfaceId }) => NetworkInterfaceId !== undefined)) {
    throw unsupportedOperation('openimds: NetworkInterfaceId of a NetworkInterface is not offered yet (docs/scope.md)');
  }
  checkPositions(specs, type);
  if (specs.length > type.MaximumNetworkInterfaces) throw attachmentLimitExceeded(specs.length, type.InstanceType);
  if (specs.length > 1 && specs.some((spec) => spec.AssociatePublicIpAddress !== undefined)) {
    throw invalidParameterCombination(
      'The associatePublicIPAddress parameter cannot be specified when launching with multiple network interfaces',
    );
  }
  return specs.toSorted((a, b) => cardOf(a) - cardOf(b) || (a.DeviceIndex ?? 0) - (b.DeviceIndex ?? 0));
}

/** The one interface of a request that says nothing of interfaces. */
function instanceLevel(request: LaunchRequest): InterfaceSpecification {
  const { SubnetId, PrivateIpAddress, Ipv6Addresses, Ipv6AddressCount } = request;
  const Groups = [...(request.SecurityGroupIds ?? []), ...(request.SecurityGroups ?? [])];
  return { DeviceIndex: 0, SubnetId, Groups, PrivateIpAddress, Ipv6Addresses, Ipv6AddressCount };
}

function refuseInstanceLevel(request: LaunchRequest): void {
  const levels: [what: string, given: boolean][] = [
    ['subnet ID', request.SubnetId !== undefined],
    ['security groups', !!request.SecurityGroupIds?.length || !!request.SecurityGroups?.length],
    ['private IP address', request.PrivateIpAddress !== undefined],
    ['IPv6 addresses', !!request.Ipv6Addresses?.length],
    ['IPv6 address count', request.Ipv6AddressCount !== undefined],
  ];
  const [what] = levels.find(([, given]) => given) ?? [];
  if (what !== undefined) throw instanceLevelBesideInterfaces(what);
}

/** Each has a place of its own, a device index on a network card, and one is at the first. */
function checkPositions(specs: InterfaceSpecification[], type: InstanceType): void {
  const places = specs.map((spec) => {
    const { DeviceIndex } = spec;
    if (DeviceIndex === undefined) throw invalidParameterValue('Each network interface requires a device index.');
    if (DeviceIndex < 0) throw invalidParameterValue(`Invalid value '${DeviceIndex}' for DeviceIndex.`);
    if (cardOf(spec) < 0 || cardOf(spec) >= type.MaximumNetworkCards) {
      throw invalidParameterValue(`Invalid value '${cardOf(spec)}' for NetworkCardIndex.`);
    }
    return `${cardOf(spec)} ${DeviceIndex}`;
  });
  if (new Set(places).size < places.length) {
    throw invalidParameterValue('Each network interface requires a unique device index.');
  }
  if (!places.includes('0 0')) {
    throw invalidParameterCombination(
      'When specifying network interfaces, you must include a device at index 0 and network card at index 0.',
    );
  }
}

function cardOf({ NetworkCardIndex = 0 }: InterfaceSpecification): number {
  return NetworkCardIndex;
}

/** Security groups by id or by name; the default one where none is named. */
function chooseGroups(wanted: string[], network: Network, { VpcId }: Subnet): SecurityGroup[] {
  const inVpc = network.securityGroups.filter((group) => group.VpcId === VpcId);
  const groups = (wanted.length > 0 ? wanted : ['default']).map((wish) => {
    const group = inVpc.find(({ GroupId, GroupName }) => GroupId === wish || GroupName === wish);
    if (!group) throw invalidGroupNotFound(wish);
    return group;
  });
  return [...new Set(groups)];
}

function getsPublicIp({ AssociatePublicIpAddress }: InterfaceSpecification, subnet: Subnet): boolean {
  if (subnet.CidrBlock !== undefined) return AssociatePublicIpAddress ?? subnet.MapPublicIpOnLaunch ?? false;
  if (!AssociatePublicIpAddress) return false;
  throw invalidParameterCombination(
    `An instance in the IPv6-only subnet '${subnet.SubnetId}' cannot have a public IPv4 address`,
  );
}
