/**
 * What events look like on the instance, and from when on (aws-behaviour 2: `events/`, `spot/`, `autoscaling/`): absent until
 * they are visible, there from that moment on without anybody doing anything.
 */

import { describe, expect, test } from 'vitest';
import type { InstanceEvent, InterruptionAction } from '../model.ts';
import { lastVisibleMs, nextVisibleMs } from './events.ts';
import { desiredInstance, NOW, prepare } from './testing.ts';

const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
const EventId = 'instance-event-0123456789abcdef0';

/** What a path below `meta-data/` answers at a moment, or nothing. */
function read(Events: InstanceEvent[], path: string, seconds = 0): string | undefined {
  const nowMs = NOW + seconds * 1000;
  const content = prepare(desiredInstance({ instance: { Events } }), nowMs).find(`/latest/meta-data/${path}`, {
    nowMs,
    delivery: '2.0',
  });
  return content && Buffer.from(content.after.slice(2), 'latin1').toString('utf8');
}

function interruption(Action: InterruptionAction, from = 0): InstanceEvent {
  return { EventId, VisibleFrom: at(from), Type: 'spot-interruption', Action, InterruptsAt: at(from + 120) };
}

function rebalance(from = 0): InstanceEvent {
  return { EventId, VisibleFrom: at(from), Type: 'rebalance-recommendation' };
}

type Maintenance = Extract<InstanceEvent, { Type: 'scheduled-maintenance' }>;

function maintenance(fields: Partial<Maintenance> = {}): Maintenance {
  return {
    EventId,
    VisibleFrom: at(0),
    Type: 'scheduled-maintenance',
    Code: 'system-reboot',
    Description: 'scheduled reboot',
    NotBefore: '2027-01-21T09:00:43.500Z',
    NotAfter: '2027-01-21T09:17:23.000Z',
    State: 'active',
    ...fields,
  };
}

function autoscaling(TargetLifecycleState: 'InService' | 'Terminated', from = 0): InstanceEvent {
  return { EventId, VisibleFrom: at(from), Type: 'autoscaling-lifecycle-state', TargetLifecycleState };
}

describe('of an instance that has no events', () => {
  test.each(['spot', 'spot/instance-action', 'spot/termination-time', 'events/recommendations', 'autoscaling'])(
    '%s is not present, and not listed',
    (path) => {
      expect(read([], path)).toBeUndefined();
      const [directory = '', ...rest] = path.split('/');
      const listing = rest.length === 0 ? read([], '') : read([], directory);
      expect(listing?.split('\n') ?? []).not.toContain(`${rest[0] ?? directory}/`);
    },
  );

  test('scheduled maintenance and its history are empty lists', () => {
    expect(read([], 'events/maintenance/scheduled')).toBe('[]');
    expect(read([], 'events/maintenance/history')).toBe('[]');
  });
});

describe('before it is visible, an event is as if it were not there', () => {
  test.each<[string, InstanceEvent, string]>([
    ['spot/instance-action', interruption('terminate', 1), '404'],
    ['spot/termination-time', interruption('terminate', 1), '404'],
    ['events/recommendations/rebalance', rebalance(1), '404'],
    ['autoscaling/target-lifecycle-state', autoscaling('InService', 1), '404'],
    ['events/maintenance/scheduled', maintenance({ VisibleFrom: at(1) }), '[]'],
    ['events/maintenance/history', maintenance({ VisibleFrom: at(1), State: 'completed' }), '[]'],
  ])('%s', (path, event, before) => {
    expect(read([event], path, 0.999) ?? '404').toBe(before);
    expect(read([event], path, 1) ?? '404').not.toBe(before);
  });
});

describe('spot/instance-action specifies the action and the approximate time when the action will occur', () => {
  test.each<InterruptionAction>(['hibernate', 'stop', 'terminate'])('%s', (action) => {
    const answer = `{"action":"${action}","time":"2026-11-23T10:02:00Z"}`;
    expect(read([interruption(action)], 'spot/instance-action')).toBe(answer);
  });
});

test('spot/termination-time is present only if the instance will be terminated', () => {
  expect(read([interruption('terminate')], 'spot/termination-time')).toBe('2026-11-23T10:02:00Z');
  expect(read([interruption('terminate')], 'spot')).toBe('instance-action\ntermination-time');
  for (const action of ['hibernate', 'stop'] as const) {
    expect(read([interruption(action)], 'spot/termination-time')).toBeUndefined();
    expect(read([interruption(action)], 'spot')).toBe('instance-action');
  }
});

test('events/recommendations/rebalance has the time when the signal was emitted', () => {
  const path = 'events/recommendations/rebalance';
  expect(read([rebalance(7)], path, 60)).toBe('{"noticeTime":"2026-11-23T10:00:07Z"}');
});

describe('scheduled maintenance', () => {
  const active = `{
  "NotBefore" : "21 Jan 2027 09:00:43 GMT",
  "Code" : "system-reboot",
  "Description" : "scheduled reboot",
  "EventId" : "instance-event-0123456789abcdef0",
  "NotAfter" : "21 Jan 2027 09:17:23 GMT",
  "State" : "active"
}`;
  const over = (State: string, words: string) =>
    active.replace('scheduled reboot', `[${words}] scheduled reboot`).replace('"active"', `"${State}"`);

  test('that is active is in events/maintenance/scheduled, as AWS prints it', () => {
    expect(read([maintenance()], 'events/maintenance/scheduled')).toBe(`[ ${active} ]`);
    expect(read([maintenance()], 'events/maintenance/history')).toBe('[]');
  });

  test('that is canceled or completed is in events/maintenance/history, and says so', () => {
    const Events = [maintenance({ State: 'canceled' }), maintenance({ State: 'completed' })];
    const history = `[ ${over('canceled', 'Canceled')}, ${over('completed', 'Completed')} ]`;
    expect(read(Events, 'events/maintenance/history')).toBe(history);
    expect(read(Events, 'events/maintenance/scheduled')).toBe('[]');
  });

  test('without an end has no NotAfter, and no description leaves its JSON', () => {
    const { NotAfter: _end, ...endless } = maintenance({ Description: 'a "quoted\\" ✓', Code: 'instance-stop' });
    const text = read([endless], 'events/maintenance/scheduled') ?? '';
    expect(JSON.parse(text)).toEqual([
      {
        NotBefore: '21 Jan 2027 09:00:43 GMT',
        Code: 'instance-stop',
        Description: 'a "quoted\\" ✓',
        EventId,
        State: 'active',
      },
    ]);
  });
});

describe('of several of a kind', () => {
  const path = 'autoscaling/target-lifecycle-state';

  test('the one that became visible last is true, in whatever order they were made', () => {
    const Events = [autoscaling('Terminated', 10), autoscaling('InService', 5)];
    expect(read(Events, path, 4)).toBeUndefined();
    expect(read(Events, path, 5)).toBe('InService');
    expect(read(Events, path, 10)).toBe('Terminated');
  });

  test('of those that became visible at once, the one that was made last', () => {
    expect(read([autoscaling('Terminated'), autoscaling('InService')], path)).toBe('InService');
  });
});

test('an instance is prepared anew whenever the next event becomes visible, and metadata is as old as the last', () => {
  const Events = [rebalance(5), interruption('stop', 10), rebalance(-5)];
  expect([nextVisibleMs(Events, NOW), lastVisibleMs(Events, NOW)]).toEqual([NOW + 5000, NOW - 5000]);
  expect([nextVisibleMs(Events, NOW + 5000), lastVisibleMs(Events, NOW + 5000)]).toEqual([NOW + 10_000, NOW + 5000]);
  expect([nextVisibleMs(Events, NOW + 10_000), lastVisibleMs(undefined, NOW)]).toEqual([
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]);
  expect(prepare(desiredInstance({ instance: { Events } })).goodUntilMs).toBe(NOW + 5000);
});
