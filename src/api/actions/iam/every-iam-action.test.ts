/**
 * What holds for every IAM action, walked over the table of actions: who may not, cannot, and changes nothing.
 *
 * An action without a case below fails here. That its file is named after it is held by `test/architecture.test.ts`.
 */

import { describe, expect, test } from 'vitest';
import { iamOperations } from '../../../protocol/iam-overlay.ts';
import { denyEverything, expectRefusal, startTestApi, type TestApi } from '../../testing.ts';
import { iamActions } from './index.ts';

/** Prepares the account and returns the least that the action needs. */
type Case = (api: TestApi) => object | Promise<object>;

const ALLOW = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}';
const TRUST =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}';
const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const Tags = [{ Key: 'team', Value: 'blue' }];

const nothing: Case = () => ({});
const user: Case = async (api) => {
  await api.iam('CreateUser', { UserName: 'bob', Tags });
  return { UserName: 'bob' };
};
const group: Case = async (api) => {
  await api.iam('CreateGroup', { GroupName: 'devs' });
  return { GroupName: 'devs' };
};
const role: Case = async (api) => {
  await api.iam('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: TRUST, Tags });
  return { RoleName: 'web' };
};
const policy: Case = async (api) => {
  const { Policy } = await api.iam('CreatePolicy', { PolicyName: 'launch', PolicyDocument: ALLOW, Tags });
  return { PolicyArn: Policy?.Arn };
};
const profile: Case = async (api) => {
  await api.iam('CreateInstanceProfile', { InstanceProfileName: 'web', Tags });
  return { InstanceProfileName: 'web' };
};
const secondVersion: Case = async (api) => {
  const { PolicyArn } = (await policy(api)) as { PolicyArn: string };
  await api.iam('CreatePolicyVersion', { PolicyArn, PolicyDocument: ALLOW });
  return { PolicyArn, VersionId: 'v2' };
};
const key: Case = async (api) => {
  await user(api);
  const { AccessKey } = await api.iam('CreateAccessKey', { UserName: 'bob' });
  return { UserName: 'bob', AccessKeyId: AccessKey?.AccessKeyId };
};
/** Does something to it first. */
const after =
  (prepare: Case, action: string, more: object = {}): Case =>
  async (api) => {
    const named = await prepare(api);
    await api.iam(action, { ...named, ...more });
    return { ...named, ...more };
  };
const beside =
  (prepare: Case, more: object): Case =>
  async (api) => ({ ...(await prepare(api)), ...more });
const both =
  (...cases: Case[]): Case =>
  async (api) => {
    const named: object[] = [];
    for (const each of cases) named.push(await each(api));
    return Object.assign({}, ...named);
  };

const INLINE = { PolicyName: 'launch', PolicyDocument: ALLOW };

const CASES: Record<string, Case> = {
  AddRoleToInstanceProfile: both(role, profile),
  AddUserToGroup: both(user, group),
  AttachGroupPolicy: beside(group, { PolicyArn: ADMIN }),
  AttachRolePolicy: beside(role, { PolicyArn: ADMIN }),
  AttachUserPolicy: beside(user, { PolicyArn: ADMIN }),
  CreateAccessKey: user,
  CreateGroup: () => ({ GroupName: 'devs' }),
  CreateInstanceProfile: () => ({ InstanceProfileName: 'web' }),
  CreatePolicy: () => INLINE,
  CreatePolicyVersion: beside(policy, { PolicyDocument: ALLOW }),
  CreateRole: () => ({ RoleName: 'web', AssumeRolePolicyDocument: TRUST }),
  CreateUser: () => ({ UserName: 'bob' }),
  DeleteAccessKey: key,
  DeleteGroup: group,
  DeleteGroupPolicy: after(group, 'PutGroupPolicy', INLINE),
  DeleteInstanceProfile: profile,
  DeletePolicy: policy,
  DeletePolicyVersion: secondVersion,
  DeleteRole: role,
  DeleteRolePermissionsBoundary: after(role, 'PutRolePermissionsBoundary', { PermissionsBoundary: ADMIN }),
  DeleteRolePolicy: after(role, 'PutRolePolicy', INLINE),
  DeleteUser: user,
  DeleteUserPermissionsBoundary: after(user, 'PutUserPermissionsBoundary', { PermissionsBoundary: ADMIN }),
  DeleteUserPolicy: after(user, 'PutUserPolicy', INLINE),
  DetachGroupPolicy: after(group, 'AttachGroupPolicy', { PolicyArn: ADMIN }),
  DetachRolePolicy: after(role, 'AttachRolePolicy', { PolicyArn: ADMIN }),
  DetachUserPolicy: after(user, 'AttachUserPolicy', { PolicyArn: ADMIN }),
  GetAccessKeyLastUsed: key,
  GetAccountAuthorizationDetails: nothing,
  GetGroup: group,
  GetGroupPolicy: after(group, 'PutGroupPolicy', INLINE),
  GetInstanceProfile: profile,
  GetPolicy: policy,
  GetPolicyVersion: secondVersion,
  GetRole: role,
  GetRolePolicy: after(role, 'PutRolePolicy', INLINE),
  GetUser: user,
  GetUserPolicy: after(user, 'PutUserPolicy', INLINE),
  ListAccessKeys: user,
  ListAttachedGroupPolicies: group,
  ListAttachedRolePolicies: role,
  ListAttachedUserPolicies: user,
  ListEntitiesForPolicy: policy,
  ListGroupPolicies: group,
  ListGroups: nothing,
  ListGroupsForUser: user,
  ListInstanceProfiles: nothing,
  ListInstanceProfilesForRole: role,
  ListInstanceProfileTags: profile,
  ListPolicies: nothing,
  ListPolicyTags: policy,
  ListPolicyVersions: policy,
  ListRolePolicies: role,
  ListRoles: nothing,
  ListRoleTags: role,
  ListUserPolicies: user,
  ListUsers: nothing,
  ListUserTags: user,
  PutGroupPolicy: beside(group, INLINE),
  PutRolePermissionsBoundary: beside(role, { PermissionsBoundary: ADMIN }),
  PutRolePolicy: beside(role, INLINE),
  PutUserPermissionsBoundary: beside(user, { PermissionsBoundary: ADMIN }),
  PutUserPolicy: beside(user, INLINE),
  RemoveRoleFromInstanceProfile: after(both(role, profile), 'AddRoleToInstanceProfile'),
  RemoveUserFromGroup: after(both(user, group), 'AddUserToGroup'),
  SetDefaultPolicyVersion: secondVersion,
  SimulateCustomPolicy: () => ({ PolicyInputList: [ALLOW], ActionNames: ['ec2:RunInstances'] }),
  SimulatePrincipalPolicy: beside(user, {
    PolicySourceArn: 'arn:aws:iam::123456789012:user/bob',
    ActionNames: ['ec2:RunInstances'],
  }),
  TagInstanceProfile: beside(profile, { Tags: [{ Key: 'a', Value: 'b' }] }),
  TagPolicy: beside(policy, { Tags: [{ Key: 'a', Value: 'b' }] }),
  TagRole: beside(role, { Tags: [{ Key: 'a', Value: 'b' }] }),
  TagUser: beside(user, { Tags: [{ Key: 'a', Value: 'b' }] }),
  UntagInstanceProfile: beside(profile, { TagKeys: ['team'] }),
  UntagPolicy: beside(policy, { TagKeys: ['team'] }),
  UntagRole: beside(role, { TagKeys: ['team'] }),
  UntagUser: beside(user, { TagKeys: ['team'] }),
  UpdateAccessKey: beside(key, { Status: 'Inactive' }),
  UpdateAssumeRolePolicy: beside(role, { PolicyDocument: TRUST.replace('ec2', 'ssm') }),
  UpdateGroup: beside(group, { NewGroupName: 'ops' }),
  UpdateRole: beside(role, { Description: 'of the web' }),
  UpdateUser: beside(user, { NewPath: '/division/' }),
};

const ACTIONS = Object.keys(iamActions);

test('every action has a case, and every case an action', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(ACTIONS.toSorted());
});

test('every action has its shapes on the wire, and nothing else has', () => {
  expect(ACTIONS.toSorted()).toEqual(iamOperations.toSorted());
});

describe.each(ACTIONS)('%s', (name) => {
  const { [name]: prepare = nothing } = CASES;

  test('who may not, cannot, and changes nothing', async () => {
    const api = await startTestApi();
    const input = await prepare(api);
    const before = await everythingIn(api);
    await expectRefusal(api.as({ judge: denyEverything }).iam(name, input), 'AccessDenied');
    expect(await everythingIn(api)).toEqual(before);
  });

  test('who may, can', async () => {
    const api = await startTestApi();
    const input = await prepare(api);
    const before = await everythingIn(api);
    await api.iam(name, input);
    // Else the comparison above would prove nothing.
    const changes = !/^(?:Get|List|Simulate)/.test(name);
    if (changes) expect(await everythingIn(api)).not.toEqual(before);
    else expect(await everythingIn(api)).toEqual(before);
  });

  test('the judge is asked about this action, and about something of the account', async () => {
    const api = await startTestApi();
    const asked: string[] = [];
    const input = await prepare(api);
    const judge: Parameters<TestApi['as']>[0]['judge'] = async ({ action, resources }) => {
      asked.push(action, ...resources);
      return { allowed: true };
    };
    await api.as({ judge }).iam(name, input);
    const [action, resource] = asked;
    expect(action).toBe(`iam:${name}`);
    expect(resource).toMatch(/^(?:\*|arn:aws:iam::123456789012:(?:user|group|role|policy|instance-profile)\/\S*)$/);
  });
});

/** All that the store knows of the account's IAM. */
function everythingIn({ inStore, scope }: TestApi): Promise<unknown> {
  const ofAccount = { account: scope.account, region: '' };
  return inStore(async (tx) => ({
    users: await tx.documents.list('iam-user', ofAccount),
    groups: await tx.documents.list('iam-group', ofAccount),
    roles: await tx.documents.list('iam-role', ofAccount),
    policies: await tx.documents.list('iam-policy', ofAccount),
    profiles: await tx.documents.list('iam-instance-profile', ofAccount),
    keys: await tx.accessKeys.ofAccount(scope.account),
  }));
}
