/**
 * Groups: who is in one, in how many one can be, and what stands against deleting one.
 */

import { expect, test } from 'vitest';
import { ACCOUNT, expectRefusal, START_MS, startTestApi } from '../../testing.ts';

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
