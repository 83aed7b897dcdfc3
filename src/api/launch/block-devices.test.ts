/**
 * The block device mapping of a launch: what of it metadata shows, and AWS's words for mappings that cannot be.
 */

import { describe, expect, test } from 'vitest';
import { findInstanceType, type InstanceType } from '../../catalogue/instance-types.ts';
import { EXAMPLE_IMAGE, expectRefusal, launch, startTestApi } from '../testing.ts';
import { readBlockDevices } from './block-devices.ts';

const read = (mappings: object[], type = 'c3.large', RootDeviceName = '/dev/xvda') =>
  readBlockDevices(mappings, { RootDeviceName }, findInstanceType(type) as InstanceType);

const Ebs = { VolumeSize: 8 };
const ephemeral = (n: number, DeviceName = '/dev/sdb') => ({ DeviceName, VirtualName: `ephemeral${n}` });

test('nothing is mapped where the request maps nothing', () => {
  expect(
    readBlockDevices(undefined, { RootDeviceName: '/dev/xvda' }, findInstanceType('t3.micro') as InstanceType),
  ).toEqual([]);
});

describe('what is refused', () => {
  test.each([
    [[{ Ebs }], 'InvalidBlockDeviceMapping', 'Missing device name'],
    [[{ DeviceName: '/dev/sde1', Ebs }], 'InvalidBlockDeviceMapping', 'Invalid device name /dev/sde1'],
    [[{ DeviceName: 'C:/dev/sda1', Ebs }], 'InvalidBlockDeviceMapping', 'Invalid device name C:/dev/sda1'],
    [[{ DeviceName: '/dev/sdf' }], 'MissingParameter', 'The request must contain the parameter ebs'],
    [
      [
        { DeviceName: '/dev/xvdb', Ebs },
        { DeviceName: 'xvdb', Ebs },
      ],
      'InvalidBlockDeviceMapping',
      "The device 'xvdb' is used in more than one block-device mapping",
    ],
    [
      [{ DeviceName: 'xvda', Ebs }],
      'InvalidBlockDeviceMapping',
      "The device 'xvda' is used in more than one block-device mapping",
    ],
    [
      [ephemeral(0, '/dev/sdb'), ephemeral(0, '/dev/sdc')],
      'InvalidBlockDeviceMapping',
      "The device 'ephemeral0' is used in more than one block-device mapping",
    ],
    [[{ ...ephemeral(0), Ebs }], 'InvalidBlockDeviceMapping', undefined],
    [[ephemeral(24)], 'InvalidBlockDeviceMapping', undefined],
    [[{ DeviceName: '/dev/sdb', VirtualName: 'swap' }], 'InvalidBlockDeviceMapping', undefined],
    [[ephemeral(0, '/dev/xvda')], 'InvalidBlockDeviceMapping', undefined],
    [[{ DeviceName: '/dev/xvda', NoDevice: '' }], 'InvalidBlockDeviceMapping', undefined],
  ])('%j, and nothing is launched', async (BlockDeviceMappings, code, message) => {
    const api = await startTestApi();
    const request = { ImageId: EXAMPLE_IMAGE, InstanceType: 'c3.large', MinCount: 1, MaxCount: 1 };
    await expectRefusal(api.call('RunInstances', { ...request, BlockDeviceMappings }), code, message);
    expect((await api.call('DescribeInstances')).Reservations).toEqual([]);
  });
});

describe('what metadata shows', () => {
  test('EBS volumes but the root device, numbered in order, without the directory of devices', () => {
    const mappings = ['/dev/sdf', '/dev/xvda', 'xvdcz', '/dev/sdb'].map((DeviceName) => ({ DeviceName, Ebs }));
    expect(read(mappings)).toEqual([
      { VirtualName: 'ebs1', DeviceName: 'sdf' },
      { VirtualName: 'ebs2', DeviceName: 'xvdcz' },
      { VirtualName: 'ebs3', DeviceName: 'sdb' },
    ]);
  });

  test('instance store volumes, by the names that the request gives them', () => {
    expect(read([ephemeral(1), { DeviceName: '/dev/sdf', Ebs }, ephemeral(0, '/dev/sdc')])).toEqual([
      { VirtualName: 'ephemeral1', DeviceName: 'sdb' },
      { VirtualName: 'ebs1', DeviceName: 'sdf' },
      { VirtualName: 'ephemeral0', DeviceName: 'sdc' },
    ]);
  });

  test.each(['i3.large', 'm5d.large', 't3.micro'])('none of %s, whose store is NVMe or that has none', (type) => {
    expect(read([ephemeral(0)], type)).toEqual([]);
  });

  test('nothing that the request takes away', () => {
    expect(
      read([
        { DeviceName: '/dev/sdb', NoDevice: '' },
        { DeviceName: '/dev/sdc', Ebs },
      ]),
    ).toEqual([{ VirtualName: 'ebs1', DeviceName: 'sdc' }]);
  });

  test('a root device of another name is no exception', () => {
    expect(read([{ DeviceName: '/dev/sda1', Ebs }], 't3.micro', '/dev/sda1')).toEqual([]);
    expect(read([{ DeviceName: '/dev/sda1', Ebs }])).toEqual([{ VirtualName: 'ebs1', DeviceName: 'sda1' }]);
  });
});

test('the instance keeps them', async () => {
  const api = await startTestApi();
  const mapped = await launch(api, { BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs }] });
  const plain = await launch(api);
  const instances = await api.inStore((tx) => tx.instances.get(api.scope, [mapped, plain]));
  expect(instances.map(({ BlockDevices }) => BlockDevices)).toEqual([
    [{ VirtualName: 'ebs1', DeviceName: 'sdf' }],
    undefined,
  ]);
});
