/**
 * Events of instances as they are asked for, and the events that they make: defaults are AWS's words and times.
 *
 * Which kind befalls which instance, and in what order the times of an event may be, is decided here. Pure: time and ids
 * come from the caller. What events do once they are made is in `instance-events.ts`.
 */

import { invalidParameterValue, unsupportedOperation } from './aws-errors.ts';
import { isoMilliseconds } from './clock.ts';
import type { Instance, InstanceEvent, InterruptionAction, MaintenanceCode, TargetLifecycleState } from './model.ts';

/** An event as it is asked for; what is absent has a default. */
export type EventRequest = {
  /** After so many seconds it becomes visible. */
  DelaySeconds?: number;
} & (
  | { Type: 'spot-interruption'; Action?: InterruptionAction; NoticeSeconds?: number }
  | { Type: 'rebalance-recommendation' }
  | {
      Type: 'scheduled-maintenance';
      Code: MaintenanceCode;
      Description?: string;
      NotBefore?: string;
      NotAfter?: string;
      /** Instead of NotBefore: so many seconds after it became visible. */
      NoticeSeconds?: number;
    }
  | { Type: 'autoscaling-lifecycle-state'; TargetLifecycleState: TargetLifecycleState }
);

/** The longest that a request may say. */
export const MOST_SECONDS = {
  delay: 7 * 24 * 3600,
  spotNotice: 24 * 3600,
  maintenanceNotice: 364 * 24 * 3600,
} as const;

type MaintenanceRequest = Extract<EventRequest, { Type: 'scheduled-maintenance' }>;
type SpotType = 'spot-interruption' | 'rebalance-recommendation';

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;
/** UG/spot-instance-termination-notices: "two minutes"; hibernation "begins immediately". */
const NOTICE_SECONDS: Record<InterruptionAction, number> = { hibernate: 0, stop: 120, terminate: 120 };
/** AWS tells of most maintenance about two weeks before. */
const MAINTENANCE_NOTICE_SECONDS = 14 * 24 * 3600;

/** What AWS's examples say of each code (UG/viewing-scheduled-events); what does not stop an instance has an end. */
const MAINTENANCE: Record<MaintenanceCode, { Description: string; lastsMs?: number }> = {
  'instance-reboot': { Description: 'scheduled reboot', lastsMs: 2 * HOUR_MS },
  'instance-retirement': { Description: 'The instance is running on degraded hardware' },
  'instance-stop': { Description: 'The instance is running on degraded hardware' },
  'system-maintenance': { Description: 'scheduled maintenance', lastsMs: 2 * HOUR_MS },
  'system-reboot': { Description: 'scheduled reboot', lastsMs: 2 * HOUR_MS },
};

const TARGET_LIFECYCLE: Record<TargetLifecycleState, true> = {
  Detached: true,
  InService: true,
  Standby: true,
  Terminated: true,
  'Warmed:Hibernated': true,
  'Warmed:Running': true,
  'Warmed:Stopped': true,
  'Warmed:Terminated': true,
};

export const TARGET_LIFECYCLE_STATES = Object.keys(TARGET_LIFECYCLE) as TargetLifecycleState[];
export const MAINTENANCE_CODES = Object.keys(MAINTENANCE) as MaintenanceCode[];
export const INTERRUPTION_ACTIONS = Object.keys(NOTICE_SECONDS) as InterruptionAction[];

/** `field` is what the request calls it, for example `Events[0]`. */
export type Making = { EventId: string; nowMs: number; instance: Instance; field: string };

/**
 * The event that a request asks for.
 *
 * rule: spot-notice
 *   A Spot instance gets its notice two minutes before it is stopped or terminated; hibernation begins at once.
 *
 * @throws UnsupportedOperation for a Spot event of another instance, InvalidParameterValue for times that contradict
 */
export function makeEvent(request: EventRequest, { EventId, nowMs, instance, field }: Making): InstanceEvent {
  const visibleMs = nowMs + Math.round((request.DelaySeconds ?? 0) * SECOND_MS);
  const made = { EventId, VisibleFrom: isoMilliseconds(visibleMs) };
  switch (request.Type) {
    case 'spot-interruption': {
      refuseUnlessSpot(instance, request.Type);
      const Action = request.Action ?? instance.InstanceInterruptionBehavior ?? 'terminate';
      const noticeMs = (request.NoticeSeconds ?? NOTICE_SECONDS[Action]) * SECOND_MS;
      return { ...made, Type: request.Type, Action, InterruptsAt: isoMilliseconds(visibleMs + Math.round(noticeMs)) };
    }
    case 'rebalance-recommendation':
      refuseUnlessSpot(instance, request.Type);
      return { ...made, Type: request.Type };
    case 'scheduled-maintenance':
      return { ...made, ...maintenanceOf(request, visibleMs, field) };
    case 'autoscaling-lifecycle-state':
      return { ...made, Type: request.Type, TargetLifecycleState: request.TargetLifecycleState };
  }
}

function maintenanceOf(request: MaintenanceRequest, visibleMs: number, field: string) {
  const { Type, Code, NotBefore, NotAfter, NoticeSeconds = MAINTENANCE_NOTICE_SECONDS } = request;
  const { lastsMs, Description } = MAINTENANCE[Code];
  const beginsMs = NotBefore === undefined ? visibleMs + Math.round(NoticeSeconds * SECOND_MS) : Date.parse(NotBefore);
  if (beginsMs < visibleMs) throw tooEarly(`${field}.NotBefore`, visibleMs, 'when the event becomes visible');
  const usualEndMs = lastsMs === undefined ? undefined : beginsMs + lastsMs;
  const endsMs = NotAfter === undefined ? usualEndMs : Date.parse(NotAfter);
  if (endsMs !== undefined && endsMs < beginsMs) throw tooEarly(`${field}.NotAfter`, beginsMs, 'its NotBefore');
  return {
    Type,
    Code,
    Description: request.Description ?? Description,
    NotBefore: isoMilliseconds(beginsMs),
    ...(endsMs !== undefined && { NotAfter: isoMilliseconds(endsMs) }),
    State: 'active' as const,
  };
}

function tooEarly(field: string, earliestMs: number, what: string) {
  return invalidParameterValue(`the value of \`${field}\` is earlier than ${isoMilliseconds(earliestMs)}, ${what}`);
}

function refuseUnlessSpot({ InstanceId, InstanceLifecycle }: Instance, type: SpotType): void {
  if (InstanceLifecycle === 'spot') return;
  throw unsupportedOperation(
    `a ${type} befalls Spot instances only, and \`${InstanceId}\` is none; launch one with --instance-market-options MarketType=spot`,
  );
}
