/**
 * Groups: who is in one, in how many one can be, and what stands against deleting one.
 */

import { expect, test } from 'vitest';
import { ACCOUNT, asUser, expectRefusal, START_MS, startTestApi } from '../../testing.ts';

test('a group is answered, got and listed, with its ARN and a unique id', async () => {
  const api = await startTestApi();
  const { Group } = await api.iam('CreateGroup', { GroupName: 'devs', Path: '/x/' });
  expect(Group).toEqual({
    Path: '/x/',
    GroupName: 'devs',
    GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
    Arn: `arn:aws:iam::${ACCOUNT}:group/x/devs`,
    CreateDate: new Date(START_MS),
  });
  expect(await api.iam('GetGroup', { GroupName: 'devs' })).toEqual({ Group, Users: [], IsTruncated: false });
  expect((await api.iam('ListGroups')).Groups).toEqual([Group]);
  await expectRefusal(api.iam('CreateGroup', { GroupName: 'Devs' }), 'EntityAlreadyExists');
});

test('users are added and removed, and doing it twice is doing it once', async () => {
  const api = await startTestApi();
  await api.iam('CreateGroup', { GroupName: 'devs' });
  for (const UserName of ['b', 'a', 'c']) await api.iam('CreateUser', { UserName });
  for (const UserName of ['b', 'a', 'a']) await api.iam('AddUserToGroup', { GroupName: 'devs', UserName });
  const members = async () => (await api.iam('GetGroup', { GroupName: 'devs' })).Users?.map((user) => user.UserName);
  expect(await members()).toEqual(['a', 'b']);
  expect((await api.iam('ListGroupsForUser', { UserName: 'a' })).Groups).toMatchObject([{ GroupName: 'devs' }]);
  expect((await api.iam('ListGroupsForUser', { UserName: 'c' })).Groups).toEqual([]);
  for (const UserName of ['a', 'c']) await api.iam('RemoveUserFromGroup', { GroupName: 'devs', UserName });
  expect(await members()).toEqual(['b']);
});

test('a group, or a user, that there is not', async () => {
  const api = await startTestApi();
  await api.iam('CreateGroup', { GroupName: 'devs' });
  await api.iam('CreateUser', { UserName: 'bob' });
  for (const action of ['AddUserToGroup', 'RemoveUserFromGroup']) {
    await expectRefusal(
      api.iam(action, { GroupName: 'ops', UserName: 'bob' }),
      'NoSuchEntity',
      'The group with name ops cannot be found.',
    );
    await expectRefusal(
      api.iam(action, { GroupName: 'devs', UserName: 'alice' }),
      'NoSuchEntity',
      'The user with name alice cannot be found.',
    );
  }
});

test('a user is in ten groups at most', async () => {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'bob' });
  for (let n = 1; n <= 11; n++) await api.iam('CreateGroup', { GroupName: `g${n}` });
  for (let n = 1; n <= 10; n++) await api.iam('AddUserToGroup', { GroupName: `g${n}`, UserName: 'bob' });
  await expectRefusal(
    api.iam('AddUserToGroup', { GroupName: 'g11', UserName: 'bob' }),
    'LimitExceeded',
    'Cannot exceed quota for GroupsPerUser: 10',
  );
});

test('UpdateGroup gives another name and path; id, policies and users stay', async () => {
  const api = await startTestApi();
  const { Group } = await api.iam('CreateGroup', { GroupName: 'devs' });
  await api.iam('CreateGroup', { GroupName: 'ops' });
  for (const UserName of ['bob', 'alice', 'carol']) await api.iam('CreateUser', { UserName });
  for (const UserName of ['bob', 'alice']) await api.iam('AddUserToGroup', { GroupName: 'devs', UserName });
  await api.iam('AddUserToGroup', { GroupName: 'ops', UserName: 'bob' });
  const PolicyDocument = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
  await api.iam('PutGroupPolicy', { GroupName: 'devs', PolicyName: 'all', PolicyDocument });
  await expectRefusal(
    api.iam('UpdateGroup', { GroupName: 'devs', NewGroupName: 'OPS' }),
    'EntityAlreadyExists',
    'Group with name OPS already exists.',
  );
  await expectRefusal(api.iam('UpdateGroup', { GroupName: 'none', NewGroupName: 'x' }), 'NoSuchEntity');
  await expectRefusal(api.iam('UpdateGroup', { GroupName: 'devs', NewGroupName: 'a b' }), 'ValidationError');
  await expectRefusal(api.iam('UpdateGroup', { GroupName: 'devs', NewPath: 'x' }), 'ValidationError');
  for (const [GroupName, NewGroupName] of [
    ['devs', 'Devs'],
    ['Devs', 'builders'],
  ]) {
    await api.iam('UpdateGroup', { GroupName, NewGroupName, NewPath: '/x/' });
    await expectRefusal(api.iam('GetGroup', { GroupName }), 'NoSuchEntity');
    const got = await api.iam('GetGroup', { GroupName: NewGroupName });
    expect(got.Group).toMatchObject({ GroupId: Group?.GroupId, Path: '/x/' });
    expect(got.Users?.map(({ UserName }) => UserName)).toEqual(['alice', 'bob']);
  }
  expect((await api.iam('ListGroupPolicies', { GroupName: 'builders' })).PolicyNames).toEqual(['all']);
  const groupsOfBob = (await api.iam('ListGroupsForUser', { UserName: 'bob' })).Groups;
  expect(groupsOfBob?.map(({ GroupName }) => GroupName)).toEqual(['builders', 'ops']);
  expect((await api.iam('ListGroups')).Groups).toHaveLength(2);
});

test('UpdateGroup needs the right to both, the group that there is and the one that comes of it', async () => {
  const api = await startTestApi();
  await api.iam('CreateGroup', { GroupName: 'devs' });
  await api.iam('CreateUser', { UserName: 'bob' });
  const Resource = `arn:aws:iam::${ACCOUNT}:group/devs`;
  const allow = async (Resources: string[]) => {
    const Statement = { Effect: 'Allow', Action: 'iam:UpdateGroup', Resource: Resources };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await api.iam('PutUserPolicy', { UserName: 'bob', PolicyName: 'p', PolicyDocument });
  };
  const bob = await asUser(api, 'bob');
  await allow([Resource]);
  await expectRefusal(bob.iam('UpdateGroup', { GroupName: 'devs', NewGroupName: 'ops' }), 'AccessDenied');
  await allow([Resource, `arn:aws:iam::${ACCOUNT}:group/ops`]);
  await bob.iam('UpdateGroup', { GroupName: 'devs', NewGroupName: 'ops' });
});

test('an account has 300 groups at most', async () => {
  const api = await startTestApi();
  for (let n = 1; n <= 300; n++) await api.iam('CreateGroup', { GroupName: `g${n}` });
  await expectRefusal(
    api.iam('CreateGroup', { GroupName: 'more' }),
    'LimitExceeded',
    'Cannot exceed quota for GroupsPerAccount: 300',
  );
});

test('a group is deleted once nobody is in it', async () => {
  const api = await startTestApi();
  await api.iam('CreateGroup', { GroupName: 'devs' });
  await api.iam('CreateUser', { UserName: 'bob' });
  await api.iam('AddUserToGroup', { GroupName: 'devs', UserName: 'bob' });
  await expectRefusal(
    api.iam('DeleteGroup', { GroupName: 'devs' }),
    'DeleteConflict',
    'Cannot delete entity, must remove users from group first.',
  );
  await api.iam('RemoveUserFromGroup', { GroupName: 'devs', UserName: 'bob' });
  await api.iam('DeleteGroup', { GroupName: 'devs' });
  await expectRefusal(api.iam('GetGroup', { GroupName: 'devs' }), 'NoSuchEntity');
});
