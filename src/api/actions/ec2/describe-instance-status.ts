/**
 * DescribeInstanceStatus: the state of running instances, or of all with IncludeAllInstances.
 *
 * The status checks are `ok` once the instance's host has acknowledged that it runs, and `initializing` until then.
 */

import type { DescribeInstanceStatusRequest, DescribeInstanceStatusResult, InstanceStatus } from '@aws-sdk/client-ec2';
import { availabilityZoneId } from '../../../catalogue/regions.ts';
import type { Instance } from '../../../model.ts';
import { action } from '../../call.ts';
import { type FilterTable, filterBy } from '../../filters.ts';
import { describeState } from '../../instance-shape.ts';
import { findInstances } from '../../instances.ts';
import { nextToken, readPage } from '../../pagination.ts';

/** API/DescribeInstanceStatus. */
export const describeInstanceStatus = action<DescribeInstanceStatusRequest, DescribeInstanceStatusResult>(
  async (input, call) => {
    const ids = input.InstanceIds ?? [];
    const page = readPage(call.action, input, ids);
    const letsThrough = filterBy<Instance & { Tags?: never }>(input.Filters, FILTERS);
    await call.permit(['*'], input.DryRun);
    const where = input.IncludeAllInstances ? [] : [{ field: 'State' as const, oneOf: ['running'] }];
    const { instances, next } =
      ids.length > 0
        ? { instances: await findInstances(call, ids), next: undefined }
        : await call.tx.instances.page(call.scope, { ...page, where });
    const shown = instances.filter((i) => (input.IncludeAllInstances || i.State === 'running') && letsThrough(i));
    return { InstanceStatuses: shown.map(describeStatus), ...nextToken(call.action, next) };
  },
);

function describeStatus(instance: Instance): InstanceStatus {
  const Status = summary(instance);
  const passed = { Details: [{ Name: 'reachability' as const, Status: DETAIL[Status] }], Status };
  return {
    AvailabilityZone: instance.AvailabilityZone,
    AvailabilityZoneId: availabilityZoneId(instance.AvailabilityZone),
    InstanceId: instance.InstanceId,
    InstanceState: describeState(instance.State),
    InstanceStatus: passed,
    SystemStatus: passed,
  };
}

const DETAIL = { ok: 'passed', initializing: 'initializing', 'not-applicable': 'insufficient-data' } as const;

function summary(instance: Instance): keyof typeof DETAIL {
  if (instance.State === 'running') return 'ok';
  return instance.State === 'pending' ? 'initializing' : 'not-applicable';
}

/** Filter names of API/DescribeInstanceStatus. */
const FILTERS: FilterTable<Instance> = {
  'availability-zone': (instance) => [instance.AvailabilityZone],
  'availability-zone-id': (instance) => [availabilityZoneId(instance.AvailabilityZone)],
  'instance-state-code': (instance) => [describeState(instance.State).Code],
  'instance-state-name': (instance) => [instance.State],
  'instance-status.reachability': (instance) => [DETAIL[summary(instance)]],
  'instance-status.status': (instance) => [summary(instance)],
  'system-status.reachability': (instance) => [DETAIL[summary(instance)]],
  'system-status.status': (instance) => [summary(instance)],
};
