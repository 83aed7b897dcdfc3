/**
 * DescribeInstances: by id, or a page of all that the filters let through.
 *
 * A filter whose values have no wildcards goes into the store's query where it has a column for it; the others are
 * checked on what was read. So a page may hold fewer than asked for, even none, while NextToken says that more may follow.
 */

import type { DescribeInstancesRequest, DescribeInstancesResult } from '@aws-sdk/client-ec2';
import type { InstanceCondition, InstanceField } from '../../../store/store.ts';
import { action } from '../../call.ts';
import { type Filter, filterBy, isExact, readFilter } from '../../filters.ts';
import { filterable, INSTANCE_FILTERS } from '../../instance-filters.ts';
import { describeReservations, surroundings } from '../../instance-shape.ts';
import { findInstances } from '../../instances.ts';
import { nextToken, readPage } from '../../pagination.ts';

/** API/DescribeInstances. */
export const describeInstances = action<DescribeInstancesRequest, DescribeInstancesResult>(async (input, call) => {
  const ids = input.InstanceIds ?? [];
  const page = readPage(call.action, input, ids);
  const letsThrough = filterBy(input.Filters, INSTANCE_FILTERS);
  await call.permit(['*'], input.DryRun);
  const { instances, next } =
    ids.length > 0
      ? { instances: await findInstances(call, ids), next: undefined }
      : await call.tx.instances.page(call.scope, { ...page, where: conditions(input.Filters) });
  const around = await surroundings(call.tx, call.scope, instances);
  const kept = input.Filters?.length ? instances.filter((i) => letsThrough(filterable(i, around))) : instances;
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
