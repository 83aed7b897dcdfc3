/** The state machine of instances, cell by cell, and every case of an acknowledgement that comes late, early or twice. */

import { describe, expect, test } from 'vitest';
import {
  acknowledged,
  desiredRun,
  requestTransition,
  serviceTransition,
  type TransitionRequest,
  transitionReason,
} from './instance-lifecycle.ts';
import type { Acknowledgement, Instance, InstanceStateName } from './model.ts';
import { instance } from './testing.ts';

const NOW = Date.UTC(2026, 10, 23);
const ENDPOINTS = { ipv4: 'http://127.1.0.1:1338' };

function acknowledge(before: Instance, revision: number, endpoints?: Acknowledgement['endpoints']): Instance {
  return acknowledged(before, { InstanceId: before.InstanceId, revision, ...(endpoints && { endpoints }) }, NOW);
}

describe('a request is refused', () => {
  test.each<[TransitionRequest, InstanceStateName[]]>([
    ['start', ['stopping', 'shutting-down', 'terminated']],
    ['stop', ['pending', 'shutting-down', 'terminated']],
    ['reboot', ['stopping', 'stopped']],
  ])('IncorrectInstanceState: %s from %j', (request, states) => {
    for (const State of states) expect(requestTransition(State, request)).toBe('refused');
  });
});

describe('a request leads on', () => {
  test.each<[TransitionRequest, InstanceStateName, InstanceStateName]>([
    ['start', 'stopped', 'pending'],
    ['stop', 'running', 'stopping'],
    ['terminate', 'pending', 'shutting-down'],
    ['terminate', 'running', 'shutting-down'],
    ['terminate', 'stopping', 'shutting-down'],
    ['terminate', 'stopped', 'shutting-down'],
  ])('%s: from %s to %s', (request, from, to) => {
    expect(requestTransition(from, request)).toBe(to);
  });
});

describe('a request succeeds and changes nothing', () => {
  test.each<[TransitionRequest, InstanceStateName[]]>([
    ['start', ['pending', 'running']],
    ['stop', ['stopping', 'stopped']],
    ['terminate', ['shutting-down', 'terminated']],
    // "Requests to reboot terminated instances are ignored."
    ['reboot', ['pending', 'running', 'shutting-down', 'terminated']],
  ])('%s: in %j', (request, states) => {
    for (const State of states) expect(requestTransition(State, request)).toBe(State);
  });
});

describe('AWS itself', () => {
  test.each<[InstanceStateName]>([['stopping'], ['stopped'], ['shutting-down'], ['terminated']])(
    'leads a %s instance nowhere',
    (State) => {
      expect(serviceTransition(State, 'stop')).toBe(State);
      expect(serviceTransition(State, 'terminate')).toBe(State);
    },
  );

  test.each<[InstanceStateName]>([['pending'], ['running']])('stops and terminates a %s instance', (State) => {
    expect(serviceTransition(State, 'stop')).toBe('stopping');
    expect(serviceTransition(State, 'terminate')).toBe('shutting-down');
  });

  test('and users are told apart in the reason', () => {
    expect(transitionReason('Service', NOW)).toBe('Service initiated (2026-11-23 00:00:00 GMT)');
    expect(transitionReason('User', NOW)).toBe('User initiated (2026-11-23 00:00:00 GMT)');
  });
});

test.each<[InstanceStateName, string]>([
  ['pending', 'running'],
  ['running', 'running'],
  ['stopping', 'stopped'],
  ['stopped', 'stopped'],
  ['shutting-down', 'terminated'],
  ['terminated', 'terminated'],
])('the host of a %s instance has to bring it to %s', (State, run) => {
  expect(desiredRun(State)).toBe(run);
});

describe('an acknowledgement that must not move the state', () => {
  test.each<[string, Partial<Instance>, number, Acknowledgement['endpoints']]>([
    ['of an older revision, of a pending instance', { State: 'pending' }, 4, undefined],
    ['of an older revision, of a stopping instance', { State: 'stopping' }, 4, undefined],
    ['of an older revision, of an instance that ends', { State: 'shutting-down' }, 4, undefined],
    ['of a revision that was never taken', { State: 'pending' }, 6, ENDPOINTS],
    ['that the pending instance does not run', { State: 'pending' }, 5, undefined],
    [
      'given twice for a running instance',
      { State: 'running', appliedRevision: 5, endpoints: ENDPOINTS },
      5,
      ENDPOINTS,
    ],
    ['given twice for a stopped instance', { State: 'stopped' }, 5, undefined],
    ['given twice for a terminated instance', { State: 'terminated', terminatedAtMs: 1 }, 5, undefined],
  ])('%s', (_, fields, revision, endpoints) => {
    const before = instance(fields);
    expect(acknowledge(before, revision, endpoints)).toBe(before);
  });

  test('of a time before the stop: the options were applied then, and that is all it says', () => {
    const stopping = instance({ State: 'stopping', revision: 7, optionsRevision: 6, appliedRevision: 5 });
    expect(acknowledge(stopping, 6, ENDPOINTS)).toEqual({ ...stopping, appliedRevision: 6 });
  });

  test('of a time before the restart: its endpoints are not those of the pending instance', () => {
    const pending = instance({ State: 'pending', revision: 9, appliedRevision: 5 });
    expect(acknowledge(pending, 6, ENDPOINTS)).toEqual({ ...pending, appliedRevision: 6 });
  });

  test('that the instance runs, while it is stopping', () => {
    const stopping = instance({ State: 'stopping', appliedRevision: 5 });
    expect(acknowledge(stopping, 5, ENDPOINTS)).toBe(stopping);
  });

  test('an acknowledgement never takes back a later one', () => {
    const running = instance({ State: 'running', revision: 8, appliedRevision: 8, endpoints: ENDPOINTS });
    expect(acknowledge(running, 5, { ipv4: 'http://127.1.0.9:1338' })).toBe(running);
  });
});

describe('an acknowledgement of the current revision', () => {
  test('a pending instance is running, with its endpoints and its options applied', () => {
    const before = instance({ State: 'pending' });
    expect(acknowledge(before, 5, ENDPOINTS)).toEqual({
      ...before,
      State: 'running',
      appliedRevision: 5,
      endpoints: ENDPOINTS,
    });
  });

  test('an instance without any endpoint runs nevertheless', () => {
    expect(acknowledge(instance({ State: 'pending' }), 5, {})).toMatchObject({ State: 'running', endpoints: {} });
  });

  test('a stopping instance is stopped and has no endpoints', () => {
    const before = instance({ State: 'stopping', revision: 6, appliedRevision: 5, endpoints: ENDPOINTS });
    const after = acknowledge(before, 6);
    expect(after).toMatchObject({ State: 'stopped', appliedRevision: 5 });
    expect(after).not.toHaveProperty('endpoints');
  });

  test('an instance that is shutting down is terminated, now', () => {
    const before = instance({ State: 'shutting-down', revision: 6, appliedRevision: 5, endpoints: ENDPOINTS });
    const after = acknowledge(before, 6);
    expect(after).toMatchObject({ State: 'terminated', terminatedAtMs: NOW });
    expect(after).not.toHaveProperty('endpoints');
  });

  test('what is in the way of an attached instance is reported as its endpoints are, until it is gone', () => {
    const running = instance({ State: 'running', appliedRevision: 5, endpoints: ENDPOINTS });
    const hindered = acknowledge(running, 5, { obstacle: 'no such namespace' });
    expect(hindered).toEqual({ ...running, endpoints: { obstacle: 'no such namespace' } });
    expect(acknowledge(hindered, 5, { obstacle: 'no such namespace' })).toBe(hindered);
    expect(acknowledge(hindered, 5, { obstacle: 'another' }).endpoints).toEqual({ obstacle: 'another' });
    expect(acknowledge(hindered, 5, ENDPOINTS)).toEqual(running);
  });

  test('an attachment stays over a stop, and ends with the instance', () => {
    const Attachment = { Netns: 'web', Device: 'imds0', AttachTime: '2026-11-23T10:00:00Z' };
    expect(acknowledge(instance({ State: 'stopping', Attachment }), 5, undefined)).toMatchObject({ Attachment });
    const ended = acknowledge(instance({ State: 'shutting-down', Attachment }), 5, undefined);
    expect(ended).not.toHaveProperty('Attachment');
  });

  test('endpoints of a running instance follow what its host reports', () => {
    const before = instance({ State: 'running', appliedRevision: 5, endpoints: ENDPOINTS });
    const both = { ...ENDPOINTS, ipv6: 'http://[::1]:1338' };
    expect(acknowledge(before, 5, both)).toEqual({ ...before, endpoints: both });
    expect(acknowledge(before, 5, {})).toEqual({ ...before, endpoints: {} });
  });
});

test('instance stopped: a change of options is accepted and applied at the next start', () => {
  const stopped = instance({ State: 'stopped', revision: 5, optionsRevision: 1, appliedRevision: 3 });
  const modified = { ...stopped, revision: 6, optionsRevision: 6 };
  const heard = acknowledge(modified, 6);
  expect(heard.appliedRevision).toBeLessThan(heard.optionsRevision);
  const started = acknowledge({ ...heard, State: 'pending', revision: 7 }, 7, ENDPOINTS);
  expect(started.State).toBe('running');
  expect(started.appliedRevision).toBeGreaterThanOrEqual(started.optionsRevision);
});
