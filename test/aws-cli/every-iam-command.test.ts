/**
 * Every action of IAM and STS once through the real AWS CLI, in an order in which they lead to each other; a new action
 * without a command here fails the last test. What the page's policies do is in page-policies.test.ts.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { iamActions } from '../../src/api/actions/iam/index.ts';
import { stsActions } from '../../src/api/actions/sts/index.ts';
import { commandOf } from '../architecture/files.ts';
import { type OpenImds, startOpenImds } from '../openimds.ts';
import { type Aws, startAws } from './aws.ts';
import { type Answer, commandsOf } from './commands.ts';

let openimds: OpenImds;
let aws: Aws;
let folder: string;
const { call: iam, used: usedOfIam } = commandsOf('iam', () => aws);
const { call: sts, used: usedOfSts } = commandsOf('sts', () => aws);

const ALLOW = policyText({ Effect: 'Allow', Action: '*', Resource: '*' });
const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const ACCOUNT = '000000000000';

function policyText(...Statement: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

const trust = (Principal: object) => policyText({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });

beforeAll(async () => {
  openimds = await startOpenImds();
  aws = await startAws(openimds);
  folder = await mkdtemp(join(tmpdir(), 'openimds-iam-'));
});

afterAll(async () => {
  await aws[Symbol.asyncDispose]();
  await openimds[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test('users, and what they have', async () => {
  const bob = ['--user-name', 'bob'];
  await iam('create-user', ...bob, '--path', '/x/', '--tags', 'Key=team,Value=blue');
  await iam('tag-user', ...bob, '--tags', 'Key=job,Value=test');
  await iam('untag-user', ...bob, '--tag-keys', 'team');
  expect((await iam('list-user-tags', ...bob)).Tags).toEqual([{ Key: 'job', Value: 'test' }]);
  await iam('put-user-policy', ...bob, '--policy-name', 'p', '--policy-document', ALLOW);
  // The CLI decodes what IAM encodes.
  const { PolicyDocument } = await iam('get-user-policy', ...bob, '--policy-name', 'p');
  expect(PolicyDocument.Statement).toEqual([{ Effect: 'Allow', Action: '*', Resource: '*' }]);
  expect((await iam('list-user-policies', ...bob)).PolicyNames).toEqual(['p']);
  await iam('attach-user-policy', ...bob, '--policy-arn', ADMIN);
  const attached = await iam('list-attached-user-policies', ...bob);
  expect(attached.AttachedPolicies).toEqual([{ PolicyName: 'AdministratorAccess', PolicyArn: ADMIN }]);
  await iam('put-user-permissions-boundary', ...bob, '--permissions-boundary', ADMIN);
  expect((await iam('get-user', ...bob)).User.PermissionsBoundary.PermissionsBoundaryArn).toBe(ADMIN);
  const key = (await iam('create-access-key', ...bob)).AccessKey;
  const named = [...bob, '--access-key-id', key.AccessKeyId];
  await iam('update-access-key', ...named, '--status', 'Inactive');
  expect((await iam('list-access-keys', ...bob)).AccessKeyMetadata).toMatchObject([{ Status: 'Inactive' }]);
  const lastUsed = await iam('get-access-key-last-used', '--access-key-id', key.AccessKeyId);
  expect(lastUsed).toMatchObject({ UserName: 'bob', AccessKeyLastUsed: { ServiceName: 'N/A' } });
  await iam('create-group', '--group-name', 'devs');
  await iam('add-user-to-group', ...bob, '--group-name', 'devs');
  expect((await iam('list-groups-for-user', ...bob)).Groups).toMatchObject([{ GroupName: 'devs' }]);
  expect((await iam('list-users')).Users).toMatchObject([{ Arn: `arn:aws:iam::${ACCOUNT}:user/x/bob` }]);
  const details = await iam('get-account-authorization-details');
  expect(details.UserDetailList).toMatchObject([{ UserName: 'bob', GroupList: ['devs'] }]);
  const simulate = ['--policy-source-arn', `arn:aws:iam::${ACCOUNT}:user/x/bob`, '--action-names', 'ec2:RunInstances'];
  expect((await iam('simulate-principal-policy', ...simulate)).EvaluationResults[0].EvalDecision).toBe('allowed');
  await iam('remove-user-from-group', ...bob, '--group-name', 'devs');
  await iam('delete-access-key', ...named);
  await iam('delete-user-permissions-boundary', ...bob);
  await iam('detach-user-policy', ...bob, '--policy-arn', ADMIN);
  await iam('delete-user-policy', ...bob, '--policy-name', 'p');
  await iam('update-user', ...bob, '--new-user-name', 'robert');
  await iam('delete-user', '--user-name', 'robert');
});

test('groups, and what they have', async () => {
  const ops = ['--group-name', 'ops'];
  await iam('create-group', ...ops);
  await iam('put-group-policy', ...ops, '--policy-name', 'p', '--policy-document', ALLOW);
  await iam('get-group-policy', ...ops, '--policy-name', 'p');
  expect((await iam('list-group-policies', ...ops)).PolicyNames).toEqual(['p']);
  await iam('delete-group-policy', ...ops, '--policy-name', 'p');
  await iam('attach-group-policy', ...ops, '--policy-arn', ADMIN);
  expect((await iam('list-attached-group-policies', ...ops)).AttachedPolicies).toHaveLength(1);
  await iam('detach-group-policy', ...ops, '--policy-arn', ADMIN);
  expect(await iam('get-group', ...ops)).toMatchObject({ Group: { GroupName: 'ops' }, Users: [] });
  expect((await iam('list-groups')).Groups.map((group: Answer) => group.GroupName)).toContain('ops');
  await iam('update-group', ...ops, '--new-group-name', 'operators');
  await iam('delete-group', '--group-name', 'operators');
});

test('roles and instance profiles, and what they have', async () => {
  const web = ['--role-name', 'web'];
  const document = trust({ Service: 'ec2.amazonaws.com' });
  const { Role } = await iam('create-role', ...web, '--assume-role-policy-document', document);
  expect(Role.AssumeRolePolicyDocument).toEqual(JSON.parse(document));
  await iam('tag-role', ...web, '--tags', 'Key=job,Value=test', 'Key=team,Value=blue');
  await iam('untag-role', ...web, '--tag-keys', 'team');
  expect((await iam('list-role-tags', ...web)).Tags).toEqual([{ Key: 'job', Value: 'test' }]);
  await iam('put-role-policy', ...web, '--policy-name', 'p', '--policy-document', ALLOW);
  await iam('get-role-policy', ...web, '--policy-name', 'p');
  expect((await iam('list-role-policies', ...web)).PolicyNames).toEqual(['p']);
  await iam('delete-role-policy', ...web, '--policy-name', 'p');
  await iam('attach-role-policy', ...web, '--policy-arn', ADMIN);
  expect((await iam('list-attached-role-policies', ...web)).AttachedPolicies).toHaveLength(1);
  await iam('detach-role-policy', ...web, '--policy-arn', ADMIN);
  await iam('put-role-permissions-boundary', ...web, '--permissions-boundary', ADMIN);
  await iam('delete-role-permissions-boundary', ...web);
  await iam('update-role', ...web, '--max-session-duration', '7200', '--description', 'of the web');
  await iam('update-assume-role-policy', ...web, '--policy-document', trust({ AWS: ACCOUNT }));
  expect((await iam('get-role', ...web)).Role).toMatchObject({ MaxSessionDuration: 7200, Description: 'of the web' });
  expect((await iam('list-roles')).Roles.map((role: Answer) => role.RoleName)).toContain('web');
  const profile = ['--instance-profile-name', 'p'];
  await iam('create-instance-profile', ...profile);
  await iam('tag-instance-profile', ...profile, '--tags', 'Key=job,Value=test');
  expect((await iam('list-instance-profile-tags', ...profile)).Tags).toEqual([{ Key: 'job', Value: 'test' }]);
  await iam('untag-instance-profile', ...profile, '--tag-keys', 'job');
  await iam('add-role-to-instance-profile', ...profile, ...web);
  expect((await iam('get-instance-profile', ...profile)).InstanceProfile.Roles).toMatchObject([{ RoleName: 'web' }]);
  expect((await iam('list-instance-profiles')).InstanceProfiles).toHaveLength(1);
  expect((await iam('list-instance-profiles-for-role', ...web)).InstanceProfiles).toHaveLength(1);
  await iam('remove-role-from-instance-profile', ...profile, ...web);
  await iam('delete-instance-profile', ...profile);
  await iam('delete-role', ...web);
});

test('managed policies', async () => {
  const file = join(folder, 'policy.json');
  await writeFile(file, ALLOW);
  const text = ['--policy-document', `file://${file}`];
  const { Policy } = await iam('create-policy', '--policy-name', 'own', ...text);
  const own = ['--policy-arn', Policy.Arn];
  await iam('tag-policy', ...own, '--tags', 'Key=job,Value=test');
  expect((await iam('list-policy-tags', ...own)).Tags).toEqual([{ Key: 'job', Value: 'test' }]);
  await iam('untag-policy', ...own, '--tag-keys', 'job');
  await iam('create-policy-version', ...own, ...text);
  const version = await iam('get-policy-version', ...own, '--version-id', 'v2');
  expect(version.PolicyVersion).toMatchObject({ IsDefaultVersion: false, Document: JSON.parse(ALLOW) });
  await iam('set-default-policy-version', ...own, '--version-id', 'v2');
  await iam('delete-policy-version', ...own, '--version-id', 'v1');
  expect((await iam('list-policy-versions', ...own)).Versions).toMatchObject([{ VersionId: 'v2' }]);
  expect((await iam('get-policy', ...own)).Policy.DefaultVersionId).toBe('v2');
  expect((await iam('list-policies', '--scope', 'Local')).Policies).toMatchObject([{ PolicyName: 'own' }]);
  expect((await iam('list-entities-for-policy', ...own)).PolicyUsers).toEqual([]);
  await iam('delete-policy', ...own);
  const simulated = await iam(
    'simulate-custom-policy',
    '--policy-input-list',
    ALLOW,
    '--action-names',
    'ec2:StopInstances',
  );
  expect(simulated.EvaluationResults).toMatchObject([{ EvalActionName: 'ec2:StopInstances', EvalDecision: 'allowed' }]);
});

test('credentials', async () => {
  expect((await sts('get-caller-identity')).Arn).toBe(`arn:aws:iam::${ACCOUNT}:root`);
  expect((await sts('get-session-token')).Credentials.AccessKeyId).toMatch(/^ASIA/);
});

test('who assumes a role, and what a denial says', async () => {
  await iam('create-user', '--user-name', 'carol');
  const { AccessKey } = await iam('create-access-key', '--user-name', 'carol');
  await iam('attach-user-policy', '--user-name', 'carol', '--policy-arn', ADMIN);
  const principal = { AWS: `arn:aws:iam::${ACCOUNT}:user/carol` };
  await iam('create-role', '--role-name', 'ops', '--assume-role-policy-document', trust(principal));
  const as = ({ AccessKeyId, SecretAccessKey, SessionToken = '' }: Answer, ...args: string[]) =>
    aws.run(['--output', 'json', ...args], {
      ...{ AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey },
      ...(SessionToken && { AWS_SESSION_TOKEN: SessionToken }),
    });
  const role = ['--role-arn', `arn:aws:iam::${ACCOUNT}:role/ops`, '--role-session-name', 'carol'];
  const { Credentials } = JSON.parse((await as(AccessKey, 'sts', 'assume-role', ...role)).stdout);
  usedOfSts.add('assume-role');
  const { Arn } = JSON.parse((await as(Credentials, 'sts', 'get-caller-identity')).stdout);
  expect(Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/ops/carol`);
  const { stderr } = await as(Credentials, 'ec2', 'describe-instances');
  expect(stderr).toContain(
    `UnauthorizedOperation) when calling the DescribeInstances operation: You are not authorized to perform this operation. User: ${Arn} is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action. Encoded authorization failure message: `,
  );
  const message = /failure message: (\S+)/.exec(stderr)?.[1] ?? '';
  const { DecodedMessage } = await sts('decode-authorization-message', '--encoded-message', message);
  expect(JSON.parse(DecodedMessage)).toMatchObject({ allowed: false, explicitDeny: false });
});

test('there is no action that was not used', () => {
  expect([...usedOfIam].sort()).toEqual(Object.keys(iamActions).map(commandOf).sort());
  expect([...usedOfSts].sort()).toEqual(Object.keys(stsActions).map(commandOf).sort());
});
