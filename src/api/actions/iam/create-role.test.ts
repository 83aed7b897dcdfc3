/**
 * Roles: who may assume one, for how long, and what stands against deleting one.
 */

import { expect, test } from 'vitest';
import { ACCOUNT, expectRefusal, START_MS, startTestApi } from '../../testing.ts';

const trust = (Principal: unknown) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' } });
const EC2 = trust({ Service: 'ec2.amazonaws.com' });

test('a role is answered, and got again, with its trust policy URL-encoded', async () => {
  const api = await startTestApi();
  const { Role } = await api.iam('CreateRole', {
    ...{ RoleName: 'web', Path: '/x/', AssumeRolePolicyDocument: EC2, Description: 'of the web' },
    ...{ MaxSessionDuration: 7200, Tags: [{ Key: 'a', Value: 'b' }] },
  });
  expect(Role).toEqual({
    Path: '/x/',
    RoleName: 'web',
    RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
    Arn: `arn:aws:iam::${ACCOUNT}:role/x/web`,
    CreateDate: new Date(START_MS),
    AssumeRolePolicyDocument: expect.stringMatching(/^%7B%22Version%22%3A/),
    Description: 'of the web',
    MaxSessionDuration: 7200,
    Tags: [{ Key: 'a', Value: 'b' }],
    RoleLastUsed: {},
  });
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(EC2);
  expect((await api.iam('GetRole', { RoleName: 'web' })).Role).toEqual(Role);
  const { Tags: _tags, RoleLastUsed: _used, ...listed } = Role ?? {};
  expect((await api.iam('ListRoles')).Roles).toEqual([listed]);
  await expectRefusal(api.iam('CreateRole', { RoleName: 'WEB', AssumeRolePolicyDocument: EC2 }), 'EntityAlreadyExists');
});

test.each([
  ['no JSON', '{'],
  ['no principal', '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}'],
  ['a resource', EC2.replace('"Action"', '"Resource":"*","Action"')],
])('a trust policy with %s is malformed', async (_what, AssumeRolePolicyDocument) => {
  const api = await startTestApi();
  await expectRefusal(api.iam('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument }), 'MalformedPolicyDocument');
  await api.iam('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: EC2 });
  const update = { RoleName: 'web', PolicyDocument: AssumeRolePolicyDocument };
  await expectRefusal(api.iam('UpdateAssumeRolePolicy', update), 'MalformedPolicyDocument');
});

test('whoever a trust policy names has to exist, in whatever account', async () => {
  const api = await startTestApi();
  await api.as({ account: '999999999999' }).iam('CreateUser', { UserName: 'bob', Path: '/x/' });
  const create = (AWS: string) => api.iam('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: trust({ AWS }) });
  for (const nobody of ['999999999999:user/bob', '999999999999:role/x/bob', `${ACCOUNT}:user/x/bob`]) {
    await expectRefusal(create(`arn:aws:iam::${nobody}`), 'MalformedPolicyDocument');
  }
  await create('arn:aws:iam::999999999999:user/x/bob');
  await api.iam('DeleteRole', { RoleName: 'web' });
  await create('arn:aws:iam::888888888888:root');
  await api.iam('DeleteRole', { RoleName: 'web' });
  await create('*');
});

test('sessions last from an hour to twelve; description and duration can be changed', async () => {
  const api = await startTestApi();
  for (const MaxSessionDuration of [3599, 43_201]) {
    const role = { RoleName: 'web', AssumeRolePolicyDocument: EC2, MaxSessionDuration };
    await expectRefusal(api.iam('CreateRole', role), 'ValidationError');
  }
  await api.iam('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: EC2 });
  const get = async () => (await api.iam('GetRole', { RoleName: 'web' })).Role;
  expect((await get())?.MaxSessionDuration).toBe(3600);
  await api.iam('UpdateRole', { RoleName: 'web', Description: 'new' });
  await api.iam('UpdateRole', { RoleName: 'web', MaxSessionDuration: 43_200 });
  expect(await get()).toMatchObject({ Description: 'new', MaxSessionDuration: 43_200 });
  await expectRefusal(api.iam('UpdateRole', { RoleName: 'web', Description: 'x'.repeat(1001) }), 'ValidationError');
});

test('UpdateAssumeRolePolicy replaces the trust policy', async () => {
  const api = await startTestApi();
  await api.iam('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: EC2 });
  const other = trust({ AWS: ACCOUNT });
  await api.iam('UpdateAssumeRolePolicy', { RoleName: 'web', PolicyDocument: other });
  const { Role } = await api.iam('GetRole', { RoleName: 'web' });
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(other);
});

test('a role is deleted once it has no policies and is in no instance profile', async () => {
  const api = await startTestApi();
  await api.iam('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: EC2 });
  await api.iam('CreateInstanceProfile', { InstanceProfileName: 'p' });
  await api.iam('AddRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName: 'web' });
  const attached = { RoleName: 'web', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
  await api.iam('AttachRolePolicy', attached);
  const refused = (why: string) =>
    expectRefusal(api.iam('DeleteRole', { RoleName: 'web' }), 'DeleteConflict', `Cannot delete entity, must ${why}`);
  await refused('remove roles from instance profile first.');
  await api.iam('RemoveRoleFromInstanceProfile', { InstanceProfileName: 'p', RoleName: 'web' });
  await refused('detach all policies first.');
  await api.iam('DetachRolePolicy', attached);
  await api.iam('DeleteRole', { RoleName: 'web' });
  await expectRefusal(
    api.iam('GetRole', { RoleName: 'web' }),
    'NoSuchEntity',
    'The role with name web cannot be found.',
  );
});
