/**
 * Starting and stopping, rebooting and terminating: the states that are answered, and all or nothing.
 *
 * Which request leads where is tested in `instance-lifecycle.test.ts`.
 */

import { describe, expect, test } from 'vitest';
import { connectHost } from '../../../hosts/connect-host.ts';
import type { ListedEvent, ListedEvents } from '../../instance-event-shape.ts';
import {
  arrive,
  expectRefusal,
  find,
  launch,
  launchSpot,
  START_MS,
  startTestApi,
  type TestApi,
  write,
} from '../../testing.ts';

test('a terminated instance cannot be started, and then none of the request is', async () => {
  const api = await startTestApi();
  const [stopped, terminated] = [await launch(api), await launch(api)];
  await arrive(api, stopped, 'stopped');
  await arrive(api, terminated, 'terminated');
  await expectRefusal(
    api.call('StartInstances', { InstanceIds: [stopped, terminated] }),
    'IncorrectInstanceState',
    `The instance '${terminated}' is not in a state from which it can be started.`,
  );
  expect((await find(api, stopped))?.State).toBe('stopped');
});

test('running, stopping, stopped, pending: each answered with the state before', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  await arrive(api, id, 'running');
  const { StoppingInstances } = await api.call('StopInstances', { InstanceIds: [id] });
  expect(StoppingInstances).toEqual([
    { InstanceId: id, CurrentState: { Code: 64, Name: 'stopping' }, PreviousState: { Code: 16, Name: 'running' } },
  ]);
  await arrive(api, id, 'stopped');
  const { StartingInstances } = await api.call('StartInstances', { InstanceIds: [id] });
  expect(StartingInstances).toEqual([
    { InstanceId: id, CurrentState: { Code: 0, Name: 'pending' }, PreviousState: { Code: 80, Name: 'stopped' } },
  ]);
});

test('a start moves the launch time and ends the session tokens of the time before', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  const before = await find(api, id);
  await arrive(api, id, 'stopped');
  api.advance(60_000);
  await api.call('StartInstances', { InstanceIds: [id] });
  expect(await find(api, id)).toMatchObject({
    LaunchTime: '2026-11-23T10:01:00Z',
    tokenGeneration: (before?.tokenGeneration ?? 0) + 1,
    optionsRevision: before?.optionsRevision,
    StateTransitionReason: '',
  });
});

test('why an instance stopped is described', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  await arrive(api, id, 'running');
  await api.call('StopInstances', { InstanceIds: [id] });
  const { Reservations } = await api.call('DescribeInstances', { InstanceIds: [id] });
  expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({
    StateTransitionReason: 'User initiated (2026-11-23 10:00:00 GMT)',
    StateReason: { Code: 'Client.UserInitiatedShutdown' },
  });
});

test('an instance that has never run cannot be stopped', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  await expectRefusal(
    api.call('StopInstances', { InstanceIds: [id] }),
    'IncorrectInstanceState',
    `Instance '${id}' cannot be stopped as it has never reached the 'running' state.`,
  );
});

test('stopping to hibernate is refused, also of an instance that is configured for it', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  const configured = await launch(api, { HibernationOptions: { Configured: true } });
  for (const each of [id, configured]) await arrive(api, each, 'running');
  const hibernate = (...InstanceIds: string[]) => api.call('StopInstances', { InstanceIds, Hibernate: true });
  await expectRefusal(
    hibernate(configured, id),
    'UnsupportedOperation',
    'The instance is not configured for hibernation',
  );
  await expectRefusal(
    hibernate(configured),
    'UnsupportedOperation',
    'openimds: instances stop, but do not hibernate (docs/scope.md)',
  );
  expect((await find(api, configured))?.State).toBe('running');
});

test('a one-time Spot instance cannot be stopped, and then none of the request is; a persistent one can', async () => {
  const api = await startTestApi();
  const spot = (SpotOptions: object) => launch(api, { InstanceMarketOptions: { MarketType: 'spot', SpotOptions } });
  const once = await spot({});
  const persistent = await spot({ SpotInstanceType: 'persistent', InstanceInterruptionBehavior: 'stop' });
  for (const id of [once, persistent]) await arrive(api, id, 'running');
  await expectRefusal(
    api.call('StopInstances', { InstanceIds: [persistent, once] }),
    'UnsupportedOperation',
    `You can't stop the Spot Instance '${once}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`,
  );
  expect((await find(api, persistent))?.State).toBe('running');
  await api.call('StopInstances', { InstanceIds: [persistent] });
  expect((await find(api, persistent))?.State).toBe('stopping');
  await api.call('TerminateInstances', { InstanceIds: [once] });
  expect((await find(api, once))?.State).toBe('shutting-down');
});

/** As the host does that has brought about everything. */
async function acknowledgeAll(api: TestApi): Promise<void> {
  const host = connectHost(api.store, () => START_MS, 'local');
  const { instances } = await host.desiredAfter(0, 1000);
  await host.acknowledge(
    instances.map(({ instance, revision, run }) => ({
      InstanceId: instance.InstanceId,
      revision,
      ...(run === 'running' && { endpoints: {} }),
    })),
  );
}

test('a stop takes the public address away, and a start gives another one; a reboot changes neither', async () => {
  const api = await startTestApi();
  const [id, hidden] = [
    await launch(api),
    await launch(api, { NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: false }] }),
  ];
  const InstanceIds = [id, hidden];
  const publicIps = async () => {
    const instances = await Promise.all(InstanceIds.map((each) => find(api, each)));
    return instances.map((instance) => instance?.NetworkInterfaces[0].PublicIp);
  };
  for (const each of InstanceIds) await arrive(api, each, 'running');
  await api.call('RebootInstances', { InstanceIds });
  expect(await publicIps()).toEqual(['198.18.0.1', undefined]);
  await api.call('StopInstances', { InstanceIds });
  await acknowledgeAll(api);
  expect(await publicIps()).toEqual([undefined, undefined]);
  await api.call('StartInstances', { InstanceIds });
  expect(await publicIps()).toEqual(['198.18.0.2', undefined]);
  // The private one stays, and nothing is taken twice.
  const [subnet] = (await api.call('DescribeSubnets')).Subnets ?? [];
  expect(subnet?.AvailableIpAddressCount).toBe(4091 - 2);
});

test('a reboot changes no state; a stopped instance cannot be rebooted', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  await arrive(api, id, 'running');
  const before = await find(api, id);
  await api.call('RebootInstances', { InstanceIds: [id] });
  expect(await find(api, id)).toEqual(before);
  await arrive(api, id, 'stopped');
  await expectRefusal(api.call('RebootInstances', { InstanceIds: [id] }), 'IncorrectInstanceState');
});

test('terminating twice is as good as once', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  const terminate = async () => (await api.call('TerminateInstances', { InstanceIds: [id] })).TerminatingInstances?.[0];
  expect(await terminate()).toMatchObject({
    CurrentState: { Name: 'shutting-down' },
    PreviousState: { Name: 'pending' },
  });
  expect(await terminate()).toMatchObject({
    CurrentState: { Name: 'shutting-down' },
    PreviousState: { Name: 'shutting-down' },
  });
});

test('a start or a termination by the user takes away why AWS had stopped the instance', async () => {
  const api = await startTestApi();
  for (const action of ['StartInstances', 'TerminateInstances']) {
    const id = await launch(api);
    await write(api, id, {
      State: 'stopped',
      StateTransitionReason: 'Service initiated (2026-11-23 10:00:00 GMT)',
      StateReasonCode: 'Server.ScheduledStop',
    });
    await api.call(action, { InstanceIds: [id] });
    expect(await find(api, id)).not.toHaveProperty('StateReasonCode');
  }
});

describe('the events of an instance', () => {
  const later = { Type: 'spot-interruption', DelaySeconds: 600 };
  const SCRIPT = [
    { Type: 'spot-interruption' },
    { Type: 'rebalance-recommendation' },
    { Type: 'scheduled-maintenance', Code: 'system-reboot' },
    { Type: 'scheduled-maintenance', Code: 'instance-stop' },
    later,
  ];

  async function arrange() {
    const api = await startTestApi();
    // Of the kind that its user may stop.
    const id = await launchSpot(api, { SpotInstanceType: 'persistent', InstanceInterruptionBehavior: 'stop' });
    await api.own('POST', `instances/${id}/events`, { body: { Events: SCRIPT } });
    return { api, id };
  }

  /** For example `instance-stop completed`. */
  async function left(api: TestApi, id: string): Promise<string[]> {
    const { Events } = await api.own<ListedEvents>('GET', `instances/${id}/events`);
    return Events.map((event: ListedEvent) => `${'Code' in event ? event.Code : event.Type} ${event.Status}`);
  }

  const ALL = [
    'spot-interruption visible',
    'rebalance-recommendation visible',
    'system-reboot visible',
    'instance-stop visible',
    'spot-interruption upcoming',
  ];

  test('are not touched by a request that changes nothing', async () => {
    const { api, id } = await arrange();
    await api.call('StartInstances', { InstanceIds: [id] });
    expect(await left(api, id)).toEqual(ALL);
    await arrive(api, id, 'stopped');
    await api.call('StopInstances', { InstanceIds: [id] });
    expect(await left(api, id)).toEqual(ALL);
  });

  test('announced maintenance is completed when the user stops the instance, and its Spot notices are over', async () => {
    const { api, id } = await arrange();
    await api.call('StopInstances', { InstanceIds: [id] });
    const stopped = ['system-reboot completed', 'instance-stop completed', 'spot-interruption upcoming'];
    expect(await left(api, id)).toEqual(stopped);
    await arrive(api, id, 'stopped');
    await api.call('StartInstances', { InstanceIds: [id] });
    expect(await left(api, id)).toEqual(stopped);
    expect((await find(api, id))?.dueAtMs).toBe(Date.parse('2026-11-23T10:12:00Z'));
  });

  test('a reboot clears the announced system-reboot, and its host hears of it', async () => {
    const { api, id } = await arrange();
    const before = await find(api, id);
    await api.call('RebootInstances', { InstanceIds: [id] });
    expect(await left(api, id)).toEqual(ALL.map((event) => event.replace('reboot visible', 'reboot completed')));
    expect((await find(api, id))?.revision).toBeGreaterThan(before?.revision as number);
  });

  test('a terminated instance has none but history, and nothing due', async () => {
    const { api, id } = await arrange();
    await api.call('TerminateInstances', { InstanceIds: [id] });
    expect(await left(api, id)).toEqual(['system-reboot canceled', 'instance-stop canceled']);
    expect(await find(api, id)).not.toHaveProperty('dueAtMs');
  });
});

// ─── Protection ──────────────────────────────────────────────────────────────────────────────────────────────────────

test.each([
  ['TerminateInstances', 'DisableApiTermination', 'terminated', 'disableApiTermination'],
  ['TerminateInstances', 'DisableApiStop', 'terminated', 'disableApiStop'],
  ['StopInstances', 'DisableApiStop', 'stopped', 'disableApiStop'],
] as const)(
  '%s is not permitted while %s, and then none of the request is',
  async (action, member, verb, attribute) => {
    const api = await startTestApi();
    const [free, kept] = [await launch(api), await launch(api, { [member]: true })];
    for (const id of [free, kept]) await arrive(api, id, 'running');
    for (const Force of [undefined, true]) {
      await expectRefusal(
        api.call(action, { InstanceIds: [free, kept], Force }),
        'OperationNotPermitted',
        `The instance '${kept}' may not be ${verb}. Modify its '${attribute}' instance attribute and try again.`,
      );
    }
    expect((await find(api, free))?.State).toBe('running');
    await api.call('ModifyInstanceAttribute', { InstanceId: kept, [member]: { Value: false } });
    await api.call(action, { InstanceIds: [free, kept] });
    expect((await find(api, kept))?.State).not.toBe('running');
  },
);

test('termination protection forbids no stop, and neither forbids a reboot, a start or what has happened already', async () => {
  const api = await startTestApi();
  const id = await launch(api, { DisableApiTermination: true });
  await arrive(api, id, 'running');
  await api.call('StopInstances', { InstanceIds: [id] });
  await arrive(api, id, 'stopped');
  await api.call('ModifyInstanceAttribute', { InstanceId: id, DisableApiStop: { Value: true } });
  await api.call('StopInstances', { InstanceIds: [id] });
  await api.call('StartInstances', { InstanceIds: [id] });
  await arrive(api, id, 'running');
  await api.call('RebootInstances', { InstanceIds: [id] });
  await arrive(api, id, 'terminated');
  await api.call('TerminateInstances', { InstanceIds: [id] });
});
