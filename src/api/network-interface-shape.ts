/**
 * A network interface of an instance as EC2 describes it: from what the store keeps to AWS's InstanceNetworkInterface.
 *
 * DNS names are derived here from addresses. A public address stands in it twice, as AWS has it: beside the interface, and
 * beside the private address that it belongs to.
 */

import type {
  GroupIdentifier,
  InstanceNetworkInterface,
  InstanceNetworkInterfaceAssociation,
  InstancePrivateIpAddress,
} from '@aws-sdk/client-ec2';
import { privateHostName, publicHostName } from '../catalogue/host-names.ts';
import type { Instance, NetworkInterface } from '../model.ts';

/** @param groupNames names of security groups by their ids */
export function describeInterface(
  instance: Instance,
  nic: NetworkInterface,
  groupNames: ReadonlyMap<string, string>,
): InstanceNetworkInterface {
  const association = describeAssociation(instance, nic);
  return {
    ...(association && { Association: association }),
    Attachment: {
      DeviceIndex: nic.DeviceIndex,
      NetworkCardIndex: nic.NetworkCardIndex ?? 0,
      Status: 'attached',
      DeleteOnTermination: true,
    },
    Description: nic.Description ?? '',
    Groups: identifyGroups(nic, groupNames),
    Ipv6Addresses: nic.Ipv6Addresses.map((Ipv6Address, index) => ({ Ipv6Address, IsPrimaryIpv6: index === 0 })),
    MacAddress: nic.MacAddress,
    NetworkInterfaceId: nic.NetworkInterfaceId,
    OwnerId: instance.account,
    ...(nic.PrivateIpAddress && {
      PrivateDnsName: privateHostName(instance, nic),
      PrivateIpAddress: nic.PrivateIpAddress,
      PrivateIpAddresses: describePrivateAddresses(instance, nic),
    }),
    SourceDestCheck: nic.SourceDestCheck ?? true,
    Status: 'in-use',
    SubnetId: nic.SubnetId,
    VpcId: nic.VpcId,
    InterfaceType: 'interface',
    ...(nic.Ipv4Prefixes && { Ipv4Prefixes: nic.Ipv4Prefixes.map((Ipv4Prefix) => ({ Ipv4Prefix })) }),
    ...(nic.Ipv6Prefixes && { Ipv6Prefixes: nic.Ipv6Prefixes.map((Ipv6Prefix) => ({ Ipv6Prefix })) }),
  };
}

export function identifyGroups({ Groups }: NetworkInterface, names: ReadonlyMap<string, string>): GroupIdentifier[] {
  return Groups.map((GroupId) => ({ GroupId, GroupName: names.get(GroupId) ?? '' }));
}

/** IPv4 addresses of an interface, the primary one first. */
export function privateAddresses({ PrivateIpAddress, SecondaryPrivateIpAddresses = [] }: NetworkInterface): string[] {
  return PrivateIpAddress === undefined ? [] : [PrivateIpAddress, ...SecondaryPrivateIpAddresses];
}

function describePrivateAddresses(instance: Instance, nic: NetworkInterface): InstancePrivateIpAddress[] {
  const association = describeAssociation(instance, nic);
  return privateAddresses(nic).map((PrivateIpAddress, index) => ({
    ...(index === 0 && association && { Association: association }),
    Primary: index === 0,
    PrivateDnsName: privateHostName(instance, { ...nic, PrivateIpAddress }),
    PrivateIpAddress,
  }));
}

/** An address that nobody allocated is Amazon's. */
function describeAssociation(
  instance: Instance,
  nic: NetworkInterface,
): InstanceNetworkInterfaceAssociation | undefined {
  const PublicDnsName = publicHostName(instance, nic);
  if (PublicDnsName === undefined || nic.PublicIp === undefined) return undefined;
  return { IpOwnerId: 'amazon', PublicDnsName, PublicIp: nic.PublicIp };
}
