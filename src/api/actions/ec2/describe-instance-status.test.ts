/**
 * DescribeInstanceStatus: running instances by default, all of them when asked for.
 */

import { expect, test } from 'vitest';
import { expectRefusal, launch, startTestApi } from '../../testing.ts';

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
