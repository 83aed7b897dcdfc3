/**
 * Users: made, got, listed, changed, deleted; what a name and a path may be, and what stands against deleting one.
 */

import { expect, test } from 'vitest';
import type { Principal } from '../../../model.ts';
import { ACCOUNT, expectRefusal, START_MS, startTestApi } from '../../testing.ts';

const ALLOW = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';

test.each([
  [
    undefined,
    "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null",
  ],
  [
    '',
    "1 validation error detected: Value '' at 'userName' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  [
    'a b',
    'The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
  ],
  [
    'a/b',
    'The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
  ],
  [
    'ä',
    'The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
  ],
  [
    'x'.repeat(65),
    `1 validation error detected: Value '${'x'.repeat(64)}' at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64`,
  ],
])('a user cannot be called %j', async (UserName, message) => {
  const api = await startTestApi();
  await expectRefusal(api.iam('CreateUser', { UserName }), 'ValidationError', message);
  await expectRefusal(api.iam('GetUser', { UserName: UserName ?? '' }), 'ValidationError');
});

test.each(['x', '/x', 'x/', '/ /', '/ä/', `/${'x'.repeat(512)}/`])('the path of a user cannot be %j', async (Path) => {
  const api = await startTestApi();
  await expectRefusal(api.iam('CreateUser', { UserName: 'bob', Path }), 'ValidationError');
});

test('a user is answered, and got again, with its ARN and a unique id', async () => {
  const api = await startTestApi();
  const { User } = await api.iam('CreateUser', {
    UserName: 'bob',
    Path: '/division/',
    Tags: [{ Key: 'a', Value: '' }],
  });
  expect(User).toEqual({
    Path: '/division/',
    UserName: 'bob',
    UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
    Arn: `arn:aws:iam::${ACCOUNT}:user/division/bob`,
    CreateDate: new Date(START_MS),
    Tags: [{ Key: 'a', Value: '' }],
  });
  expect((await api.iam('GetUser', { UserName: 'bob' })).User).toEqual(User);
});

test('ARNs are of the partition of the Region', async () => {
  const api = (await startTestApi()).as({ region: 'cn-north-1' });
  const { User } = await api.iam('CreateUser', { UserName: 'bob' });
  expect(User?.Arn).toBe(`arn:aws-cn:iam::${ACCOUNT}:user/bob`);
});

test('names differ when they differ in more than case, and are found with regard to it', async () => {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'Bob' });
  await expectRefusal(
    api.iam('CreateUser', { UserName: 'bOB' }),
    'EntityAlreadyExists',
    'User with name bOB already exists.',
  );
  await expectRefusal(
    api.iam('GetUser', { UserName: 'bob' }),
    'NoSuchEntity',
    'The user with name bob cannot be found.',
  );
});

test('accounts are separate, Regions are not', async () => {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'bob' });
  await api.as({ region: 'eu-west-1' }).iam('GetUser', { UserName: 'bob' });
  await expectRefusal(api.as({ account: '999999999999' }).iam('GetUser', { UserName: 'bob' }), 'NoSuchEntity');
});

test('without a name the caller is got', async () => {
  const api = await startTestApi();
  expect((await api.iam('GetUser')).User).toMatchObject({ UserId: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:root` });
  const { User } = await api.iam('CreateUser', { UserName: 'bob' });
  await api.iam('PutUserPolicy', { UserName: 'bob', PolicyName: 'all', PolicyDocument: ALLOW });
  const bob: Principal = {
    kind: 'user',
    account: ACCOUNT,
    arn: User?.Arn ?? '',
    UserName: 'bob',
    UserId: User?.UserId ?? '',
  };
  expect((await api.as({ principal: bob }).iam('GetUser')).User?.UserName).toBe('bob');
  const instance: Principal = { kind: 'ec2-instance', account: ACCOUNT, arn: 'arn', InstanceId: 'i-1' };
  await expectRefusal(
    api.as({ principal: instance }).iam('GetUser'),
    'ValidationError',
    'Must specify userName when calling with non-User credentials',
  );
});

test('users are listed in order of their names, below a path, without tags', async () => {
  const api = await startTestApi();
  for (const [UserName, Path] of [
    ['c', '/x/y/'],
    ['a', '/'],
    ['b', '/x/'],
  ]) {
    await api.iam('CreateUser', { UserName, Path, Tags: [{ Key: 'k', Value: 'v' }] });
  }
  const names = async (PathPrefix?: string) =>
    (await api.iam('ListUsers', { PathPrefix })).Users?.map(({ UserName }) => UserName);
  expect(await names()).toEqual(['a', 'b', 'c']);
  expect(await names('/x/')).toEqual(['b', 'c']);
  expect(await names('/x/y')).toEqual(['c']);
  await expectRefusal(api.iam('ListUsers', { PathPrefix: 'x' }), 'ValidationError');
  expect((await api.iam('ListUsers')).Users?.[0]).not.toHaveProperty('Tags');
});

test('pages end at MaxItems, and a Marker leads on whatever came or went meanwhile', async () => {
  const api = await startTestApi();
  for (const UserName of ['a', 'b', 'd', 'e']) await api.iam('CreateUser', { UserName });
  const first = await api.iam('ListUsers', { MaxItems: 2 });
  expect(first).toMatchObject({ IsTruncated: true, Users: [{ UserName: 'a' }, { UserName: 'b' }] });
  await api.iam('DeleteUser', { UserName: 'b' });
  await api.iam('CreateUser', { UserName: 'c' });
  const second = await api.iam('ListUsers', { Marker: first.Marker });
  expect(second.Users?.map(({ UserName }) => UserName)).toEqual(['c', 'd', 'e']);
  expect(second).toMatchObject({ IsTruncated: false });
  expect(second).not.toHaveProperty('Marker');
  await expectRefusal(api.iam('ListGroups', { Marker: first.Marker }), 'ValidationError', 'Invalid Marker.');
  await expectRefusal(api.iam('ListUsers', { Marker: 'x' }), 'ValidationError', 'Invalid Marker.');
  for (const MaxItems of [0, 1001]) await expectRefusal(api.iam('ListUsers', { MaxItems }), 'ValidationError');
});

test('UpdateUser gives another name and path; id, groups, policies and keys stay', async () => {
  const api = await startTestApi();
  const { User } = await api.iam('CreateUser', { UserName: 'bob' });
  await api.iam('CreateUser', { UserName: 'alice' });
  await api.iam('CreateGroup', { GroupName: 'devs' });
  await api.iam('AddUserToGroup', { UserName: 'bob', GroupName: 'devs' });
  await api.iam('PutUserPolicy', { UserName: 'bob', PolicyName: 'all', PolicyDocument: ALLOW });
  const { AccessKey } = await api.iam('CreateAccessKey', { UserName: 'bob' });
  await expectRefusal(api.iam('UpdateUser', { UserName: 'bob', NewUserName: 'ALICE' }), 'EntityAlreadyExists');
  await api.iam('UpdateUser', { UserName: 'bob', NewUserName: 'Bob', NewPath: '/x/' });
  await expectRefusal(api.iam('GetUser', { UserName: 'bob' }), 'NoSuchEntity');
  expect((await api.iam('GetUser', { UserName: 'Bob' })).User).toMatchObject({ UserId: User?.UserId, Path: '/x/' });
  await api.iam('UpdateUser', { UserName: 'Bob', NewUserName: 'robert' });
  expect((await api.iam('ListUsers')).Users?.map(({ UserName }) => UserName)).toEqual(['alice', 'robert']);
  expect((await api.iam('GetGroup', { GroupName: 'devs' })).Users).toMatchObject([{ UserName: 'robert' }]);
  expect((await api.iam('ListUserPolicies', { UserName: 'robert' })).PolicyNames).toEqual(['all']);
  const key = await api.inStore((tx) => tx.accessKeys.find(AccessKey?.AccessKeyId ?? ''));
  expect(key?.principal).toMatchObject({ UserName: 'robert', arn: `arn:aws:iam::${ACCOUNT}:user/x/robert` });
});

test('a user is deleted once it has nothing', async () => {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'bob' });
  await api.iam('CreateGroup', { GroupName: 'devs' });
  await api.iam('AddUserToGroup', { UserName: 'bob', GroupName: 'devs' });
  await api.iam('PutUserPolicy', { UserName: 'bob', PolicyName: 'all', PolicyDocument: ALLOW });
  const attached = { UserName: 'bob', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
  await api.iam('AttachUserPolicy', attached);
  const { AccessKey } = await api.iam('CreateAccessKey', { UserName: 'bob' });
  const refused = (why: string) =>
    expectRefusal(api.iam('DeleteUser', { UserName: 'bob' }), 'DeleteConflict', `Cannot delete entity, must ${why}`);
  await refused('detach all policies first.');
  await api.iam('DetachUserPolicy', attached);
  await refused('delete policies first.');
  await api.iam('DeleteUserPolicy', { UserName: 'bob', PolicyName: 'all' });
  await refused('delete access keys first.');
  await api.iam('DeleteAccessKey', { UserName: 'bob', AccessKeyId: AccessKey?.AccessKeyId });
  await refused('remove users from group first.');
  await api.iam('RemoveUserFromGroup', { UserName: 'bob', GroupName: 'devs' });
  await api.iam('DeleteUser', { UserName: 'bob' });
  await expectRefusal(api.iam('DeleteUser', { UserName: 'bob' }), 'NoSuchEntity');
});
