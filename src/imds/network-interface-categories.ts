/**
 * The categories of one network interface, below `network/interfaces/macs/<mac>/` (aws-behaviour 2.2).
 */

import { privateHostName, publicHostName } from '../catalogue/host-names.ts';
import type { DesiredInstance, NetworkInterface, Subnet } from '../model.ts';
import type { Category } from './categories.ts';

type InterfaceFacts = { desired: DesiredInstance; nic: NetworkInterface };

export const networkInterfaceCategories: readonly Category<InterfaceFacts>[] = [
  ['device-number', '2011-01-01', ({ nic }) => `${nic.DeviceIndex}`],
  ['interface-id', '2011-01-01', ({ nic }) => nic.NetworkInterfaceId],
  ['ipv4-associations', '2011-01-01', ({ nic }) => ipv4Associations(nic)],
  ['ipv4-prefix', '2021-07-15', ({ nic }) => lines(nic.Ipv4Prefixes)],
  ['ipv6-prefix', '2021-07-15', ({ nic }) => lines(nic.Ipv6Prefixes)],
  ['ipv6s', '2016-06-30', ({ nic }) => lines(nic.Ipv6Addresses)],
  ['local-hostname', '2011-01-01', ({ desired, nic }) => privateHostName(desired.instance, nic)],
  ['local-ipv4s', '2011-01-01', ({ nic }) => lines(privateIpv4Addresses(nic))],
  ['mac', '2011-01-01', ({ nic }) => nic.MacAddress],
  ['network-card', '2020-11-01', ({ nic }) => `${nic.NetworkCardIndex ?? 0}`],
  ['owner-id', '2011-01-01', ({ desired }) => desired.instance.account],
  ['public-hostname', '2011-01-01', ({ desired, nic }) => publicHostName(desired.instance, nic)],
  ['public-ipv4s', '2011-01-01', ({ nic }) => nic.PublicIp],
  ['security-group-ids', '2011-01-01', ({ nic }) => lines(nic.Groups)],
  ['security-groups', '2011-01-01', ({ desired, nic }) => lines(groupNames(desired, nic))],
  ['subnet-id', '2011-01-01', ({ nic }) => nic.SubnetId],
  ['subnet-ipv4-cidr-block', '2011-01-01', (facts) => subnetOf(facts)?.CidrBlock],
  ['subnet-ipv6-cidr-blocks', '2016-06-30', (facts) => subnetOf(facts)?.Ipv6CidrBlock],
  ['vpc-id', '2011-01-01', ({ nic }) => nic.VpcId],
  // An interface without IPv4 still shows the IPv4 block of its VPC.
  ['vpc-ipv4-cidr-block', '2011-01-01', ({ desired }) => desired.Vpc.CidrBlock],
  ['vpc-ipv4-cidr-blocks', '2016-06-30', ({ desired }) => desired.Vpc.CidrBlock],
  ['vpc-ipv6-cidr-blocks', '2016-06-30', ({ desired }) => desired.Vpc.Ipv6CidrBlock],
];

/** One a line; nothing for none. */
function lines(values: readonly string[] = []): string | undefined {
  return values.length === 0 ? undefined : values.join('\n');
}

function privateIpv4Addresses({ PrivateIpAddress, SecondaryPrivateIpAddresses = [] }: NetworkInterface): string[] {
  return PrivateIpAddress === undefined ? [] : [PrivateIpAddress, ...SecondaryPrivateIpAddresses];
}

function ipv4Associations({ PublicIp, PrivateIpAddress }: NetworkInterface): [string, string][] {
  return PublicIp && PrivateIpAddress ? [[PublicIp, PrivateIpAddress]] : [];
}

/** Names of the security groups of one interface. */
export function groupNames({ SecurityGroups }: DesiredInstance, { Groups }: NetworkInterface): string[] {
  return SecurityGroups.filter(({ GroupId }) => Groups.includes(GroupId)).map(({ GroupName }) => GroupName);
}

function subnetOf({ desired, nic }: InterfaceFacts): Subnet | undefined {
  return desired.Subnets.find(({ SubnetId }) => SubnetId === nic.SubnetId);
}
