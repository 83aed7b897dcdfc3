/**
 * DescribeInstanceStatus: running instances by default, all of them when asked for, and the maintenance that is announced.
 */

import { describe, expect, test } from 'vitest';
import type { ListedEvents } from '../../instance-event-shape.ts';
import { expectRefusal, launch, launchSpot, startTestApi } from '../../testing.ts';

test('only running instances, unless IncludeAllInstances', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  expect((await api.call('DescribeInstanceStatus')).InstanceStatuses).toEqual([]);
  const all = await api.call('DescribeInstanceStatus', { IncludeAllInstances: true });
  expect(all.InstanceStatuses?.[0]).toMatchObject({ InstanceId: id, InstanceStatus: { Status: 'initializing' } });
  await api.inStore(async (tx) => {
    const [instance] = await tx.instances.get(api.scope, [id]);
    if (instance) await tx.instances.update([{ ...instance, State: 'running' }]);
  });
  expect((await api.call('DescribeInstanceStatus')).InstanceStatuses).toMatchObject([
    { InstanceId: id, InstanceState: { Code: 16, Name: 'running' }, SystemStatus: { Status: 'ok' } },
  ]);
});

test('filters, and ids that do not exist', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  const status = (input: object) => api.call('DescribeInstanceStatus', { IncludeAllInstances: true, ...input });
  const initializing = await status({ Filters: [{ Name: 'instance-status.status', Values: ['init*'] }] });
  expect(initializing.InstanceStatuses).toMatchObject([{ InstanceId: id }]);
  const ok = await status({ Filters: [{ Name: 'instance-status.status', Values: ['ok'] }] });
  expect(ok.InstanceStatuses).toEqual([]);
  await expectRefusal(status({ InstanceIds: ['i-00000000'] }), 'InvalidInstanceID.NotFound');
  await expectRefusal(status({ Filters: [{ Name: 'nonsense', Values: ['x'] }] }), 'InvalidParameterValue');
});

describe('scheduled events', () => {
  const stop = { Type: 'scheduled-maintenance', Code: 'instance-stop', NotBefore: '2026-12-01T00:00:00Z' };
  const reboot = { ...stop, Code: 'system-reboot', NotAfter: '2026-12-01T06:00:00Z', DelaySeconds: 60 };

  /** A running instance with maintenance that is announced, some that will be, and a Spot interruption. */
  async function arrange() {
    const api = await startTestApi();
    const id = await launchSpot(api);
    const Events = [stop, reboot, { Type: 'spot-interruption' }];
    const made = await api.own<ListedEvents>('POST', `instances/${id}/events`, { body: { Events } });
    const [stopId = '', rebootId = ''] = made.Events.map(({ EventId }) => EventId);
    return { api, id, stopId, rebootId };
  }

  test('of an instance without any are absent', async () => {
    const api = await startTestApi();
    await launchSpot(api);
    const [status] = (await api.call('DescribeInstanceStatus')).InstanceStatuses ?? [];
    expect(status).not.toHaveProperty('Events');
  });

  test('are those that are announced and not over', async () => {
    const { api, id, stopId, rebootId } = await arrange();
    const events = async () => (await api.call('DescribeInstanceStatus')).InstanceStatuses?.[0]?.Events;
    const scheduledStop = {
      InstanceEventId: stopId,
      Code: 'instance-stop',
      Description: 'The instance is running on degraded hardware',
      NotBefore: new Date('2026-12-01T00:00:00Z'),
    };
    const scheduledReboot = {
      InstanceEventId: rebootId,
      Code: 'system-reboot',
      Description: 'scheduled reboot',
      NotAfter: new Date('2026-12-01T06:00:00Z'),
      NotBefore: new Date('2026-12-01T00:00:00Z'),
    };
    expect(await events()).toEqual([scheduledStop]);
    api.advance(60_000);
    expect(await events()).toEqual([scheduledStop, scheduledReboot]);
    await api.own('POST', `instances/${id}/events/${stopId}/complete`);
    expect(await events()).toEqual([scheduledReboot]);
    await api.own('DELETE', `instances/${id}/events/${rebootId}`);
    expect(await events()).toBeUndefined();
  });

  test('on the wire', async () => {
    const { api, stopId } = await arrange();
    expect(await api.query('Action=DescribeInstanceStatus')).toContain(
      `<eventsSet><item><instanceEventId>${stopId}</instanceEventId><code>instance-stop</code><description>The instance is running on degraded hardware</description><notBefore>2026-12-01T00:00:00.000Z</notBefore></item></eventsSet>`,
    );
  });

  test('are what the event filters look at', async () => {
    const { api, id, stopId, rebootId } = await arrange();
    await launchSpot(api);
    const having = async (Name: string, ...Values: string[]) => {
      const { InstanceStatuses } = await api.call('DescribeInstanceStatus', { Filters: [{ Name, Values }] });
      return InstanceStatuses?.map((status) => status.InstanceId);
    };
    const upcoming: [string, string][] = [
      ['event.code', 'system-reboot'],
      ['event.instance-event-id', rebootId],
      ['event.not-after', '2026-12-01T06:00:00.000Z'],
    ];
    for (const [name, value] of upcoming) expect(await having(name, value)).toEqual([]);
    api.advance(60_000);
    for (const [name, value] of upcoming) expect(await having(name, value)).toEqual([id]);
    expect(await having('event.code', 'instance-stop')).toEqual([id]);
    expect(await having('event.description', '*degraded hardware')).toEqual([id]);
    expect(await having('event.instance-event-id', stopId)).toEqual([id]);
    expect(await having('event.not-before', '2026-12-01T00:00:00.000Z')).toEqual([id]);
    expect(await having('event.not-before-deadline', '*')).toEqual([]);
  });
});
