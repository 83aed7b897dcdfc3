/**
 * Instance profiles: one role each, and the right to pass it.
 */

import { expect, test } from 'vitest';
import { ACCOUNT, expectRefusal, START_MS, startTestApi, type TestApi, TRUSTS_EC2 } from '../../testing.ts';

async function start(): Promise<TestApi> {
  const api = await startTestApi();
  for (const RoleName of ['web', 'db']) await api.iam('CreateRole', { RoleName, AssumeRolePolicyDocument: TRUSTS_EC2 });
  await api.iam('CreateInstanceProfile', { InstanceProfileName: 'p', Path: '/x/' });
  return api;
}

test('a profile is answered, got and listed, with the role in it', async () => {
  const api = await start();
  await api.iam('AddRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName: 'web' });
  const { InstanceProfile } = await api.iam('GetInstanceProfile', { InstanceProfileName: 'p' });
  expect(InstanceProfile).toEqual({
    Path: '/x/',
    InstanceProfileName: 'p',
    InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{17}$/),
    Arn: `arn:aws:iam::${ACCOUNT}:instance-profile/x/p`,
    CreateDate: new Date(START_MS),
    Roles: [expect.objectContaining({ RoleName: 'web', Arn: `arn:aws:iam::${ACCOUNT}:role/web` })],
  });
  expect((await api.iam('ListInstanceProfiles')).InstanceProfiles).toEqual([InstanceProfile]);
  expect((await api.iam('ListInstanceProfiles', { PathPrefix: '/y/' })).InstanceProfiles).toEqual([]);
  expect((await api.iam('ListInstanceProfilesForRole', { RoleName: 'web' })).InstanceProfiles).toEqual([
    InstanceProfile,
  ]);
  expect((await api.iam('ListInstanceProfilesForRole', { RoleName: 'db' })).InstanceProfiles).toEqual([]);
  await expectRefusal(
    api.iam('CreateInstanceProfile', { InstanceProfileName: 'P' }),
    'EntityAlreadyExists',
    'Instance Profile P already exists.',
  );
});

test('it has one role at most', async () => {
  const api = await start();
  const add = (RoleName: string) => api.iam('AddRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName });
  await expectRefusal(add('nobody'), 'NoSuchEntity', 'The role with name nobody cannot be found.');
  await add('web');
  await expectRefusal(add('db'), 'LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
  const remove = (RoleName: string) => api.iam('RemoveRoleFromInstanceProfile', { InstanceProfileName: 'p', RoleName });
  await expectRefusal(remove('db'), 'NoSuchEntity');
  await remove('web');
  await add('db');
});

test('who adds a role must be allowed to pass it', async () => {
  const api = await start();
  const judge: Parameters<TestApi['as']>[0]['judge'] = async ({ action, resources }) =>
    action === 'iam:PassRole'
      ? { allowed: false, resource: resources[0] ?? '', why: 'because no identity-based policy allows it' }
      : { allowed: true };
  await expectRefusal(
    api.as({ judge }).iam('AddRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName: 'web' }),
    'AccessDenied',
    `User: arn:aws:iam::${ACCOUNT}:root is not authorized to perform: iam:PassRole on resource: arn:aws:iam::${ACCOUNT}:role/web because no identity-based policy allows it`,
  );
});

test('it is deleted once it has no role', async () => {
  const api = await start();
  await api.iam('AddRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName: 'web' });
  const remove = () => api.iam('DeleteInstanceProfile', { InstanceProfileName: 'p' });
  await expectRefusal(
    remove(),
    'DeleteConflict',
    'Cannot delete entity, must remove roles from instance profile first.',
  );
  await api.iam('RemoveRoleFromInstanceProfile', { InstanceProfileName: 'p', RoleName: 'web' });
  await remove();
  await expectRefusal(remove(), 'NoSuchEntity', 'Instance Profile p cannot be found.');
});
