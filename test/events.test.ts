/**
 * Events from the outside: a script by one request, and then nobody does anything: the metadata service shows what is due to
 * be seen, the control plane does what is due to be done, also when it was killed in between.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ListedEvents } from '../src/api/instance-event-shape.ts';
import { eventually, type Launched, type OpenImds, SPOT, startOpenImds } from './openimds.ts';

let openimds: OpenImds;
let told: Launched;
let interrupted: Launched;
let killed: Launched;

beforeAll(async () => {
  openimds = await startOpenImds();
  const launch = () => openimds.launch(SPOT);
  [told, interrupted, killed] = await Promise.all([launch(), launch(), launch()]);
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

function create({ InstanceId }: Launched, ...Events: object[]): Promise<ListedEvents> {
  return openimds.own('POST', `instances/${InstanceId}/events`, { Events });
}

/** What a path below `meta-data/` answers; nothing where that is 404. */
async function read({ ipv4 }: Launched, path: string): Promise<string | undefined> {
  const response = await fetch(`${ipv4}/latest/meta-data/${path}`);
  const body = await response.text();
  return response.ok ? body : undefined;
}

async function stopped({ InstanceId }: Launched): Promise<void> {
  await eventually(async () => {
    const found = (await openimds.instances()).find((each) => each.InstanceId === InstanceId);
    return found?.State === 'stopped' ? true : undefined;
  });
}

async function described({ InstanceId }: Launched): Promise<string> {
  return (await openimds.query({ Action: 'DescribeInstances', 'InstanceId.1': InstanceId })).body;
}

describe('a script', () => {
  const paths = {
    'autoscaling/target-lifecycle-state': { Type: 'autoscaling-lifecycle-state', TargetLifecycleState: 'InService' },
    'events/recommendations/rebalance': { Type: 'rebalance-recommendation', DelaySeconds: 0.4 },
    'spot/instance-action': { Type: 'spot-interruption', DelaySeconds: 0.8, Action: 'terminate', NoticeSeconds: 3600 },
    'spot/termination-time': undefined,
  };

  test('shows in the metadata, each event from its time on and never before, without a restart', async () => {
    for (const path of Object.keys(paths)) expect(await read(told, path)).toBeUndefined();
    const { Events } = await create(told, ...Object.values(paths).filter((event) => event !== undefined));
    for (const [path, event] of Object.entries(paths)) {
      await eventually(() => read(told, path));
      const { VisibleFrom } = Events.find((each) => each.Type === (event?.Type ?? 'spot-interruption')) ?? {};
      expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(VisibleFrom ?? ''));
    }
    expect(await read(told, 'autoscaling/target-lifecycle-state')).toBe('InService');
    expect(JSON.parse((await read(told, 'spot/instance-action')) ?? '')).toMatchObject({ action: 'terminate' });
  });

  test('that is canceled is gone from it again', async () => {
    await openimds.own('DELETE', `instances/${told.InstanceId}/events`);
    for (const path of Object.keys(paths)) {
      await eventually(async () => ((await read(told, path)) === undefined ? true : undefined));
    }
  });
});

test('maintenance that is announced is scheduled, and once its time has come it is history', async () => {
  const { Events } = await create(told, { Type: 'scheduled-maintenance', Code: 'system-reboot', NoticeSeconds: 0.5 });
  const history = await eventually(async () => {
    const text = (await read(told, 'events/maintenance/history')) ?? '[]';
    return text === '[]' ? undefined : text;
  });
  expect(JSON.parse(history)).toMatchObject([
    { EventId: Events[0]?.EventId, State: 'completed', Description: '[Completed] scheduled reboot' },
  ]);
  expect(await read(told, 'events/maintenance/scheduled')).toBe('[]');
});

test('a Spot instance really stops after its notice, and says why', async () => {
  await create(interrupted, { Type: 'spot-interruption', Action: 'stop', NoticeSeconds: 1 });
  await stopped(interrupted);
  await expect(fetch(`${interrupted.ipv4}/`)).rejects.toThrow();
  const body = await described(interrupted);
  expect(body).toMatch(/<reason>Service initiated \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\)<\/reason>/);
  expect(body).toContain(
    '<stateReason><code>Server.SpotInstanceShutdown</code><message>Server.SpotInstanceShutdown: Spot instance shutdown</message></stateReason>',
  );
  expect(await openimds.own('GET', `instances/${interrupted.InstanceId}/events`)).toMatchObject({ Events: [] });
});

test('what falls due while the control plane is dead comes about after it is started again', async () => {
  const made = await create(killed, { Type: 'scheduled-maintenance', Code: 'instance-stop', NoticeSeconds: 0.5 });
  await openimds.stop('SIGKILL');
  const [event] = made.Events;
  const due = Date.parse(event && 'NotBefore' in event ? event.NotBefore : '');
  await eventually(async () => (Date.now() > due ? true : undefined));
  await openimds.restart();
  await stopped(killed);
  expect(await described(killed)).toContain('<code>Server.ScheduledStop</code>');
  const { Events } = await openimds.own<ListedEvents>('GET', `instances/${killed.InstanceId}/events`);
  expect(Events).toMatchObject([{ EventId: event?.EventId, State: 'completed', Status: 'completed' }]);
});
