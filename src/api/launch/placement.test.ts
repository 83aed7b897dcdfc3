/**
 * Placement and hibernation: kept as the launch said, and described.
 */

import { expect, test } from 'vitest';
import { EXAMPLE_IMAGE, expectRefusal, startTestApi } from '../testing.ts';

const MINIMAL = { ImageId: EXAMPLE_IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 };

test.each([
  [{ Tenancy: 'shared' }, 'InvalidParameterValue', "Invalid value 'shared' for Tenancy."],
  [{ PartitionNumber: 1 }, 'InvalidParameterCombination', undefined],
  [{ GroupName: 'web', PartitionNumber: 0 }, 'InvalidParameterValue', "Invalid value '0' for PartitionNumber."],
  [{ GroupName: 'web', PartitionNumber: 8 }, 'InvalidParameterValue', "Invalid value '8' for PartitionNumber."],
  [{ HostId: 'h-0123456789abcdef0', Tenancy: 'dedicated' }, 'InvalidParameterCombination', undefined],
])('%j is refused', async (Placement, code, message) => {
  const api = await startTestApi();
  await expectRefusal(api.call('RunInstances', { ...MINIMAL, Placement }), code, message);
});

test.each([
  [undefined, { GroupName: '', Tenancy: 'default' }, undefined],
  // Some clients send what they have no value for.
  [{ AvailabilityZone: '', GroupName: '', Tenancy: '' }, { GroupName: '', Tenancy: 'default' }, undefined],
  [
    { GroupName: 'web', PartitionNumber: 7 },
    { GroupName: 'web', PartitionNumber: 7, Tenancy: 'default' },
    { GroupName: 'web', PartitionNumber: 7 },
  ],
  [{ Tenancy: 'dedicated' }, { GroupName: '', Tenancy: 'dedicated' }, { Tenancy: 'dedicated' }],
  [
    { HostId: 'h-0123456789abcdef0' },
    { GroupName: '', HostId: 'h-0123456789abcdef0', Tenancy: 'host' },
    { HostId: 'h-0123456789abcdef0', Tenancy: 'host' },
  ],
])('%j is described as %j', async (Placement, described, kept) => {
  const api = await startTestApi();
  const { Instances } = await api.call('RunInstances', { ...MINIMAL, Placement });
  expect(Instances?.[0]?.Placement).toEqual({
    AvailabilityZone: 'us-east-1a',
    AvailabilityZoneId: 'use1-az1',
    ...described,
  });
  const [instance] = await api.inStore((tx) => tx.instances.get(api.scope, [Instances?.[0]?.InstanceId ?? '']));
  expect(instance?.Placement).toEqual(kept);
});

test.each([
  [undefined, false, undefined],
  [{}, false, undefined],
  [{ Configured: false }, false, false],
  [{ Configured: true }, true, true],
])('hibernation options %j', async (HibernationOptions, described, kept) => {
  const api = await startTestApi();
  const { Instances } = await api.call('RunInstances', { ...MINIMAL, HibernationOptions });
  expect(Instances?.[0]?.HibernationOptions).toEqual({ Configured: described });
  const [instance] = await api.inStore((tx) => tx.instances.get(api.scope, [Instances?.[0]?.InstanceId ?? '']));
  expect(instance?.HibernationConfigured).toBe(kept);
});
