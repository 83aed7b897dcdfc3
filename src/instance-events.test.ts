/** What becomes of events: limits, cancel and completion, a user's stop, reboot and termination, and what comes about at its time. */

import { describe, expect, test } from 'vitest';
import {
  addEvents,
  afterReboot,
  afterStop,
  afterTerminate,
  bringAbout,
  cancelEvents,
  completeEvent,
  MOST_EVENTS,
  nextDueMs,
  visibleEvents,
} from './instance-events.ts';
import type { Instance, InstanceEvent, InstanceStateName, InterruptionAction, MaintenanceCode } from './model.ts';
import { instance } from './testing.ts';

const NOW = Date.UTC(2026, 10, 23, 10);
const SECOND = 1000;

function at(seconds: number): string {
  return new Date(NOW + seconds * SECOND).toISOString();
}

let made = 0;
function id(): string {
  return `instance-event-${String(++made).padStart(17, '0')}`;
}

function interruption(fields: { from?: number; at?: number; Action?: InterruptionAction } = {}): InstanceEvent {
  const { from = 0, Action = 'terminate' } = fields;
  const InterruptsAt = at(fields.at ?? from + 120);
  return { EventId: id(), VisibleFrom: at(from), Type: 'spot-interruption', Action, InterruptsAt };
}

type Maintenance = Extract<InstanceEvent, { Type: 'scheduled-maintenance' }>;
type MaintenanceFields = { from?: number; at?: number; Code?: MaintenanceCode; State?: Maintenance['State'] };

function maintenance({ from = 0, at: begins = 600, Code = 'instance-stop', State = 'active' }: MaintenanceFields = {}) {
  const event: Maintenance = {
    EventId: id(),
    VisibleFrom: at(from),
    Type: 'scheduled-maintenance',
    Code,
    Description: 'x',
    NotBefore: at(begins),
    State,
  };
  return event;
}

function rebalance(from = 0): InstanceEvent {
  return { EventId: id(), VisibleFrom: at(from), Type: 'rebalance-recommendation' };
}

function autoscaling(from = 0): InstanceEvent {
  return {
    EventId: id(),
    VisibleFrom: at(from),
    Type: 'autoscaling-lifecycle-state',
    TargetLifecycleState: 'InService',
  };
}

/** A running Spot instance that was given these events. */
function having(Events: InstanceEvent[], fields: Partial<Instance> = {}): Instance {
  return addEvents(instance({ State: 'running', InstanceLifecycle: 'spot', ...fields }), Events, NOW);
}

test('an instance without events has nothing due, and its keys are absent', () => {
  expect(nextDueMs({})).toBeUndefined();
  const none = having([]);
  expect(none).not.toHaveProperty('Events');
  expect(none).not.toHaveProperty('dueAtMs');
});

test('what is due first is due: interruptions and active maintenance, nothing else', () => {
  expect(having([rebalance(), autoscaling(), maintenance({ State: 'completed' })])).not.toHaveProperty('dueAtMs');
  expect(having([maintenance({ at: 50 }), interruption({ at: 70 })]).dueAtMs).toBe(NOW + 50 * SECOND);
});

test('visible are those whose time has come, in that order', () => {
  const [first, second, later] = [autoscaling(-5), autoscaling(-10), autoscaling(1)];
  expect(visibleEvents(undefined, NOW)).toEqual([]);
  expect(visibleEvents([first, second, later], NOW)).toEqual([second, first]);
  expect(visibleEvents([first, second, later], NOW + SECOND)).toEqual([second, first, later]);
});

describe('an instance keeps at most a hundred events', () => {
  const upcoming = (count: number) => Array.from({ length: count }, () => rebalance(60));

  test('of which none that is not over gives way', () => {
    const full = having(upcoming(MOST_EVENTS - 1));
    expect(() => addEvents(full, upcoming(2), NOW)).toThrow(
      expect.objectContaining({
        code: 'InvalidParameterValue',
        message: 'the 2 of `Events` are 1 too many: an instance has at most 100, of which those that are over give way',
      }),
    );
    expect(() => having(upcoming(MOST_EVENTS + 1))).toThrow();
    expect(addEvents(full, upcoming(1), NOW).Events).toHaveLength(MOST_EVENTS);
  });

  test('the oldest completed and canceled ones do', () => {
    const history = Array.from({ length: 3 }, (_, index) =>
      maintenance({ State: index === 0 ? 'canceled' : 'completed' }),
    );
    const others = upcoming(MOST_EVENTS - 3);
    const added = upcoming(2);
    expect(addEvents(having([...history, ...others]), added, NOW).Events).toEqual([history[2], ...others, ...added]);
  });

  test('and so does what a later event of the same kind has replaced', () => {
    const [shown, replaced] = [autoscaling(-1), autoscaling(-2)];
    const kept = [shown, replaced, maintenance(), interruption(), ...upcoming(MOST_EVENTS - 4)];
    const [next, another] = [autoscaling(60), autoscaling(60)];
    const full = addEvents(having(kept), [next], NOW);
    expect(full.Events).toEqual([...kept.filter((event) => event !== replaced), next]);
    expect(() => addEvents(full, [another], NOW)).toThrow();
  });
});

describe('canceled', () => {
  test('nothing else is, and history stays history', () => {
    const before = having([maintenance({ State: 'completed' }), maintenance({ State: 'canceled' }), rebalance()]);
    const ids = new Set(before.Events?.slice(0, 2).map((event) => event.EventId));
    expect(cancelEvents(before, ids, NOW)).toBe(before);
    expect(cancelEvents(before, new Set(), NOW)).toBe(before);
  });

  test('maintenance that was announced goes into the history; everything else is gone', () => {
    const [seen, unseen] = [maintenance(), maintenance({ from: 1 })];
    const before = having([interruption(), rebalance(), autoscaling(), seen, unseen]);
    const after = cancelEvents(before, new Set(before.Events?.map((event) => event.EventId)), NOW);
    expect(after.Events).toEqual([{ ...seen, State: 'canceled' }]);
    expect(after).not.toHaveProperty('dueAtMs');
  });
});

test('completed maintenance is history and nothing is due any more; completing twice is completing once', () => {
  const event = maintenance();
  const after = completeEvent(having([event]), event.EventId);
  expect(after.Events).toEqual([{ ...event, State: 'completed' }]);
  expect(after).not.toHaveProperty('dueAtMs');
  expect(completeEvent(after, event.EventId)).toBe(after);
});

describe('a stop', () => {
  test('leaves what is not visible yet, and the Auto Scaling group', () => {
    const before = having([interruption({ from: 1 }), rebalance(1), maintenance({ from: 1 }), autoscaling()]);
    expect(afterStop(before, NOW)).toBe(before);
  });

  test('moves the instance to another host: announced maintenance is completed, Spot notices are gone', () => {
    const [event, history] = [maintenance({ Code: 'system-maintenance' }), maintenance({ State: 'canceled' })];
    const after = afterStop(having([interruption(), rebalance(), event, history]), NOW);
    expect(after.Events).toEqual([{ ...event, State: 'completed' }, history]);
    expect(after).not.toHaveProperty('dueAtMs');
  });
});

test('a reboot by the user clears a system-reboot event that was announced, and no other', () => {
  const codes: MaintenanceCode[] = ['instance-reboot', 'instance-retirement', 'instance-stop', 'system-maintenance'];
  const others = having([interruption(), ...codes.map((Code) => maintenance({ Code }))]);
  expect(afterReboot(others, NOW)).toBe(others);
  const [seen, unseen] = [maintenance({ Code: 'system-reboot' }), maintenance({ Code: 'system-reboot', from: 1 })];
  expect(afterReboot(having([seen, unseen]), NOW).Events).toEqual([{ ...seen, State: 'completed' }, unseen]);
});

test('a terminated instance has no events but history', () => {
  const [seen, history] = [maintenance(), maintenance({ State: 'completed' })];
  const before = having([
    interruption({ from: 9 }),
    rebalance(),
    autoscaling(),
    maintenance({ from: 9 }),
    seen,
    history,
  ]);
  const after = afterTerminate(before, NOW);
  expect(after.Events).toEqual([{ ...seen, State: 'canceled' }, history]);
  expect(after).not.toHaveProperty('dueAtMs');
});

describe('nothing comes about', () => {
  test('before its time', () => {
    const before = having([interruption({ at: 120 }), maintenance({ at: 121 })]);
    expect(bringAbout(before, NOW + 120 * SECOND - 1)).toBe(before);
  });

  test.each<InstanceStateName>(['stopping', 'stopped', 'shutting-down', 'terminated'])(
    'of an interruption while the instance is %s, and the interruption is over',
    (State) => {
      const before = having([interruption({ at: 1 })], { State });
      const { Events: _events, dueAtMs: _due, ...rest } = before;
      expect(bringAbout(before, NOW + SECOND)).toEqual(rest);
    },
  );
});

describe('at its time', () => {
  const SERVICE = 'Service initiated (2026-11-23 10:00:01 GMT)';

  test.each<[InterruptionAction, InstanceStateName, string]>([
    ['terminate', 'shutting-down', 'Server.SpotInstanceTermination'],
    ['stop', 'stopping', 'Server.SpotInstanceShutdown'],
    ['hibernate', 'stopping', 'Server.SpotInstanceShutdown'],
  ])('an interruption that is to %s makes the instance %s, and is gone', (Action, State, StateReasonCode) => {
    for (const before of ['running', 'pending'] as const) {
      const after = bringAbout(having([interruption({ at: 1, Action }), rebalance()], { State: before }), NOW + SECOND);
      expect(after).toMatchObject({ State, StateTransitionReason: SERVICE, StateReasonCode });
      expect(after).not.toHaveProperty('Events');
      expect(after).not.toHaveProperty('dueAtMs');
    }
  });

  test.each<MaintenanceCode>(['instance-stop', 'instance-retirement'])('%s stops the instance', (Code) => {
    const event = maintenance({ at: 1, Code });
    expect(bringAbout(having([event]), NOW + SECOND)).toMatchObject({
      State: 'stopping',
      StateTransitionReason: SERVICE,
      StateReasonCode: 'Server.ScheduledStop',
      Events: [{ ...event, State: 'completed' }],
    });
  });

  test.each<MaintenanceCode>(['instance-reboot', 'system-reboot', 'system-maintenance'])(
    '%s is completed, and the instance runs on',
    (Code) => {
      const event = maintenance({ at: 1, Code });
      const before = having([event, rebalance()]);
      const { dueAtMs: _due, ...rest } = before;
      const Events = [{ ...event, State: 'completed' }, before.Events?.[1]];
      expect(bringAbout(before, NOW + SECOND)).toEqual({ ...rest, Events });
    },
  );

  test('a stop of its own completes other maintenance that was announced, and the rest comes at its time', () => {
    const [stop, reboot] = [maintenance({ at: 1 }), maintenance({ at: 500, Code: 'instance-reboot' })];
    const later = interruption({ from: 200 });
    const after = bringAbout(having([reboot, later, stop]), NOW + SECOND);
    expect(after.Events).toEqual([{ ...reboot, State: 'completed' }, later, { ...stop, State: 'completed' }]);
    expect(after.dueAtMs).toBe(NOW + 320 * SECOND);
  });

  test('what is overdue comes about in the order of time, not in the order in which it was made', () => {
    const [terminate, stop] = [interruption({ at: 2 }), interruption({ at: 1, Action: 'stop' })];
    expect(bringAbout(having([terminate, stop]), NOW + 10 * SECOND)).toMatchObject({ State: 'stopping' });
  });
});
