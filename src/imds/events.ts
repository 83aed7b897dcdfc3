/**
 * What an instance's events look like in its metadata, and from when on (aws-behaviour 2: `events/`, `spot/`,
 * `autoscaling/`).
 *
 * rule: visible-events
 *   Each value is a function of the events that are visible at a moment; what is not marked has none, and so answers 404.
 *
 * Spacing and order of the JSON are AWS's.
 */

import { isoSeconds } from '../clock.ts';
import type { InstanceEvent } from '../model.ts';
import { spacedJson } from './spaced-json.ts';

type Maintenance = Extract<InstanceEvent, { Type: 'scheduled-maintenance' }>;

/** When the last of them became visible; minus infinity when none has. */
export function lastVisibleMs(events: readonly InstanceEvent[] | undefined, nowMs: number): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...times(events).filter((time) => time <= nowMs));
}

/** When the next of them becomes visible; infinite when none does. */
export function nextVisibleMs(events: readonly InstanceEvent[] | undefined, nowMs: number): number {
  return Math.min(Number.POSITIVE_INFINITY, ...times(events).filter((time) => time > nowMs));
}

function times(events: readonly InstanceEvent[] | undefined): number[] {
  return (events ?? []).map(({ VisibleFrom }) => Date.parse(VisibleFrom));
}

/** `spot/instance-action`: what will be done to the Spot instance, and when. */
export function spotInstanceAction(events: readonly InstanceEvent[]): string | undefined {
  const interruption = lastOf(events, 'spot-interruption');
  return (
    interruption &&
    JSON.stringify({ action: interruption.Action, time: isoSeconds(Date.parse(interruption.InterruptsAt)) })
  );
}

/** `spot/termination-time`, older than `spot/instance-action` and only for instances that will be terminated. */
export function spotTerminationTime(events: readonly InstanceEvent[]): string | undefined {
  const interruption = lastOf(events, 'spot-interruption');
  return interruption?.Action === 'terminate' ? isoSeconds(Date.parse(interruption.InterruptsAt)) : undefined;
}

/** `events/recommendations/rebalance` */
export function rebalanceRecommendation(events: readonly InstanceEvent[]): string | undefined {
  const recommendation = lastOf(events, 'rebalance-recommendation');
  return recommendation && JSON.stringify({ noticeTime: isoSeconds(Date.parse(recommendation.VisibleFrom)) });
}

/** `autoscaling/target-lifecycle-state` */
export function targetLifecycleState(events: readonly InstanceEvent[]): string | undefined {
  return lastOf(events, 'autoscaling-lifecycle-state')?.TargetLifecycleState;
}

/** `events/maintenance/scheduled` and `events/maintenance/history`: `[]` when there are none, never 404. */
export function maintenance(events: readonly InstanceEvent[], which: 'scheduled' | 'history'): string {
  const wanted = events.filter(
    (event): event is Maintenance =>
      event.Type === 'scheduled-maintenance' && (event.State === 'active') === (which === 'scheduled'),
  );
  return wanted.length === 0 ? '[]' : `[ ${wanted.map(maintenanceEntry).join(', ')} ]`;
}

const PREFIXES: Record<Maintenance['State'], string> = {
  active: '',
  canceled: '[Canceled] ',
  completed: '[Completed] ',
};

function maintenanceEntry({ NotBefore, Code, Description, EventId, NotAfter, State }: Maintenance): string {
  return spacedJson([
    ['NotBefore', dayFirst(NotBefore)],
    ['Code', Code],
    ['Description', PREFIXES[State] + Description],
    ['EventId', EventId],
    ...(NotAfter === undefined ? [] : [['NotAfter', dayFirst(NotAfter)] as const]),
    ['State', State],
  ]);
}

/** `21 Jan 2019 09:00:43 GMT` */
function dayFirst(iso: string): string {
  return new Date(iso).toUTCString().replace(/^\w+, /, '');
}

function lastOf<T extends InstanceEvent['Type']>(
  events: readonly InstanceEvent[],
  type: T,
): Extract<InstanceEvent, { Type: T }> | undefined {
  return events.findLast((event): event is Extract<InstanceEvent, { Type: T }> => event.Type === type);
}
