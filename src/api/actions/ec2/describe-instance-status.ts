/**
 * DescribeInstanceStatus: the state of running instances, or of all with IncludeAllInstances, with the maintenance that is
 * scheduled for them.
 *
 * The status checks are `ok` once the instance's host has acknowledged that it runs, and `initializing` until then.
 */

import type {
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  InstanceStatus,
  InstanceStatusEvent,
} from '@aws-sdk/client-ec2';
import { availabilityZoneId } from '../../../catalogue/regions.ts';
import { visibleEvents } from '../../../instance-events.ts';
import type { Instance, InstanceEvent } from '../../../model.ts';
import { action } from '../../call.ts';
import { type FilterTable, filterBy } from '../../filters.ts';
import { describeState } from '../../instance-shape.ts';
import { findInstances } from '../../instances.ts';
import { nextToken, readPage } from '../../pagination.ts';

/** An instance with what filters look at beside it. */
type Candidate = { instance: Instance; events: Maintenance[]; Tags?: never };
type Maintenance = Extract<InstanceEvent, { Type: 'scheduled-maintenance' }>;

/** API/DescribeInstanceStatus. */
export const describeInstanceStatus = action<DescribeInstanceStatusRequest, DescribeInstanceStatusResult>(
  async (input, call) => {
    const ids = input.InstanceIds ?? [];
    const page = readPage(call.action, input, ids);
    const letsThrough = filterBy<Candidate>(input.Filters, FILTERS);
    await call.permit(['*'], input.DryRun);
    const where = input.IncludeAllInstances ? [] : [{ field: 'State' as const, oneOf: ['running'] }];
    const { instances, next } =
      ids.length > 0
        ? { instances: await findInstances(call, ids), next: undefined }
        : await call.tx.instances.page(call.scope, { ...page, where });
    const shown = instances
      .filter((instance) => input.IncludeAllInstances || instance.State === 'running')
      .map((instance) => ({ instance, events: scheduledMaintenance(instance, call.nowMs) }))
      .filter(letsThrough);
    return { InstanceStatuses: shown.map(describeStatus), ...nextToken(call.action, next) };
  },
);

/**
 * rule: described-events
 *   Scheduled events are described from their announcement on, until they are over.
 */
function scheduledMaintenance({ Events }: Instance, nowMs: number): Maintenance[] {
  return visibleEvents(Events, nowMs).filter(
    (event): event is Maintenance => event.Type === 'scheduled-maintenance' && event.State === 'active',
  );
}

function describeStatus({ instance, events }: Candidate): InstanceStatus {
  const Status = summary(instance);
  const passed = { Details: [{ Name: 'reachability' as const, Status: DETAIL[Status] }], Status };
  return {
    AvailabilityZone: instance.AvailabilityZone,
    AvailabilityZoneId: availabilityZoneId(instance.AvailabilityZone),
    ...(events.length > 0 && { Events: events.map(describeEvent) }),
    InstanceId: instance.InstanceId,
    InstanceState: describeState(instance.State),
    InstanceStatus: passed,
    SystemStatus: passed,
  };
}

function describeEvent({ EventId, Code, Description, NotBefore, NotAfter }: Maintenance): InstanceStatusEvent {
  return {
    InstanceEventId: EventId,
    Code,
    Description,
    ...(NotAfter !== undefined && { NotAfter: new Date(NotAfter) }),
    NotBefore: new Date(NotBefore),
  };
}

const DETAIL = { ok: 'passed', initializing: 'initializing', 'not-applicable': 'insufficient-data' } as const;

function summary(instance: Instance): keyof typeof DETAIL {
  if (instance.State === 'running') return 'ok';
  return instance.State === 'pending' ? 'initializing' : 'not-applicable';
}

/** Filter names of API/DescribeInstanceStatus. */
const FILTERS: FilterTable<Candidate> = {
  'availability-zone': ({ instance }) => [instance.AvailabilityZone],
  'availability-zone-id': ({ instance }) => [availabilityZoneId(instance.AvailabilityZone)],
  'event.code': ({ events }) => events.map(({ Code }) => Code),
  'event.description': ({ events }) => events.map(({ Description }) => Description),
  'event.instance-event-id': ({ events }) => events.map(({ EventId }) => EventId),
  'event.not-after': ({ events }) => events.map(({ NotAfter }) => NotAfter),
  'event.not-before': ({ events }) => events.map(({ NotBefore }) => NotBefore),
  'event.not-before-deadline': () => [],
  'instance-state-code': ({ instance }) => [describeState(instance.State).Code],
  'instance-state-name': ({ instance }) => [instance.State],
  'instance-status.reachability': ({ instance }) => [DETAIL[summary(instance)]],
  'instance-status.status': ({ instance }) => [summary(instance)],
  'system-status.reachability': ({ instance }) => [DETAIL[summary(instance)]],
  'system-status.status': ({ instance }) => [summary(instance)],
};
