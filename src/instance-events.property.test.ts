/** What holds of every set of events, whenever it is looked at and whatever is done to it. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INTERRUPTION_ACTIONS, MAINTENANCE_CODES } from './event-requests.ts';
import {
  addEvents,
  afterReboot,
  afterStop,
  afterTerminate,
  bringAbout,
  cancelEvents,
  completeEvent,
  isHistory,
  nextDueMs,
  visibleEvents,
} from './instance-events.ts';
import type { Instance, InstanceEvent, InstanceStateName } from './model.ts';
import { instance } from './testing.ts';

const START = Date.UTC(2026, 10, 23, 10);
const STATES: InstanceStateName[] = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'];

/** Few different times, so that many coincide. */
const second = fc.integer({ min: -5, max: 5 });
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

const kind = fc.oneof(
  fc.record({
    Type: fc.constant('spot-interruption' as const),
    Action: fc.constantFrom(...INTERRUPTION_ACTIONS),
    InterruptsAt: second.map(at),
  }),
  fc.record({ Type: fc.constant('rebalance-recommendation' as const) }),
  fc.record({
    Type: fc.constant('scheduled-maintenance' as const),
    Code: fc.constantFrom(...MAINTENANCE_CODES),
    Description: fc.constant('x'),
    NotBefore: second.map(at),
    State: fc.constantFrom('active' as const, 'canceled' as const, 'completed' as const),
  }),
  fc.record({
    Type: fc.constant('autoscaling-lifecycle-state' as const),
    TargetLifecycleState: fc.constant('InService' as const),
  }),
);

const events = fc
  .array(fc.tuple(second.map(at), kind), { maxLength: 8 })
  .map((all) =>
    all.map(([VisibleFrom, of], index): InstanceEvent => ({ EventId: `event-${index}`, VisibleFrom, ...of })),
  );

const given = fc
  .record({ State: fc.constantFrom(...STATES), Events: events })
  .map(({ State, Events }) => addEvents(instance({ State, InstanceLifecycle: 'spot' }), Events, START));

const now = second.map((seconds) => START + seconds * 1000);

function eventsOf({ Events = [] }: Instance): InstanceEvent[] {
  return Events;
}

test('bringing about is idempotent, and leaves nothing due in the past', () => {
  fc.assert(
    fc.property(given, now, (before, nowMs) => {
      const after = bringAbout(before, nowMs);
      expect(bringAbout(after, nowMs)).toBe(after);
      expect(nextDueMs(after) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(nowMs);
    }),
  );
});

test('it changes an instance exactly when something is due', () => {
  fc.assert(
    fc.property(given, now, (before, nowMs) => {
      const isDue = before.dueAtMs !== undefined && before.dueAtMs <= nowMs;
      expect(bringAbout(before, nowMs) !== before).toBe(isDue);
    }),
  );
});

describe('whatever happens to an instance', () => {
  const happening = fc.oneof(
    fc.constant(bringAbout),
    fc.constant(afterStop),
    fc.constant(afterReboot),
    fc.constant(afterTerminate),
    fc.constant((before: Instance, nowMs: number) => cancelEvents(before, new Set(['event-1', 'event-3']), nowMs)),
    fc.constant((before: Instance) => completeEvent(before, 'event-2')),
  );

  test('dueAtMs says when its first event is due, and nothing is made of nothing', () => {
    fc.assert(
      fc.property(given, happening, now, (before, happens, nowMs) => {
        const after = happens(before, nowMs);
        expect(after.dueAtMs).toBe(nextDueMs(after));
        const ids = new Set(eventsOf(before).map(({ EventId }) => EventId));
        for (const { EventId } of eventsOf(after)) expect(ids).toContain(EventId);
      }),
    );
  });

  test('history stays as it is', () => {
    fc.assert(
      fc.property(given, happening, now, (before, happens, nowMs) => {
        expect(eventsOf(happens(before, nowMs))).toEqual(
          expect.arrayContaining(eventsOf(before).filter((event) => isHistory(event))),
        );
      }),
    );
  });

  test('maintenance that somebody has seen does not vanish', () => {
    fc.assert(
      fc.property(given, happening, now, (before, happens, nowMs) => {
        const seen = visibleEvents(before.Events, nowMs).filter(({ Type }) => Type === 'scheduled-maintenance');
        const left = new Set(eventsOf(happens(before, nowMs)).map(({ EventId }) => EventId));
        for (const { EventId } of seen) expect(left).toContain(EventId);
      }),
    );
  });
});
