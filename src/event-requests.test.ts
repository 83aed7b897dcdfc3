/** Making events: which instance may be given which, AWS's words and times where a request is silent, and times that contradict. */

import { describe, expect, test } from 'vitest';
import { type EventRequest, INTERRUPTION_ACTIONS, MAINTENANCE_CODES, makeEvent } from './event-requests.ts';
import type { Instance } from './model.ts';
import { instance } from './testing.ts';

const NOW = Date.UTC(2026, 10, 23, 10);
const EventId = 'instance-event-0123456789abcdef0';
const SPOT: Partial<Instance> = { InstanceLifecycle: 'spot' };

function make(request: EventRequest, fields: Partial<Instance> = SPOT) {
  return makeEvent(request, { EventId, nowMs: NOW, instance: instance(fields), field: 'Events[3]' });
}

describe('an instance that is not a Spot instance', () => {
  test.each(['spot-interruption', 'rebalance-recommendation'] as const)(
    'gets no %s, and the refusal says how to launch one that does',
    (Type) => {
      expect(() => make({ Type }, {})).toThrow(
        expect.objectContaining({
          code: 'UnsupportedOperation',
          message: `a ${Type} befalls Spot instances only, and \`i-0123456789abcdef0\` is none; launch one with --instance-market-options MarketType=spot`,
        }),
      );
    },
  );

  test('gets maintenance and is in an Auto Scaling group', () => {
    expect(make({ Type: 'scheduled-maintenance', Code: 'instance-stop' }, {})).toMatchObject({ State: 'active' });
    const request = { Type: 'autoscaling-lifecycle-state', TargetLifecycleState: 'InService' } as const;
    expect(make(request, {})).toEqual({ ...request, EventId, VisibleFrom: '2026-11-23T10:00:00.000Z' });
  });
});

describe('times that contradict each other', () => {
  const early = (field: string, than: string) =>
    expect.objectContaining({
      code: 'InvalidParameterValue',
      message: `the value of \`Events[3].${field}\` is earlier than ${than}`,
    });

  test('maintenance cannot begin before it is announced', () => {
    const request = { Type: 'scheduled-maintenance', Code: 'system-reboot', DelaySeconds: 60 } as const;
    expect(() => make({ ...request, NotBefore: '2026-11-23T10:00:59Z' })).toThrow(
      early('NotBefore', '2026-11-23T10:01:00.000Z, when the event becomes visible'),
    );
    expect(make({ ...request, NotBefore: '2026-11-23T11:01:00+01:00' })).toMatchObject({
      NotBefore: '2026-11-23T10:01:00.000Z',
    });
  });

  test('nor end before it begins', () => {
    const request = {
      Type: 'scheduled-maintenance',
      Code: 'system-reboot',
      NotBefore: '2026-11-24T10:00:00Z',
    } as const;
    expect(() => make({ ...request, NotAfter: '2026-11-24T09:59:59Z' })).toThrow(
      early('NotAfter', '2026-11-24T10:00:00.000Z, its NotBefore'),
    );
    expect(make({ ...request, NotAfter: '2026-11-24T10:00:00Z' })).toMatchObject({
      NotAfter: '2026-11-24T10:00:00.000Z',
    });
  });
});

describe('a Spot interruption', () => {
  test('is a warning that is issued two minutes before the instance is stopped or terminated', () => {
    for (const Action of ['stop', 'terminate'] as const) {
      expect(make({ Type: 'spot-interruption', Action, DelaySeconds: 0.5 })).toEqual({
        EventId,
        Type: 'spot-interruption',
        Action,
        VisibleFrom: '2026-11-23T10:00:00.500Z',
        InterruptsAt: '2026-11-23T10:02:00.500Z',
      });
    }
  });

  test('hibernation begins immediately, unless a notice is asked for', () => {
    const request = { Type: 'spot-interruption', Action: 'hibernate' } as const;
    expect(make(request)).toMatchObject({ InterruptsAt: '2026-11-23T10:00:00.000Z' });
    expect(make({ ...request, NoticeSeconds: 5 })).toMatchObject({ InterruptsAt: '2026-11-23T10:00:05.000Z' });
  });

  test('does what was chosen at launch, and terminates where nothing was', () => {
    expect(make({ Type: 'spot-interruption' })).toMatchObject({ Action: 'terminate' });
    for (const InstanceInterruptionBehavior of INTERRUPTION_ACTIONS) {
      const chosen = { ...SPOT, InstanceInterruptionBehavior };
      expect(make({ Type: 'spot-interruption' }, chosen)).toMatchObject({ Action: InstanceInterruptionBehavior });
      expect(make({ Type: 'spot-interruption', Action: 'stop' }, chosen)).toMatchObject({ Action: 'stop' });
    }
  });
});

describe('scheduled maintenance', () => {
  const words = { NotBefore: '2026-12-07T10:00:00.000Z', State: 'active' };

  test.each([
    ['instance-reboot', 'scheduled reboot', '2026-12-07T12:00:00.000Z'],
    ['system-reboot', 'scheduled reboot', '2026-12-07T12:00:00.000Z'],
    ['system-maintenance', 'scheduled maintenance', '2026-12-07T12:00:00.000Z'],
    ['instance-stop', 'The instance is running on degraded hardware', undefined],
    ['instance-retirement', 'The instance is running on degraded hardware', undefined],
  ] as const)('%s is announced two weeks before, as "%s"', (Code, Description, NotAfter) => {
    expect(MAINTENANCE_CODES).toContain(Code);
    expect(make({ Type: 'scheduled-maintenance', Code })).toEqual({
      EventId,
      Type: 'scheduled-maintenance',
      VisibleFrom: '2026-11-23T10:00:00.000Z',
      Code,
      Description,
      ...words,
      ...(NotAfter && { NotAfter }),
    });
  });

  test('every code has its row above', () => {
    expect(MAINTENANCE_CODES).toHaveLength(5);
  });

  test('what the request says stands', () => {
    const said = {
      Type: 'scheduled-maintenance',
      Code: 'instance-stop',
      Description: 'for a test',
      NotAfter: '2026-12-24T00:00:00.000Z',
    } as const;
    const made = make({ ...said, DelaySeconds: 10, NoticeSeconds: 1.25 });
    expect(made).toMatchObject({ ...said, NotBefore: '2026-11-23T10:00:11.250Z' });
  });
});
