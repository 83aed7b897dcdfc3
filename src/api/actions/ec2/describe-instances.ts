/**
 * DescribeInstances: by id, or a page of all that the filters let through.
 *
 * A filter whose values have no wildcards goes into the store's query where it has a column for it; the others are
 * checked on what was read. So a page may hold fewer than asked for, even none, while NextToken says that more may follow.
 */

import type { DescribeInstancesRequest, DescribeInstancesResult } from '@aws-sdk/client-ec2';
import { privateHostName, publicHostName } from '../../../catalogue/host-names.ts';
import type { Instance, NetworkInterface, Tag } from '../../../model.ts';
import type { InstanceCondition, InstanceField } from '../../../store/store.ts';
import { action } from '../../call.ts';
import { type Filter, type FilterTable, filterBy, isExact, readFilter } from '../../filters.ts';
import {
  describeOptions,
  describeReservations,
  describeState,
  type Surroundings,
  surroundings,
} from '../../instance-shape.ts';
import { findInstances } from '../../instances.ts';
import { privateAddresses } from '../../network-interface-shape.ts';
import { nextToken, readPage } from '../../pagination.ts';

/** An instance with what filters look at beside it. */
type Candidate = { instance: Instance; Tags: Tag[]; groupNames: string[] };

/** API/DescribeInstances. */
export const describeInstances = action<DescribeInstancesRequest, DescribeInstancesResult>(async (input, call) => {
  const ids = input.InstanceIds ?? [];
  const page = readPage(call.action, input, ids);
  const letsThrough = filterBy(input.Filters, FILTERS);
  await call.permit(['*'], input.DryRun);
  const { instances, next } =
    ids.length > 0
      ? { instances: await findInstances(call, ids), next: undefined }
      : await call.tx.instances.page(call.scope, { ...page, where: conditions(input.Filters) });
  const around = await surroundings(call.tx, call.scope, instances);
  const kept = input.Filters?.length ? instances.filter((i) => letsThrough(candidate(i, around))) : instances;
  return { Reservations: describeReservations(call.scope, kept, around), ...nextToken(call.action, next) };
});

/** The part of the filters that the store can check by itself. */
function conditions(filters: Filter[] | undefined): InstanceCondition[] {
  return (filters ?? []).flatMap((filter): InstanceCondition[] => {
    const { name, values } = readFilter(filter);
    if (!values.every(isExact)) return [];
    if (name.startsWith('tag:')) return [{ tag: name.slice('tag:'.length), oneOf: values }];
    if (name === 'tag-key') return [{ tagKey: values }];
    const field = STORED[name];
    return field === undefined ? [] : [{ field, oneOf: values }];
  });
}

const STORED: Record<string, InstanceField> = {
  'availability-zone': 'AvailabilityZone',
  'image-id': 'ImageId',
  'instance-id': 'InstanceId',
  'instance-state-name': 'State',
  'instance-type': 'InstanceType',
  'key-name': 'KeyName',
  'metadata-options.http-endpoint': 'HttpEndpoint',
  'metadata-options.http-protocol-ipv4': 'HttpProtocolIpv4',
  'metadata-options.http-protocol-ipv6': 'HttpProtocolIpv6',
  'metadata-options.http-put-response-hop-limit': 'HttpPutResponseHopLimit',
  'metadata-options.http-tokens': 'HttpTokens',
  'metadata-options.instance-metadata-tags': 'InstanceMetadataTags',
  'reservation-id': 'ReservationId',
  'subnet-id': 'SubnetId',
  'vpc-id': 'VpcId',
};

function candidate(instance: Instance, around: Surroundings): Candidate {
  const groups = instance.NetworkInterfaces[0].Groups;
  return {
    instance,
    Tags: around.tags.get(instance.InstanceId) ?? [],
    groupNames: groups.map((id) => around.groupNames.get(id) ?? ''),
  };
}

const primary = ({ instance }: Candidate) => instance.NetworkInterfaces[0];

/** What all network interfaces of an instance have. */
const each =
  <T>(values: (nic: NetworkInterface) => readonly T[]) =>
  ({ instance }: Candidate) =>
    instance.NetworkInterfaces.flatMap(values);

const publicIps = each(({ PublicIp }) => [PublicIp]);
const publicDnsNames = ({ instance }: Candidate) =>
  instance.NetworkInterfaces.map((nic) => publicHostName(instance, nic));

/** Filter names of API/DescribeInstances for all that an instance has here. */
const FILTERS: FilterTable<Candidate> = {
  architecture: ({ instance }) => [instance.Architecture],
  'availability-zone': ({ instance }) => [instance.AvailabilityZone],
  'client-token': ({ instance }) => [instance.ClientToken],
  'dns-name': (c) => [publicHostName(c.instance, primary(c))],
  'hibernation-options.configured': ({ instance }) => [instance.HibernationConfigured ?? false],
  hypervisor: () => ['xen'],
  'image-id': ({ instance }) => [instance.ImageId],
  'instance-id': ({ instance }) => [instance.InstanceId],
  'instance-lifecycle': ({ instance }) => [instance.InstanceLifecycle],
  'instance-state-code': ({ instance }) => [describeState(instance.State).Code],
  'instance-state-name': ({ instance }) => [instance.State],
  'instance-type': ({ instance }) => [instance.InstanceType],
  'instance.group-id': (c) => primary(c).Groups,
  'instance.group-name': ({ groupNames }) => groupNames,
  'ip-address': (c) => [primary(c).PublicIp],
  'ipv6-address': each(({ Ipv6Addresses }) => Ipv6Addresses),
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
  'network-interface.addresses.association.public-dns-name': publicDnsNames,
  'network-interface.addresses.association.public-ip': publicIps,
  'network-interface.addresses.private-ip-address': each(privateAddresses),
  'network-interface.association.public-dns-name': publicDnsNames,
  'network-interface.association.public-ip': publicIps,
  'network-interface.attachment.device-index': each(({ DeviceIndex }) => [DeviceIndex]),
  'network-interface.attachment.network-card-index': each(({ NetworkCardIndex = 0 }) => [NetworkCardIndex]),
  'network-interface.description': each(({ Description = '' }) => [Description]),
  'network-interface.group-id': each(({ Groups }) => Groups),
  'network-interface.ipv4-prefixes.ipv4-prefix': each(({ Ipv4Prefixes = [] }) => Ipv4Prefixes),
  'network-interface.ipv6-address': each(({ Ipv6Addresses }) => Ipv6Addresses),
  'network-interface.ipv6-addresses.ipv6-address': each(({ Ipv6Addresses }) => Ipv6Addresses),
  'network-interface.ipv6-prefixes.ipv6-prefix': each(({ Ipv6Prefixes = [] }) => Ipv6Prefixes),
  'network-interface.mac-address': each(({ MacAddress }) => [MacAddress]),
  'network-interface.network-interface-id': each(({ NetworkInterfaceId }) => [NetworkInterfaceId]),
  'network-interface.private-ip-address': each(({ PrivateIpAddress }) => [PrivateIpAddress]),
  'network-interface.public-dns-name': publicDnsNames,
  'network-interface.subnet-id': each(({ SubnetId }) => [SubnetId]),
  'network-interface.vpc-id': each(({ VpcId }) => [VpcId]),
  'owner-id': ({ instance }) => [instance.account],
  platform: () => [],
  'platform-details': () => ['Linux/UNIX'],
  'placement-group-name': ({ instance }) => [instance.Placement?.GroupName],
  'placement-partition-number': ({ instance }) => [instance.Placement?.PartitionNumber],
  'private-dns-name': ({ instance }) => [privateHostName(instance, instance.NetworkInterfaces[0])],
  'private-ip-address': (c) => [primary(c).PrivateIpAddress],
  'reservation-id': ({ instance }) => [instance.ReservationId],
  'root-device-name': ({ instance }) => [instance.RootDeviceName],
  'root-device-type': () => ['ebs'],
  'source-dest-check': () => [true],
  'spot-instance-request-id': ({ instance }) => [instance.SpotInstanceRequestId],
  'subnet-id': ({ instance }) => [instance.SubnetId],
  tenancy: ({ instance }) => [instance.Placement?.Tenancy ?? 'default'],
  'virtualization-type': () => ['hvm'],
  'vpc-id': ({ instance }) => [instance.VpcId],
};
