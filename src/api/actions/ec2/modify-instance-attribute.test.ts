/**
 * ModifyInstanceAttribute: one attribute at a time, in the states that AWS allows, and which changes an instance's host
 * hears of. After each refusal the instance is compared with what it was. The metadata is read in
 * `test/instance-attributes.test.ts`.
 */

import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { InstanceStateName } from '../../../model.ts';
import { arrive, expectRefusal, launch, startTestApi, type TestApi } from '../../testing.ts';

async function find(api: TestApi, id: string) {
  const [instance] = await api.inStore((tx) => tx.instances.get(api.scope, [id]));
  return instance;
}

async function launchInState(api: TestApi, State: InstanceStateName, input: object = {}): Promise<string> {
  const id = await launch(api, input);
  await arrive(api, id, State);
  return id;
}

const newGroup = async (api: TestApi, GroupName: string) =>
  (await api.call('CreateSecurityGroup', { GroupName, Description: 'made here' })).GroupId ?? '';

/** That a change of an instance in a state is refused and leaves it as it was. */
async function expectNoChange(api: TestApi, id: string, change: object, code: string, message?: string): Promise<void> {
  const before = await find(api, id);
  await expectRefusal(api.call('ModifyInstanceAttribute', { InstanceId: id, ...change }), code, message);
  expect(await find(api, id)).toEqual(before);
}

// ─── The request ─────────────────────────────────────────────────────────────────────────────────────────────────────

test('an instance that is not there, and one of somebody else', async () => {
  const api = await startTestApi();
  const InstanceId = await launchInState(api, 'stopped');
  const UserData = { Value: Buffer.from('x') };
  const modify = (input: object, who = api) => who.call('ModifyInstanceAttribute', { UserData, ...input });
  await expectRefusal(
    modify({ InstanceId: 'i-0123456789abcdef0' }),
    'InvalidInstanceID.NotFound',
    "The instance ID 'i-0123456789abcdef0' does not exist",
  );
  await expectRefusal(modify({ InstanceId: 'x' }), 'InvalidInstanceID.Malformed', 'Invalid id: "x"');
  await expectRefusal(modify({ InstanceId }, api.as({ account: '210987654321' })), 'InvalidInstanceID.NotFound');
});

test.each([
  [{}, 'InvalidParameterCombination', 'No attributes specified.'],
  [{ Groups: [] }, 'InvalidParameterCombination', 'No attributes specified.'],
  [{ Value: 'true' }, 'InvalidParameterCombination', 'No attributes specified.'],
  [
    { SourceDestCheck: { Value: false }, DisableApiStop: { Value: true } },
    'InvalidParameterCombination',
    'Fields for multiple attribute types specified: disableApiStop, sourceDestCheck',
  ],
  [
    { SourceDestCheck: { Value: false }, Attribute: 'sourceDestCheck', Value: 'false' },
    'InvalidParameterCombination',
    'Fields for multiple attribute types specified: sourceDestCheck, sourceDestCheck',
  ],
  [{ UserData: {} }, 'MissingParameter', 'The request must contain the parameter Value'],
  [{ Attribute: 'userData' }, 'MissingParameter', 'The request must contain the parameter Value'],
  [
    { Attribute: 'colour', Value: 'blue' },
    'InvalidParameterValue',
    'Value (colour) for parameter attribute is invalid. Unknown attribute.',
  ],
  [{ Attribute: 'constructor', Value: 'blue' }, 'InvalidParameterValue', undefined],
  [{ Attribute: 'disableApiStop', Value: 'yes' }, 'InvalidParameterValue', undefined],
  [{ InstanceInitiatedShutdownBehavior: { Value: 'hibernate' } }, 'InvalidParameterValue', undefined],
])('%j is refused', async (change, code, message) => {
  const api = await startTestApi();
  await expectNoChange(api, await launchInState(api, 'stopped'), change, code, message);
});

test.each([
  ['kernel', { Kernel: { Value: 'aki-1' } }],
  ['ramdisk', { Ramdisk: { Value: 'ari-1' } }],
  ['sriovNetSupport', { SriovNetSupport: { Value: 'simple' } }],
  ['enaSupport', { EnaSupport: { Value: true } }],
  ['enclaveOptions', { EnclaveOptions: { Enabled: true } }],
  ['blockDeviceMapping', { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: true } }] }],
  ['kernel', { Attribute: 'kernel', Value: 'aki-1' }],
  ['rootDeviceName', { Attribute: 'rootDeviceName', Value: '/dev/sda1' }],
  ['productCodes', { Attribute: 'productCodes', Value: 'x' }],
])('%s does not change here, and is refused by name', async (attribute, change) => {
  const api = await startTestApi();
  await expectNoChange(
    api,
    await launchInState(api, 'stopped'),
    change,
    'UnsupportedOperation',
    `openimds: changing ${attribute} of an instance is not offered (docs/scope.md)`,
  );
});

// ─── States ──────────────────────────────────────────────────────────────────────────────────────────────────────────

describe.each([
  ['userData', { UserData: { Value: Buffer.from('new') } }],
  ['instanceType', { InstanceType: { Value: 't3.large' } }],
  ['ebsOptimized', { EbsOptimized: { Value: true } }],
])('%s changes only while the instance is stopped', (_attribute, change) => {
  test.each(['pending', 'running', 'stopping', 'shutting-down', 'terminated'] as const)('not %s', async (state) => {
    const api = await startTestApi();
    const id = await launchInState(api, state);
    const message = `The instance '${id}' is not in the 'stopped' state.`;
    await expectNoChange(api, id, change, 'IncorrectInstanceState', message);
  });

  test('stopped', async () => {
    const api = await startTestApi();
    const id = await launchInState(api, 'stopped');
    const before = await find(api, id);
    await api.call('ModifyInstanceAttribute', { InstanceId: id, ...change });
    expect(await find(api, id)).not.toEqual(before);
  });
});

describe.each([
  ['disableApiTermination', { DisableApiTermination: { Value: true } }],
  ['disableApiStop', { DisableApiStop: { Value: true } }],
  ['sourceDestCheck', { SourceDestCheck: { Value: false } }],
  ['instanceInitiatedShutdownBehavior', { InstanceInitiatedShutdownBehavior: { Value: 'terminate' } }],
])('%s changes until the instance ends, and its host need not hear of it', (Attribute, change) => {
  test.each(['shutting-down', 'terminated'] as const)('not %s', async (state) => {
    const api = await startTestApi();
    const id = await launchInState(api, state);
    const message = `The instance '${id}' must be in a 'running', 'pending', 'stopping' or 'stopped' state for this operation.`;
    await expectNoChange(api, id, change, 'IncorrectInstanceState', message);
  });

  test.each(['pending', 'running', 'stopping', 'stopped'] as const)('%s', async (state) => {
    const api = await startTestApi();
    const id = await launchInState(api, state);
    const before = await find(api, id);
    await api.call('ModifyInstanceAttribute', { InstanceId: id, ...change });
    expect(await api.call('DescribeInstanceAttribute', { InstanceId: id, Attribute })).toEqual({
      InstanceId: id,
      ...change,
    });
    expect((await find(api, id))?.revision).toBe(before?.revision);
  });
});

// ─── User data ───────────────────────────────────────────────────────────────────────────────────────────────────────

describe('userData', () => {
  const describeUserData = async (api: TestApi, InstanceId: string) =>
    (await api.call('DescribeInstanceAttribute', { InstanceId, Attribute: 'userData' })).UserData?.Value;

  test('16,385 bytes are too many, and what is no base64 is none', async () => {
    const api = await startTestApi();
    const id = await launchInState(api, 'stopped', { UserData: 'aGVsbG8=' });
    const tooMany = randomBytes(16_385);
    for (const change of [
      { UserData: { Value: tooMany } },
      { Attribute: 'userData', Value: tooMany.toString('base64') },
    ]) {
      await expectNoChange(api, id, change, 'InvalidParameterValue', 'User data is limited to 16384 bytes');
    }
    await expectNoChange(api, id, { Attribute: 'userData', Value: '%' }, 'InvalidUserData.Malformed');
  });

  test('16,384 bytes of any value, given in either way, are described as base64', async () => {
    const api = await startTestApi();
    const id = await launchInState(api, 'stopped');
    const before = await find(api, id);
    const [bytes, others] = [randomBytes(16_384), randomBytes(16_384)];
    await api.call('ModifyInstanceAttribute', { InstanceId: id, UserData: { Value: bytes } });
    expect(await describeUserData(api, id)).toBe(bytes.toString('base64'));
    const Value = others.toString('base64');
    await api.call('ModifyInstanceAttribute', { InstanceId: id, Attribute: 'userData', Value });
    expect(await describeUserData(api, id)).toBe(Value);
    expect((await find(api, id))?.revision).toBeGreaterThan(before?.revision ?? 0);
  });

  test('an empty value removes it', async () => {
    const api = await startTestApi();
    for (const change of [{ UserData: { Value: new Uint8Array() } }, { Attribute: 'userData', Value: '' }]) {
      const id = await launchInState(api, 'stopped', { UserData: 'aGVsbG8=' });
      await api.call('ModifyInstanceAttribute', { InstanceId: id, ...change });
      expect(await find(api, id)).not.toHaveProperty('UserData');
    }
  });
});

// ─── Security groups ─────────────────────────────────────────────────────────────────────────────────────────────────

describe('groupSet', () => {
  test('groups that are not there, malformed ones, and those of another VPC', async () => {
    const api = await startTestApi();
    const id = await launchInState(api, 'running');
    const own = await newGroup(api, 'web');
    await api.inStore(async (tx) => {
      const group = await tx.documents.find('security-group', api.scope, own);
      const other = { GroupId: 'sg-00000001', VpcId: 'vpc-1' };
      if (group) await tx.documents.put('security-group', api.scope, other.GroupId, { ...group, ...other });
    });
    const refusal = (group: string, code: string, message: string) =>
      expectNoChange(api, id, { Groups: [own, group] }, code, message);
    await refusal('web', 'InvalidGroupId.Malformed', 'Invalid id: "web" (expecting "sg-...")');
    await refusal('', 'InvalidGroupId.Malformed', 'Invalid id: "" (expecting "sg-...")');
    await refusal('sg-12345678', 'InvalidGroup.NotFound', "The security group 'sg-12345678' does not exist");
    await refusal(
      'sg-00000001',
      'InvalidGroup.NotFound',
      'You have specified two resources that belong to different networks.',
    );
  });

  test('of several interfaces AWS does not guess which is meant', async () => {
    const api = await startTestApi();
    const id = await launchInState(api, 'running');
    const group = await newGroup(api, 'web');
    await api.inStore(async (tx) => {
      const [instance] = await tx.instances.get(api.scope, [id]);
      if (!instance) return;
      const [primary] = instance.NetworkInterfaces;
      const second = { ...primary, DeviceIndex: 1, NetworkInterfaceId: 'eni-00000001' };
      await tx.instances.update([{ ...instance, NetworkInterfaces: [primary, second] }]);
    });
    for (const change of [{ Groups: [group] }, { SourceDestCheck: { Value: false } }]) {
      await expectNoChange(
        api,
        id,
        change,
        'InvalidInstanceID',
        `There are multiple interfaces attached to instance '${id}'. Please specify an interface ID for the operation instead.`,
      );
    }
  });

  test('the judge is asked about the instance and about each group', async () => {
    const api = await startTestApi();
    const id = await launchInState(api, 'running');
    const [web, db] = [await newGroup(api, 'web'), await newGroup(api, 'db')];
    const asked: string[][] = [];
    const judge: Parameters<TestApi['as']>[0]['judge'] = async ({ resources }) => {
      asked.push(resources);
      return { allowed: true };
    };
    await api.as({ judge }).call('ModifyInstanceAttribute', { InstanceId: id, Groups: [web, db, web] });
    const arn = 'arn:aws:ec2:us-east-1:123456789012';
    expect(asked).toEqual([[`${arn}:instance/${id}`, `${arn}:security-group/${web}`, `${arn}:security-group/${db}`]]);
  });

  test.each(['pending', 'running', 'stopping', 'stopped'] as const)('while %s', async (state) => {
    const api = await startTestApi();
    const id = await launchInState(api, state);
    const [web, db] = [await newGroup(api, 'web'), await newGroup(api, 'db')];
    const before = await find(api, id);
    await api.call('ModifyInstanceAttribute', { InstanceId: id, Groups: [web, db] });
    const groups = [
      { GroupId: web, GroupName: 'web' },
      { GroupId: db, GroupName: 'db' },
    ];
    const { Reservations } = await api.call('DescribeInstances', { InstanceIds: [id] });
    expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({
      SecurityGroups: groups,
      NetworkInterfaces: [{ Groups: groups }],
    });
    const after = await find(api, id);
    expect(after?.revision).toBeGreaterThan(before?.revision ?? 0);
    expect(after?.optionsRevision).toBe(before?.optionsRevision);
    await api.call('ModifyInstanceAttribute', { InstanceId: id, Attribute: 'groupSet', Value: db });
    expect((await find(api, id))?.NetworkInterfaces[0].Groups).toEqual([db]);
  });

  test.each(['shutting-down', 'terminated'] as const)('not %s', async (state) => {
    const api = await startTestApi();
    const id = await launchInState(api, state);
    const group = await newGroup(api, 'web');
    await expectNoChange(api, id, { Groups: [group] }, 'IncorrectInstanceState');
  });

  test('the host hears of it', async () => {
    const api = await startTestApi();
    const id = await launchInState(api, 'running');
    const group = await newGroup(api, 'web');
    const woken = new Promise<void>((resolve) => api.store.subscribe(resolve));
    await api.call('ModifyInstanceAttribute', { InstanceId: id, Groups: [group] });
    await woken;
  });
});

// ─── The rest ────────────────────────────────────────────────────────────────────────────────────────────────────────

describe('instanceType', () => {
  test('one that does not exist, one of another architecture, and Xen with the IPv6 endpoint', async () => {
    const api = await startTestApi();
    const MetadataOptions = { HttpEndpoint: 'enabled', HttpProtocolIpv6: 'enabled' };
    const id = await launchInState(api, 'stopped', { MetadataOptions });
    const refusal = (Value: string, code: string, message?: string) =>
      expectNoChange(api, id, { InstanceType: { Value } }, code, message);
    await refusal('z9.huge', 'InvalidInstanceAttributeValue', "Invalid value 'z9.huge' for InstanceType.");
    await refusal('t4g.micro', 'InvalidParameterValue');
    await refusal(
      'c3.large',
      'UnsupportedOperation',
      'The HttpProtocolIpv6 metadata option cannot be enabled for Xen-backed instance types.',
    );
  });

  test('from Nitro to Xen and back, where the options allow it, in either way of asking', async () => {
    const api = await startTestApi();
    const id = await launchInState(api, 'stopped');
    const before = await find(api, id);
    await api.call('ModifyInstanceAttribute', { InstanceId: id, Attribute: 'instanceType', Value: 'c3.large' });
    const found = await api.call('DescribeInstances', { Filters: [{ Name: 'instance-type', Values: ['c3.large'] }] });
    expect(found.Reservations?.[0]?.Instances?.[0]).toMatchObject({ InstanceType: 'c3.large', EnaSupport: false });
    expect((await find(api, id))?.revision).toBeGreaterThan(before?.revision ?? 0);
    await api.call('ModifyInstanceAttribute', { InstanceId: id, InstanceType: { Value: 't3.nano' } });
    expect((await find(api, id))?.InstanceType).toBe('t3.nano');
  });
});

test('termination protection of a Spot instance is refused', async () => {
  const api = await startTestApi();
  const id = await launchInState(api, 'running');
  await api.inStore(async (tx) => {
    const [instance] = await tx.instances.get(api.scope, [id]);
    if (instance) await tx.instances.update([{ ...instance, InstanceLifecycle: 'spot' }]);
  });
  await expectNoChange(
    api,
    id,
    { DisableApiTermination: { Value: true } },
    'UnsupportedOperation',
    "Modifying 'disableApiTermination' is not supported for spot instances.",
  );
});

test('what changed is described with the instance', async () => {
  const api = await startTestApi();
  const InstanceId = await launchInState(api, 'stopped');
  await api.call('ModifyInstanceAttribute', { InstanceId, Attribute: 'ebsOptimized', Value: 'TRUE' });
  await api.call('ModifyInstanceAttribute', { InstanceId, Attribute: 'sourceDestCheck', Value: 'false' });
  const { Reservations } = await api.call('DescribeInstances');
  expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({
    EbsOptimized: true,
    SourceDestCheck: false,
    NetworkInterfaces: [{ SourceDestCheck: false }],
  });
});

test('the Query form: UserData.Value in base64, GroupId.N, and a value of its own name', async () => {
  const api = await startTestApi();
  const id = await launchInState(api, 'stopped');
  const group = await newGroup(api, 'web');
  const modify = (form: string) => api.query(`Action=ModifyInstanceAttribute&InstanceId=${id}&${form}`);
  expect(await modify('UserData.Value=aGVsbG8%3D')).toContain('<return>true</return>');
  expect(await find(api, id)).toMatchObject({ UserData: 'aGVsbG8=' });
  await modify('UserData.Value=');
  expect(await find(api, id)).not.toHaveProperty('UserData');
  await modify(`GroupId.1=${group}`);
  await modify('DisableApiTermination.Value=true');
  await modify('Attribute=disableApiStop&Value=true');
  expect(await find(api, id)).toMatchObject({
    NetworkInterfaces: [{ Groups: [group] }],
    DisableApiTermination: true,
    DisableApiStop: true,
  });
});
