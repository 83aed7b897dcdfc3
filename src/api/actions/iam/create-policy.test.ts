/**
 * Managed policies: their versions, which of them counts, and those of AWS, which nobody changes.
 */

import { expect, test } from 'vitest';
import { awsManagedPolicies } from '../../../catalogue/managed-policies.ts';
import { readPolicy } from '../../../iam/policy/read.ts';
import { ACCOUNT, expectRefusal, START_MS, startTestApi, type TestApi } from '../../testing.ts';

const ALLOW = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}';
const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/x/own`;

async function start(): Promise<TestApi> {
  const api = await startTestApi();
  await api.iam('CreatePolicy', { PolicyName: 'own', Path: '/x/', PolicyDocument: ALLOW, Description: 'mine' });
  return api;
}

test('one that is no policy, too large, or of a name that is taken is not made', async () => {
  const api = await start();
  const create = (PolicyDocument: string, PolicyName = 'other') =>
    api.iam('CreatePolicy', { PolicyName, PolicyDocument });
  await expectRefusal(create('{}'), 'MalformedPolicyDocument');
  await expectRefusal(
    create(ALLOW.replace('ec2:*', `ec2:${'x'.repeat(6144)}`)),
    'LimitExceeded',
    'Cannot exceed quota for PolicySize: 6144',
  );
  await expectRefusal(
    create(ALLOW, 'OWN'),
    'EntityAlreadyExists',
    'A policy called OWN already exists. Duplicate names are not allowed.',
  );
});

test('a policy is answered, and got again, without its text', async () => {
  const api = await start();
  expect((await api.iam('GetPolicy', { PolicyArn })).Policy).toEqual({
    PolicyName: 'own',
    PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
    Arn: PolicyArn,
    Path: '/x/',
    DefaultVersionId: 'v1',
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    Description: 'mine',
    CreateDate: new Date(START_MS),
    UpdateDate: new Date(START_MS),
    Tags: [],
  });
  await expectRefusal(api.iam('GetPolicy', { PolicyArn: `${PolicyArn}s` }), 'NoSuchEntity');
});

test('there are five versions at most, numbers are not used again, and one counts', async () => {
  const api = await start();
  const make = (SetAsDefault = false) =>
    api.iam('CreatePolicyVersion', { PolicyArn, PolicyDocument: ALLOW, SetAsDefault });
  await make();
  expect((await api.iam('GetPolicy', { PolicyArn })).Policy?.DefaultVersionId).toBe('v1');
  expect((await make(true)).PolicyVersion).toMatchObject({ VersionId: 'v3', IsDefaultVersion: true });
  await make();
  await make();
  await expectRefusal(
    make(),
    'LimitExceeded',
    'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
  );
  await api.iam('DeletePolicyVersion', { PolicyArn, VersionId: 'v5' });
  expect((await make()).PolicyVersion?.VersionId).toBe('v6');
  const { Versions } = await api.iam('ListPolicyVersions', { PolicyArn });
  expect(Versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion])).toEqual([
    ...[
      ['v6', false],
      ['v4', false],
      ['v3', true],
      ['v2', false],
      ['v1', false],
    ],
  ]);
  expect(Versions?.[0]?.Document).toBeUndefined();
});

test('versions can be got and deleted, but for the one that counts', async () => {
  const api = await start();
  await api.iam('CreatePolicyVersion', { PolicyArn, PolicyDocument: ALLOW.replace('Allow', 'Deny') });
  const { PolicyVersion } = await api.iam('GetPolicyVersion', { PolicyArn, VersionId: 'v2' });
  expect(PolicyVersion).toMatchObject({ VersionId: 'v2', IsDefaultVersion: false });
  expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toContain('"Deny"');
  await expectRefusal(
    api.iam('DeletePolicyVersion', { PolicyArn, VersionId: 'v1' }),
    'DeleteConflict',
    'Cannot delete the default version of a policy.',
  );
  api.advance(60_000);
  await api.iam('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v2' });
  expect((await api.iam('GetPolicy', { PolicyArn })).Policy).toMatchObject({
    DefaultVersionId: 'v2',
    UpdateDate: new Date(START_MS + 60_000),
  });
  await api.iam('DeletePolicyVersion', { PolicyArn, VersionId: 'v1' });
  for (const action of ['GetPolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion']) {
    await expectRefusal(
      api.iam(action, { PolicyArn, VersionId: 'v1' }),
      'NoSuchEntity',
      `Policy ${PolicyArn} version v1 does not exist or is not attachable.`,
    );
  }
});

test('a policy is deleted once nobody has it and it has one version', async () => {
  const api = await start();
  await api.iam('CreateUser', { UserName: 'bob' });
  await api.iam('PutUserPermissionsBoundary', { UserName: 'bob', PermissionsBoundary: PolicyArn });
  await api.iam('CreatePolicyVersion', { PolicyArn, PolicyDocument: ALLOW });
  const remove = () => api.iam('DeletePolicy', { PolicyArn });
  await expectRefusal(remove(), 'DeleteConflict', 'Cannot delete a policy attached to entities.');
  await api.iam('DeleteUserPermissionsBoundary', { UserName: 'bob' });
  await expectRefusal(remove(), 'DeleteConflict');
  await api.iam('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' });
  await remove();
  await expectRefusal(api.iam('GetPolicy', { PolicyArn }), 'NoSuchEntity');
});

test('those of AWS are the same for everybody, and nobody changes them', async () => {
  const api = await start();
  const { PolicyVersion } = await api.iam('GetPolicyVersion', { PolicyArn: ADMIN, VersionId: 'v1' });
  expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  });
  const changes: [string, object][] = [
    ['CreatePolicyVersion', { PolicyDocument: ALLOW }],
    ['DeletePolicy', {}],
    ['DeletePolicyVersion', { VersionId: 'v1' }],
    ['SetDefaultPolicyVersion', { VersionId: 'v1' }],
    ['TagPolicy', { Tags: [] }],
    ['UntagPolicy', { TagKeys: ['a'] }],
  ];
  for (const [action, more] of changes) {
    const change = api.iam(action, { PolicyArn: ADMIN, ...more });
    await expectRefusal(change, 'AccessDenied', 'Policy is outside your own account.');
  }
});

test.each(awsManagedPolicies)('AWS’s $PolicyName is a policy', ({ Document, PolicyId }) => {
  expect(readPolicy(Document, 'identity').Statement).not.toEqual([]);
  expect(PolicyId).toMatch(/^ANPA[A-Z0-9]{17}$/);
});

test('policies are listed by scope, path and use', async () => {
  const api = await start();
  await api.iam('CreateUser', { UserName: 'bob' });
  await api.iam('AttachUserPolicy', { UserName: 'bob', PolicyArn: ADMIN });
  await api.iam('PutUserPermissionsBoundary', { UserName: 'bob', PermissionsBoundary: PolicyArn });
  const names = async (input: object) =>
    (await api.iam('ListPolicies', input)).Policies?.map(({ PolicyName }) => PolicyName);
  expect(await names({ Scope: 'Local' })).toEqual(['own']);
  expect(await names({ Scope: 'AWS' })).toHaveLength(awsManagedPolicies.length);
  expect(await names({})).toHaveLength(awsManagedPolicies.length + 1);
  expect(await names({ OnlyAttached: true })).toEqual(['AdministratorAccess']);
  expect(await names({ PolicyUsageFilter: 'PermissionsBoundary' })).toEqual(['own']);
  expect(await names({ PathPrefix: '/x/' })).toEqual(['own']);
  await expectRefusal(api.iam('ListPolicies', { Scope: 'Mine' }), 'ValidationError');
});
