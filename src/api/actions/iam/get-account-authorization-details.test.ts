/**
 * GetAccountAuthorizationDetails: all of an account's users, groups, roles and policies, with the texts.
 */

import { expect, test } from 'vitest';
import { ACCOUNT, expectRefusal, startTestApi, type TestApi } from '../../testing.ts';

const ALLOW = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}';
const TRUST =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}';
const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';

async function start(): Promise<TestApi> {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'bob', PermissionsBoundary: ADMIN, Tags: [{ Key: 'a', Value: 'b' }] });
  await api.iam('CreateGroup', { GroupName: 'devs' });
  await api.iam('AddUserToGroup', { UserName: 'bob', GroupName: 'devs' });
  await api.iam('PutGroupPolicy', { GroupName: 'devs', PolicyName: 'inline', PolicyDocument: ALLOW });
  await api.iam('CreatePolicy', { PolicyName: 'own', PolicyDocument: ALLOW });
  await api.iam('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: TRUST });
  await api.iam('AttachRolePolicy', { RoleName: 'web', PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/own` });
  await api.iam('CreateInstanceProfile', { InstanceProfileName: 'p' });
  await api.iam('AddRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName: 'web' });
  return api;
}

test('it has everything, and of AWS’s policies those that somebody has', async () => {
  const api = await start();
  const encoded = encodeURIComponent(ALLOW).replace(/\*/g, '%2A');
  expect(await api.iam('GetAccountAuthorizationDetails')).toMatchObject({
    IsTruncated: false,
    UserDetailList: [
      {
        UserName: 'bob',
        GroupList: ['devs'],
        UserPolicyList: [],
        AttachedManagedPolicies: [],
        PermissionsBoundary: { PermissionsBoundaryArn: ADMIN },
        Tags: [{ Key: 'a', Value: 'b' }],
      },
    ],
    GroupDetailList: [{ GroupName: 'devs', GroupPolicyList: [{ PolicyName: 'inline', PolicyDocument: encoded }] }],
    RoleDetailList: [
      {
        RoleName: 'web',
        AssumeRolePolicyDocument: expect.stringContaining('%22sts%3AAssumeRole%22'),
        AttachedManagedPolicies: [{ PolicyName: 'own', PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/own` }],
        InstanceProfileList: [{ InstanceProfileName: 'p', Roles: [{ RoleName: 'web' }] }],
      },
    ],
    Policies: [
      {
        PolicyName: 'own',
        AttachmentCount: 1,
        PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: encoded }],
      },
      { PolicyName: 'AdministratorAccess', PermissionsBoundaryUsageCount: 1 },
    ],
  });
});

test('it can be filtered, and comes in pages', async () => {
  const api = await start();
  const filtered = await api.iam('GetAccountAuthorizationDetails', { Filter: ['Role', 'AWSManagedPolicy'] });
  expect(filtered).toMatchObject({ UserDetailList: [], GroupDetailList: [], RoleDetailList: [{ RoleName: 'web' }] });
  expect(filtered.Policies).toMatchObject([{ Arn: ADMIN }]);
  const first = await api.iam('GetAccountAuthorizationDetails', { MaxItems: 2 });
  expect(first).toMatchObject({ IsTruncated: true, UserDetailList: [{}], GroupDetailList: [{}], RoleDetailList: [] });
  const rest = await api.iam('GetAccountAuthorizationDetails', { Marker: first.Marker });
  expect(rest).toMatchObject({ IsTruncated: false, UserDetailList: [], GroupDetailList: [], RoleDetailList: [{}] });
  expect(rest.Policies).toHaveLength(2);
  await expectRefusal(api.iam('GetAccountAuthorizationDetails', { Filter: ['Everything'] }), 'ValidationError');
});
