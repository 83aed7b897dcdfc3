/**
 * DescribeInstances: by id, or a page of all that the filters let through.
 *
 * A filter whose values have no wildcards goes into the store's query where it has a column for it; the others are
 * checked on what was read. So a page may hold fewer than asked for, even none, while NextToken says that more may follow.
 */

import type { DescribeInstancesRequest, DescribeInstancesResult, GroupIdentifier } from '@aws-sdk/client-ec2';
import { privateHostName } from '../../../catalogue/host-names.ts';
import type { Instance, Tag } from '../../../model.ts';
import type { InstanceCondition, InstanceField } from '../../../store/store.ts';
import { action } from '../../call.ts';
import { type Filter, type FilterTable, filterBy, isExact, readFilter } from '../../filters.ts';
import {
  describeGroups,
  describeOptions,
  describeReason,
  describeReservations,
  describeState,
  type Surroundings,
  surroundings,
} from '../../instance-shape.ts';
import { findInstances } from '../../instances.ts';
import { nextToken, readPage } from '../../pagination.ts';

/** An instance with what filters look at beside it. */
type Candidate = { instance: Instance; Tags: Tag[]; groups: GroupIdentifier[] };

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
  return {
    instance,
    Tags: around.tags.get(instance.InstanceId) ?? [],
    groups: describeGroups(instance, around),
  };
}

const groupIds = ({ groups }: Candidate) => groups.map(({ GroupId }) => GroupId);
const groupNames = ({ groups }: Candidate) => groups.map(({ GroupName }) => GroupName);
const sourceDestCheck = (c: Candidate) => [primary(c).SourceDestCheck ?? true];
const primary = ({ instance }: Candidate) => instance.NetworkInterfaces[0];

/** Filter names of API/DescribeInstances for all that an instance has here. */
const FILTERS: FilterTable<Candidate> = {
  architecture: ({ instance }) => [instance.Architecture],
  'availability-zone': ({ instance }) => [instance.AvailabilityZone],
  'client-token': ({ instance }) => [instance.ClientToken],
  'dns-name': () => [],
  'ebs-optimized': ({ instance }) => [instance.EbsOptimized ?? false],
  hypervisor: () => ['xen'],
  'image-id': ({ instance }) => [instance.ImageId],
  'instance-id': ({ instance }) => [instance.InstanceId],
  'instance-lifecycle': () => [],
  'instance-state-code': ({ instance }) => [describeState(instance.State).Code],
  'instance-state-name': ({ instance }) => [instance.State],
  'instance-type': ({ instance }) => [instance.InstanceType],
  'instance.group-id': groupIds,
  'instance.group-name': groupNames,
  'ip-address': () => [],
  'ipv6-address': (c) => primary(c).Ipv6Addresses,
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
  'network-interface.group-id': groupIds,
  'network-interface.group-name': groupNames,
  'network-interface.mac-address': (c) => [primary(c).MacAddress],
  'network-interface.network-interface-id': (c) => [primary(c).NetworkInterfaceId],
  'network-interface.private-ip-address': (c) => [primary(c).PrivateIpAddress],
  'network-interface.addresses.private-ip-address': (c) => [primary(c).PrivateIpAddress],
  'network-interface.ipv6-addresses.ipv6-address': (c) => primary(c).Ipv6Addresses,
  'network-interface.source-dest-check': sourceDestCheck,
  'network-interface.subnet-id': (c) => [primary(c).SubnetId],
  'network-interface.vpc-id': (c) => [primary(c).VpcId],
  'owner-id': ({ instance }) => [instance.account],
  platform: () => [],
  'platform-details': () => ['Linux/UNIX'],
  'private-dns-name': ({ instance }) => [privateHostName(instance, instance.NetworkInterfaces[0])],
  'private-ip-address': (c) => [primary(c).PrivateIpAddress],
  reason: ({ instance }) => [instance.StateTransitionReason],
  'reservation-id': ({ instance }) => [instance.ReservationId],
  'root-device-name': ({ instance }) => [instance.RootDeviceName],
  'root-device-type': () => ['ebs'],
  'source-dest-check': sourceDestCheck,
  'state-reason-code': ({ instance }) => [describeReason(instance).StateReason?.Code],
  'state-reason-message': ({ instance }) => [describeReason(instance).StateReason?.Message],
  'subnet-id': ({ instance }) => [instance.SubnetId],
  tenancy: () => ['default'],
  'virtualization-type': () => ['hvm'],
  'vpc-id': ({ instance }) => [instance.VpcId],
};
