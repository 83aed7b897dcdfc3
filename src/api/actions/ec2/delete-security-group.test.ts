/**
 * DeleteSecurityGroup: not the default one, and none that an instance has, in AWS's words as clients have recorded them.
 */

import { expect, test } from 'vitest';
import type { InstanceStateName } from '../../../model.ts';
import { arrive, expectRefusal, launch, startTestApi, type TestApi } from '../../testing.ts';

async function newGroup(api: TestApi, GroupName = 'web'): Promise<string> {
  return (await api.call('CreateSecurityGroup', { GroupName, Description: 'made here' })).GroupId ?? '';
}

async function names(api: TestApi): Promise<(string | undefined)[]> {
  return ((await api.call('DescribeSecurityGroups')).SecurityGroups ?? []).map(({ GroupName }) => GroupName);
}

test('what does not exist, and a request that names nothing', async () => {
  const api = await startTestApi();
  const GroupId = await newGroup(api);
  const vpcId = (await api.call('DescribeVpcs')).Vpcs?.[0]?.VpcId;
  const refusal = (input: object, code: string, message: string, who = api) =>
    expectRefusal(who.call('DeleteSecurityGroup', input), code, message);
  await refusal({}, 'MissingParameter', 'The request must contain the parameter groupName or groupId');
  await refusal({ GroupId: 'web' }, 'InvalidGroupId.Malformed', 'Invalid id: "web" (expecting "sg-...")');
  await refusal({ GroupId: 'sg-1' }, 'InvalidGroupId.Malformed', 'Invalid id: "sg-1" (expecting "sg-...")');
  await refusal(
    { GroupId: 'sg-0123456789abcdef0' },
    'InvalidGroup.NotFound',
    "The security group 'sg-0123456789abcdef0' does not exist",
  );
  await refusal(
    { GroupName: 'db' },
    'InvalidGroup.NotFound',
    `The security group 'db' does not exist in default VPC '${vpcId}'`,
  );
  const elsewhere = api.as({ region: 'eu-west-1' });
  await refusal({ GroupId }, 'InvalidGroup.NotFound', `The security group '${GroupId}' does not exist`, elsewhere);
  expect(await names(api)).toEqual(['default', 'web']);
});

test('the default group of a VPC cannot be deleted, not even when no instance has it', async () => {
  const api = await startTestApi();
  const GroupId = (await api.call('DescribeSecurityGroups')).SecurityGroups?.[0]?.GroupId;
  for (const input of [{ GroupId }, { GroupName: 'default' }]) {
    await expectRefusal(
      api.call('DeleteSecurityGroup', input),
      'CannotDelete',
      `the specified group: "${GroupId}" name: "default" cannot be deleted by a user`,
    );
  }
});

test('a group cannot be deleted while an instance that has not ended has it', async () => {
  const api = await startTestApi();
  const GroupId = await newGroup(api);
  await launch(api);
  const id = await launch(api, { SecurityGroupIds: [GroupId] });
  const states: InstanceStateName[] = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'];
  for (const state of states) {
    await arrive(api, id, state);
    await expectRefusal(
      api.call('DeleteSecurityGroup', { GroupId }),
      'DependencyViolation',
      `resource ${GroupId} has a dependent object`,
    );
  }
  await arrive(api, id, 'terminated');
  expect(await api.call('DeleteSecurityGroup', { GroupId })).toEqual({ Return: true, GroupId });
  expect(await names(api)).toEqual(['default']);
});

test('the instance that has it may be beyond a page, and an instance that has it no more does not matter', async () => {
  const api = await startTestApi();
  const GroupId = await newGroup(api);
  await api.call('RunInstances', {
    ImageId: 'ami-0abcdef1234567890',
    InstanceType: 't3.micro',
    MinCount: 1000,
    MaxCount: 1000,
  });
  const id = await launch(api, { SecurityGroupIds: [GroupId] });
  await expectRefusal(api.call('DeleteSecurityGroup', { GroupId }), 'DependencyViolation');
  const other = await newGroup(api, 'other');
  await api.call('ModifyInstanceAttribute', { InstanceId: id, Groups: [other] });
  await api.call('DeleteSecurityGroup', { GroupId });
});

test('its tags go with it, and its name is free', async () => {
  const api = await startTestApi();
  const GroupId = await newGroup(api);
  await api.call('CreateTags', { Resources: [GroupId], Tags: [{ Key: 'team', Value: 'blue' }] });
  await api.call('DeleteSecurityGroup', { GroupName: 'web' });
  expect((await api.call('DescribeTags')).Tags).toEqual([]);
  expect(await newGroup(api)).not.toBe(GroupId);
});

test('the Query form', async () => {
  const api = await startTestApi();
  const id = await newGroup(api);
  const xml = await api.query(`Action=DeleteSecurityGroup&GroupId=${id}`);
  expect(xml).toContain(`<return>true</return><groupId>${id}</groupId>`);
});
