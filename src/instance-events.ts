/**
 * The events of an instance: how many it keeps, what ends them, and what they bring about.
 *
 *   made ── VisibleFrom ──> in metadata ── due ──> brought about ──> gone, or history where it was maintenance
 *     └─ cancel ─> gone         └─ cancel, stop, terminate ────────> gone, or history where it was maintenance
 *
 * INVARIANT: `dueAtMs` of an instance is when the first of its events is due; `withEvents` alone writes the two. The
 * caller takes the revision of what has changed. How events are made is in `event-requests.ts`.
 */

import { invalidParameterValue } from './aws-errors.ts';
import { serviceTransition, transitionReason } from './instance-lifecycle.ts';
import type { Instance, InstanceEvent, InterruptionAction, MaintenanceCode, StateReasonCode } from './model.ts';

type Maintenance = Extract<InstanceEvent, { Type: 'scheduled-maintenance' }>;

/** Of one instance, history included. */
export const MOST_EVENTS = 100;

// ─── What is visible, and what is over ───────────────────────────────────────────────────────────────────────────────

export function isVisible({ VisibleFrom }: InstanceEvent, nowMs: number): boolean {
  return Date.parse(VisibleFrom) <= nowMs;
}

/** Those that are visible by then, in the order in which they became so; of one kind the last is what is true. */
export function visibleEvents(events: readonly InstanceEvent[] | undefined, nowMs: number): InstanceEvent[] {
  const visible = (events ?? []).filter((event) => isVisible(event, nowMs));
  return visible.sort((a, b) => Date.parse(a.VisibleFrom) - Date.parse(b.VisibleFrom));
}

export function isHistory(event: InstanceEvent): boolean {
  return event.Type === 'scheduled-maintenance' && event.State !== 'active';
}

// ─── Adding events ───────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The instance with more events. Where that would be too many, the oldest of those that are over give way.
 *
 * @throws InvalidParameterValue when too many are left
 */
export function addEvents(instance: Instance, added: readonly InstanceEvent[], nowMs: number): Instance {
  const kept = instance.Events ?? [];
  const tooMany = Math.max(0, kept.length + added.length - MOST_EVENTS);
  const givingWay = new Set(kept.filter(isOver(kept, nowMs)).slice(0, tooMany));
  if (givingWay.size < tooMany) {
    const most = `an instance has at most ${MOST_EVENTS}, of which those that are over give way`;
    throw invalidParameterValue(`the ${added.length} of \`Events\` are ${tooMany - givingWay.size} too many: ${most}`);
  }
  return withEvents(instance, [...kept.filter((event) => !givingWay.has(event)), ...added]);
}

/** Whether an event is history, or metadata shows a later one of its kind instead. */
function isOver(events: readonly InstanceEvent[], nowMs: number): (event: InstanceEvent) => boolean {
  const visible = visibleEvents(events, nowMs);
  const shown = new Set(REPLACED.map((type) => visible.findLast(({ Type }) => Type === type)));
  return (event) => isHistory(event) || (REPLACED.includes(event.Type) && isVisible(event, nowMs) && !shown.has(event));
}

/** Kinds of which a later event takes the place of an earlier one. */
const REPLACED: readonly InstanceEvent['Type'][] = ['rebalance-recommendation', 'autoscaling-lifecycle-state'];

// ─── Ending events ───────────────────────────────────────────────────────────────────────────────────────────────────

/** What becomes of an event; nothing where it is gone. */
type Become = (event: InstanceEvent) => InstanceEvent | undefined;

/** What was never seen leaves nothing behind, nor does what is not maintenance; history stays as it is. */
function canceled(event: InstanceEvent, nowMs: number): InstanceEvent | undefined {
  if (isHistory(event)) return event;
  return event.Type === 'scheduled-maintenance' && isVisible(event, nowMs)
    ? { ...event, State: 'canceled' }
    : undefined;
}

function completed(event: Maintenance): Maintenance {
  return event.State === 'active' ? { ...event, State: 'completed' } : event;
}

/** @param ids of the events that are canceled */
export function cancelEvents(instance: Instance, ids: ReadonlySet<string>, nowMs: number): Instance {
  return changeEvents(instance, (event) => (ids.has(event.EventId) ? canceled(event, nowMs) : event));
}

/** @param EventId of a maintenance event */
export function completeEvent(instance: Instance, EventId: string): Instance {
  return changeEvents(instance, (event) =>
    event.EventId === EventId && event.Type === 'scheduled-maintenance' ? completed(event) : event,
  );
}

/**
 * rule: stop-ends-events
 *   A stop, whoever asks for it, moves an instance to another host: the maintenance that it was told of is completed, and
 *   what it was told as a Spot instance is not true any more.
 *
 * What is not visible yet stays, and comes at its time.
 */
export function afterStop(instance: Instance, nowMs: number): Instance {
  return changeEvents(instance, (event) => {
    if (!isVisible(event, nowMs) || event.Type === 'autoscaling-lifecycle-state') return event;
    return event.Type === 'scheduled-maintenance' ? completed(event) : undefined;
  });
}

/**
 * rule: reboot-clears-system-reboot
 *   A user's reboot moves an instance with a system-reboot event to new hardware and so clears it; the others stay.
 */
export function afterReboot(instance: Instance, nowMs: number): Instance {
  return changeEvents(instance, (event) => {
    const isCleared = event.Type === 'scheduled-maintenance' && event.Code === 'system-reboot';
    return isCleared && isVisible(event, nowMs) ? completed(event) : event;
  });
}

/** What is terminated has no events but history. */
export function afterTerminate(instance: Instance, nowMs: number): Instance {
  return changeEvents(instance, (event) => canceled(event, nowMs));
}

// ─── What events bring about ─────────────────────────────────────────────────────────────────────────────────────────

/** When the first of its events is due, in milliseconds since 1970; undefined when none is. */
export function nextDueMs({ Events = [] }: Pick<Instance, 'Events'>): number | undefined {
  const first = Math.min(...Events.map(dueMs));
  return Number.isFinite(first) ? first : undefined;
}

function dueMs(event: InstanceEvent): number {
  if (event.Type === 'spot-interruption') return Date.parse(event.InterruptsAt);
  const isDueOnce = event.Type === 'scheduled-maintenance' && event.State === 'active';
  return isDueOnce ? Date.parse(event.NotBefore) : Number.POSITIVE_INFINITY;
}

/**
 * The instance after all that is due by now, in the order of time; the very same object when nothing is. Twice is once.
 *
 * rule: events-come-about
 *   At its time a Spot instance is terminated, stopped or hibernated, which here is stopping; scheduled maintenance stops
 *   the instance where its code says so, and is completed.
 */
export function bringAbout(instance: Instance, nowMs: number): Instance {
  const due = (instance.Events ?? []).filter((event) => dueMs(event) <= nowMs).sort((a, b) => dueMs(a) - dueMs(b));
  return due.reduce((before, { EventId }) => {
    // An earlier one may have ended it.
    const event = before.Events?.find((each) => each.EventId === EventId && dueMs(each) <= nowMs);
    return event ? comeAbout(before, event, nowMs) : before;
  }, instance);
}

type Effect = { request: 'stop' | 'terminate'; StateReasonCode: StateReasonCode };

const INTERRUPTION: Record<InterruptionAction, Effect> = {
  hibernate: { request: 'stop', StateReasonCode: 'Server.SpotInstanceShutdown' },
  stop: { request: 'stop', StateReasonCode: 'Server.SpotInstanceShutdown' },
  terminate: { request: 'terminate', StateReasonCode: 'Server.SpotInstanceTermination' },
};

function comeAbout(instance: Instance, event: InstanceEvent, nowMs: number): Instance {
  const over: Become = (each) => {
    if (each !== event) return each;
    return each.Type === 'scheduled-maintenance' ? completed(each) : undefined;
  };
  const after = changeEvents(instance, over);
  const effect = effectOf(event);
  const State = effect ? serviceTransition(after.State, effect.request) : after.State;
  if (!effect || State === after.State) return after;
  const told = effect.request === 'stop' ? afterStop(after, nowMs) : afterTerminate(after, nowMs);
  const { StateReasonCode } = effect;
  return { ...told, State, StateTransitionReason: transitionReason('Service', nowMs), StateReasonCode };
}

function effectOf(event: InstanceEvent): Effect | undefined {
  if (event.Type === 'spot-interruption') return INTERRUPTION[event.Action];
  const stops = event.Type === 'scheduled-maintenance' && stopsInstance(event.Code);
  return stops ? { request: 'stop', StateReasonCode: 'Server.ScheduledStop' } : undefined;
}

/** An instance whose root device is a volume, as all are here, is stopped where it retires. */
export function stopsInstance(code: MaintenanceCode): boolean {
  return code === 'instance-stop' || code === 'instance-retirement';
}

// ─── Writing them ────────────────────────────────────────────────────────────────────────────────────────────────────

/** The very same instance when none of its events becomes another. */
function changeEvents(instance: Instance, become: Become): Instance {
  const before = instance.Events ?? [];
  const after = before.map(become);
  if (after.every((event, index) => event === before[index])) return instance;
  return withEvents(
    instance,
    after.filter((event) => event !== undefined),
  );
}

function withEvents(instance: Instance, Events: InstanceEvent[]): Instance {
  const { Events: _events, dueAtMs: _due, ...rest } = instance;
  const dueAtMs = nextDueMs({ Events });
  return { ...rest, ...(Events.length > 0 && { Events }), ...(dueAtMs !== undefined && { dueAtMs }) };
}
