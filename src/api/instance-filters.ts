/**
 * The filters of DescribeInstances: by name, the values of an instance of which one must match.
 *
 * All that an instance has here can be asked for. Once it is terminated it has no network interfaces to be found by, as it
 * is described with none.
 */

import { privateHostName, publicHostName } from '../catalogue/host-names.ts';
import type { Instance, NetworkInterface, Tag } from '../model.ts';
import type { FilterTable } from './filters.ts';
import { describeOptions, describeReason, describeState, type Surroundings } from './instance-shape.ts';
import { privateAddresses } from './network-interface-shape.ts';
import { describeProfileOf } from './profile-associations.ts';

/** An instance with what filters look at beside it. */
type Filterable = {
  instance: Instance;
  Tags: Tag[];
  interfaces: NetworkInterface[];
  groupNames: ReadonlyMap<string, string>;
};

export function filterable(instance: Instance, { tags, groupNames }: Surroundings): Filterable {
  return {
    instance,
    Tags: tags.get(instance.InstanceId) ?? [],
    interfaces: instance.State === 'terminated' ? [] : instance.NetworkInterfaces,
    groupNames,
  };
}

type Values = readonly (string | number | boolean | undefined)[];
type OfInterface = (nic: NetworkInterface, of: Filterable) => Values;

/** What all network interfaces have. */
const each =
  (values: OfInterface) =>
  (of: Filterable): Values =>
    of.interfaces.flatMap((nic) => values(nic, of));

/** What the primary network interface has, which is what its instance has. */
const primary =
  (values: OfInterface) =>
  (of: Filterable): Values =>
    of.interfaces.slice(0, 1).flatMap((nic) => values(nic, of));

const groupIds: OfInterface = ({ Groups }) => Groups;
const groupNames: OfInterface = ({ Groups }, of) => Groups.map((id) => of.groupNames.get(id));
const ipv6Addresses: OfInterface = ({ Ipv6Addresses }) => Ipv6Addresses;
const privateDnsName: OfInterface = (nic, { instance }) => [privateHostName(instance, nic)];
const privateIp: OfInterface = ({ PrivateIpAddress }) => [PrivateIpAddress];
const publicDnsName: OfInterface = (nic, { instance }) => [publicHostName(instance, nic)];
const publicIp: OfInterface = ({ PublicIp }) => [PublicIp];
const sourceDestCheck: OfInterface = ({ SourceDestCheck = true }) => [SourceDestCheck];

const profileOf = (instance: Instance) =>
  instance.IamInstanceProfile && describeProfileOf(instance, instance.IamInstanceProfile);

/** Filter names of API/DescribeInstances for all that an instance has here. */
export const INSTANCE_FILTERS: FilterTable<Filterable> = {
  architecture: ({ instance }) => [instance.Architecture],
  'availability-zone': ({ instance }) => [instance.AvailabilityZone],
  'client-token': ({ instance }) => [instance.ClientToken],
  'dns-name': primary(publicDnsName),
  'ebs-optimized': ({ instance }) => [instance.EbsOptimized ?? false],
  'hibernation-options.configured': ({ instance }) => [instance.HibernationConfigured ?? false],
  hypervisor: () => ['xen'],
  'iam-instance-profile.arn': ({ instance }) => [profileOf(instance)?.Arn],
  'iam-instance-profile.id': ({ instance }) => [profileOf(instance)?.Id],
  'iam-instance-profile.name': ({ instance }) => [instance.IamInstanceProfile?.InstanceProfileName],
  'image-id': ({ instance }) => [instance.ImageId],
  'instance-id': ({ instance }) => [instance.InstanceId],
  'instance-lifecycle': ({ instance }) => [instance.InstanceLifecycle],
  'instance-state-code': ({ instance }) => [describeState(instance.State).Code],
  'instance-state-name': ({ instance }) => [instance.State],
  'instance-type': ({ instance }) => [instance.InstanceType],
  'instance.group-id': primary(groupIds),
  'instance.group-name': primary(groupNames),
  'ip-address': primary(publicIp),
  'ipv6-address': primary(ipv6Addresses),
  'key-name': ({ instance }) => [instance.KeyName],
  'launch-index': ({ instance }) => [instance.AmiLaunchIndex],
  'launch-time': ({ instance }) => [instance.LaunchTime.replace(/Z$/, '.000Z')],
  'metadata-options.http-endpoint': ({ instance }) => [instance.MetadataOptions.HttpEndpoint],
  'metadata-options.http-protocol-ipv4': ({ instance }) => [instance.MetadataOptions.HttpProtocolIpv4],
  'metadata-options.http-protocol-ipv6': ({ instance }) => [instance.MetadataOptions.HttpProtocolIpv6],
  'metadata-options.http-put-response-hop-limit': ({ instance }) => [instance.MetadataOptions.HttpPutResponseHopLimit],
  'metadata-options.http-tokens': ({ instance }) => [instance.MetadataOptions.HttpTokens],
  'metadata-options.instance-metadata-tags': ({ instance }) => [instance.MetadataOptions.InstanceMetadataTags],
  'metadata-options.state': ({ instance }) => [describeOptions(instance).State],
  'monitoring-state': ({ instance }) => [instance.Monitoring],
  'network-interface.addresses.association.public-dns-name': each(publicDnsName),
  'network-interface.addresses.association.public-ip': each(publicIp),
  'network-interface.addresses.private-ip-address': each(privateAddresses),
  'network-interface.association.public-dns-name': each(publicDnsName),
  'network-interface.association.public-ip': each(publicIp),
  'network-interface.attachment.device-index': each(({ DeviceIndex }) => [DeviceIndex]),
  'network-interface.attachment.network-card-index': each(({ NetworkCardIndex = 0 }) => [NetworkCardIndex]),
  'network-interface.description': each(({ Description = '' }) => [Description]),
  'network-interface.group-id': each(groupIds),
  'network-interface.group-name': each(groupNames),
  'network-interface.ipv4-prefixes.ipv4-prefix': each(({ Ipv4Prefixes = [] }) => Ipv4Prefixes),
  'network-interface.ipv6-address': each(ipv6Addresses),
  'network-interface.ipv6-addresses.ipv6-address': each(ipv6Addresses),
  'network-interface.ipv6-prefixes.ipv6-prefix': each(({ Ipv6Prefixes = [] }) => Ipv6Prefixes),
  'network-interface.mac-address': each(({ MacAddress }) => [MacAddress]),
  'network-interface.network-interface-id': each(({ NetworkInterfaceId }) => [NetworkInterfaceId]),
  'network-interface.private-ip-address': each(privateIp),
  'network-interface.public-dns-name': each(publicDnsName),
  'network-interface.source-dest-check': each(sourceDestCheck),
  'network-interface.subnet-id': each(({ SubnetId }) => [SubnetId]),
  'network-interface.vpc-id': each(({ VpcId }) => [VpcId]),
  'owner-id': ({ instance }) => [instance.account],
  platform: () => [],
  'platform-details': () => ['Linux/UNIX'],
  'placement-group-name': ({ instance }) => [instance.Placement?.GroupName],
  'placement-partition-number': ({ instance }) => [instance.Placement?.PartitionNumber],
  'private-dns-name': primary(privateDnsName),
  'private-ip-address': primary(privateIp),
  reason: ({ instance }) => [instance.StateTransitionReason],
  'reservation-id': ({ instance }) => [instance.ReservationId],
  'root-device-name': ({ instance }) => [instance.RootDeviceName],
  'root-device-type': () => ['ebs'],
  'source-dest-check': primary(sourceDestCheck),
  'spot-instance-request-id': ({ instance }) => [instance.SpotInstanceRequestId],
  'state-reason-code': ({ instance }) => [describeReason(instance).StateReason?.Code],
  'state-reason-message': ({ instance }) => [describeReason(instance).StateReason?.Message],
  'subnet-id': ({ instance }) => [instance.SubnetId],
  tenancy: ({ instance }) => [instance.Placement?.Tenancy ?? 'default'],
  'virtualization-type': () => ['hvm'],
  'vpc-id': ({ instance }) => [instance.VpcId],
};
