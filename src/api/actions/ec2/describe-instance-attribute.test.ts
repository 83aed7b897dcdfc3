/**
 * DescribeInstanceAttribute: every attribute of AWS's, as a launch leaves it and as a launch may set it. What changes them
 * is tested in `modify-instance-attribute.test.ts`.
 */

import { InstanceAttributeName } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { arrive, expectRefusal, launch, startTestApi } from '../../testing.ts';

test('an attribute that AWS does not know is refused before the instance is looked up', async () => {
  const api = await startTestApi();
  const InstanceId = await launch(api);
  for (const id of [InstanceId, 'i-0123456789abcdef0']) {
    // The last is in AWS's list, and AWS answers so nevertheless (aws/aws-cli#4273).
    for (const Attribute of ['colour', 'UserData', 'constructor', 'enaSupport']) {
      await expectRefusal(
        api.call('DescribeInstanceAttribute', { InstanceId: id, Attribute }),
        'InvalidParameterValue',
        `Value (${Attribute}) for parameter attribute is invalid. Unknown attribute.`,
      );
    }
  }
});

test('an instance that is not there, and one of somebody else', async () => {
  const api = await startTestApi();
  const InstanceId = await launch(api);
  const Attribute = 'userData';
  const missing = { InstanceId: 'i-0123456789abcdef0', Attribute };
  await expectRefusal(api.call('DescribeInstanceAttribute', missing), 'InvalidInstanceID.NotFound');
  const malformed = { InstanceId: 'x', Attribute };
  await expectRefusal(api.call('DescribeInstanceAttribute', malformed), 'InvalidInstanceID.Malformed');
  const other = api.as({ account: '210987654321' });
  await expectRefusal(
    other.call('DescribeInstanceAttribute', { InstanceId, Attribute }),
    'InvalidInstanceID.NotFound',
    `The instance ID '${InstanceId}' does not exist`,
  );
});

test('each attribute of AWS after a plain launch, and no other beside it', async () => {
  const api = await startTestApi();
  const InstanceId = await launch(api);
  const { SecurityGroups: [group] = [] } = await api.call('DescribeSecurityGroups');
  const expected: Record<string, object> = {
    blockDeviceMapping: { BlockDeviceMappings: [] },
    disableApiStop: { DisableApiStop: { Value: false } },
    disableApiTermination: { DisableApiTermination: { Value: false } },
    ebsOptimized: { EbsOptimized: { Value: false } },
    enclaveOptions: { EnclaveOptions: { Enabled: false } },
    groupSet: { Groups: [{ GroupId: group?.GroupId, GroupName: 'default' }] },
    instanceInitiatedShutdownBehavior: { InstanceInitiatedShutdownBehavior: { Value: 'stop' } },
    instanceType: { InstanceType: { Value: 't3.micro' } },
    kernel: { KernelId: {} },
    productCodes: { ProductCodes: [] },
    ramdisk: { RamdiskId: {} },
    rootDeviceName: { RootDeviceName: { Value: '/dev/xvda' } },
    sourceDestCheck: { SourceDestCheck: { Value: true } },
    sriovNetSupport: { SriovNetSupport: {} },
    userData: { UserData: {} },
  };
  for (const Attribute of Object.values(InstanceAttributeName).filter((name) => name !== 'enaSupport')) {
    const answer = await api.call('DescribeInstanceAttribute', { InstanceId, Attribute });
    expect(answer, Attribute).toEqual({ InstanceId, ...expected[Attribute] });
  }
});

test.each([
  ['disableApiStop', { DisableApiStop: true }, { DisableApiStop: { Value: true } }],
  ['disableApiTermination', { DisableApiTermination: true }, { DisableApiTermination: { Value: true } }],
  ['disableApiTermination', { DisableApiTermination: false }, { DisableApiTermination: { Value: false } }],
  ['ebsOptimized', { EbsOptimized: true }, { EbsOptimized: { Value: true } }],
  [
    'instanceInitiatedShutdownBehavior',
    { InstanceInitiatedShutdownBehavior: 'terminate' },
    { InstanceInitiatedShutdownBehavior: { Value: 'terminate' } },
  ],
  ['userData', { UserData: 'aGVsbG8=' }, { UserData: { Value: 'aGVsbG8=' } }],
])('the attribute %s after a launch with %j', async (Attribute, input, expected) => {
  const api = await startTestApi();
  const InstanceId = await launch(api, input);
  expect(await api.call('DescribeInstanceAttribute', { InstanceId, Attribute })).toEqual({ InstanceId, ...expected });
});

test('a terminated instance has no groups any more', async () => {
  const api = await startTestApi();
  const InstanceId = await launch(api);
  await arrive(api, InstanceId, 'terminated');
  const answer = await api.call('DescribeInstanceAttribute', { InstanceId, Attribute: 'groupSet' });
  expect(answer).toEqual({ InstanceId, Groups: [] });
});

test('the Query form: what is not set is an element without a value', async () => {
  const api = await startTestApi();
  const [bare, given] = [await launch(api), await launch(api, { UserData: 'aGVsbG8=' })];
  const action = 'Action=DescribeInstanceAttribute&Attribute=userData';
  expect(await api.query(`${action}&InstanceId=${bare}`)).toContain(`<instanceId>${bare}</instanceId><userData/></`);
  expect(await api.query(`${action}&InstanceId=${given}`)).toContain('<userData><value>aGVsbG8=</value></userData>');
  await expectRefusal(
    api.query(`Action=DescribeInstanceAttribute&InstanceId=${bare}`),
    'MissingParameter',
    'The request must contain the parameter Attribute',
  );
});
