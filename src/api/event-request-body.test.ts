/** Bodies that ask for events: what is refused, with which words, and what is taken. */

import { describe, expect, test } from 'vitest';
import { eventField, readEventRequests } from './event-request-body.ts';

const reboot = { Type: 'scheduled-maintenance', Code: 'system-reboot' };
const spot = { Type: 'spot-interruption' };

function one(event: unknown) {
  return readEventRequests({ Events: [event] });
}

describe('refused', () => {
  test.each<[unknown, string, string]>([
    [undefined, 'MissingParameter', 'The request must contain the parameter Events'],
    [{}, 'MissingParameter', 'The request must contain the parameter Events'],
    [[], 'InvalidParameterValue', 'the value of `body` is not an object'],
    [null, 'InvalidParameterValue', 'the value of `body` is not an object'],
    [{ Events: [reboot], Event: [] }, 'UnknownParameter', 'The parameter Event is not recognized'],
    [{ Events: {} }, 'InvalidParameterValue', 'the value of `Events` is not a list of 1 to 100 events'],
    [{ Events: [] }, 'InvalidParameterValue', 'the value of `Events` is not a list of 1 to 100 events'],
    [
      { Events: new Array(101).fill(reboot) },
      'InvalidParameterValue',
      'the value of `Events` is not a list of 1 to 100 events',
    ],
  ])('the body %j', (body, code, message) => {
    expect(() => readEventRequests(body)).toThrow(expect.objectContaining({ code, message }));
  });

  test.each<[unknown, string, string]>([
    ['reboot', 'InvalidParameterValue', 'the value of `Events[0]` is not an object'],
    [{}, 'MissingParameter', 'The request must contain the parameter Events[0].Type'],
    [
      { Type: 'constructor' },
      'InvalidParameterValue',
      'the value of `Events[0].Type` is not one of spot-interruption, rebalance-recommendation, scheduled-maintenance, autoscaling-lifecycle-state',
    ],
    [{ ...spot, Actions: 'stop' }, 'UnknownParameter', 'The parameter Events[0].Actions is not recognized'],
    [{ ...spot, constructor: 'stop' }, 'UnknownParameter', 'The parameter Events[0].constructor is not recognized'],
    [
      { ...spot, TargetLifecycleState: 'InService' },
      'UnknownParameter',
      'The parameter Events[0].TargetLifecycleState is not recognized',
    ],
    [
      { ...spot, Action: 'Stop' },
      'InvalidParameterValue',
      'the value of `Events[0].Action` is not one of hibernate, stop, terminate',
    ],
    [{ Type: reboot.Type }, 'MissingParameter', 'The request must contain the parameter Events[0].Code'],
    [
      { ...reboot, Code: 'reboot' },
      'InvalidParameterValue',
      'the value of `Events[0].Code` is not one of instance-reboot, instance-retirement, instance-stop, system-maintenance, system-reboot',
    ],
    [
      { Type: 'autoscaling-lifecycle-state' },
      'MissingParameter',
      'The request must contain the parameter Events[0].TargetLifecycleState',
    ],
    [
      { Type: 'autoscaling-lifecycle-state', TargetLifecycleState: 'Pending' },
      'InvalidParameterValue',
      'the value of `Events[0].TargetLifecycleState` is not one of Detached, InService, Standby, Terminated, Warmed:Hibernated, Warmed:Running, Warmed:Stopped, Warmed:Terminated',
    ],
    [
      { ...reboot, NotBefore: '2026-12-01T00:00:00Z', NoticeSeconds: 1 },
      'InvalidParameterCombination',
      '`Events[0].NotBefore` and `Events[0].NoticeSeconds` both say when: give one',
    ],
  ])('the event %j', (event, code, message) => {
    expect(() => one(event)).toThrow(expect.objectContaining({ code, message }));
  });

  test.each([
    ['DelaySeconds', spot, 604_800],
    ['NoticeSeconds', spot, 86_400],
    ['NoticeSeconds', reboot, 31_449_600],
  ])('%s of %j that is not a number from 0 to %i', (name, event, most) => {
    for (const value of [-0.001, most + 0.001, '1', null, true, [1], Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => one({ ...event, [name]: value })).toThrow(
        expect.objectContaining({
          code: 'InvalidParameterValue',
          message: `the value of \`Events[0].${name}\` is not a number of seconds from 0 to ${most}`,
        }),
      );
    }
    for (const value of [0, 0.25, most])
      expect(one({ ...event, [name]: value })).toEqual([{ ...event, [name]: value }]);
  });

  test.each([
    '2026-11-23',
    '2026-11-23T10:00:00',
    '2026-11-23 10:00:00Z',
    '2026-02-31T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-11-23T25:00:00Z',
    '+12026-11-23T10:00:00Z',
    'tomorrow',
    1_795_428_000,
  ])('%j as a time', (value) => {
    const message = (name: string) =>
      `the value of \`Events[0].${name}\` is not a time in ISO 8601 with its zone, such as 2026-11-23T10:00:00Z`;
    for (const name of ['NotBefore', 'NotAfter']) {
      expect(() => one({ ...reboot, [name]: value })).toThrow(
        expect.objectContaining({ code: 'InvalidParameterValue', message: message(name) }),
      );
    }
  });

  test.each(['', 'x'.repeat(1025), 'two\nlines', 'bell\u0007', '\u202eright to left', '\ud800', 7])(
    '%j as a description',
    (Description) => {
      expect(() => one({ ...reboot, Description })).toThrow(
        expect.objectContaining({
          code: 'InvalidParameterValue',
          message: 'the value of `Events[0].Description` is not 1 to 1024 printable characters',
        }),
      );
    },
  );

  test('of a list, the event that is wrong is named', () => {
    expect(() => readEventRequests({ Events: [spot, reboot, { ...spot, Action: 1 }] })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('`Events[2].Action`') }),
    );
    expect(eventField(2)).toBe('Events[2]');
  });
});

test('taken as it is: every field of every kind, times with any zone', () => {
  const Events = [
    { Type: 'spot-interruption', DelaySeconds: 1.5, Action: 'hibernate', NoticeSeconds: 0 },
    { Type: 'rebalance-recommendation', DelaySeconds: 0 },
    {
      Type: 'scheduled-maintenance',
      Code: 'instance-retirement',
      Description: 'Zürich 日本 😀',
      NotBefore: '2028-02-29T10:00Z',
      NotAfter: '2028-02-29T10:00:00.123456+14:00',
    },
    { Type: 'scheduled-maintenance', Code: 'instance-stop', NoticeSeconds: 3 },
    { Type: 'autoscaling-lifecycle-state', TargetLifecycleState: 'Warmed:Stopped' },
  ];
  expect(readEventRequests({ Events })).toEqual(Events);
});
