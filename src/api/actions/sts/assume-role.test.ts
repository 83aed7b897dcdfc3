/**
 * AssumeRole: who may, for how long, and what a session may then.
 */

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ACCOUNT, asSession, asUser, expectRefusal, START_MS, startTestApi, type TestApi } from '../../testing.ts';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/x/admin`;
const MAY_ASSUME = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}';
const ALLOW = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}';

function trust(statement: object): string {
  const Statement = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole', ...statement };
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** A user bob who may assume what trusts the account, and a role that does. */
async function start(statement: object = {}, role: object = {}): Promise<{ api: TestApi; bob: TestApi }> {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'bob' });
  await api.iam('PutUserPolicy', { UserName: 'bob', PolicyName: 'sts', PolicyDocument: MAY_ASSUME });
  const AssumeRolePolicyDocument = trust(statement);
  await api.iam('CreateRole', { RoleName: 'admin', Path: '/x/', AssumeRolePolicyDocument, ...role });
  await api.iam('PutRolePolicy', { RoleName: 'admin', PolicyName: 'ec2', PolicyDocument: ALLOW });
  return { api, bob: await asUser(api, 'bob') };
}

const assume = (api: TestApi, more: object = {}) =>
  api.sts('AssumeRole', { RoleArn: ROLE, RoleSessionName: 'me', ...more });

describe('nobody assumes a role', () => {
  const denied = `User: arn:aws:iam::${ACCOUNT}:user/bob is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`;

  test('whose own policies do not allow it', async () => {
    const { api, bob } = await start();
    await api.iam('DeleteUserPolicy', { UserName: 'bob', PolicyName: 'sts' });
    await expectRefusal(
      assume(bob),
      'AccessDenied',
      `${denied} because no identity-based policy allows the sts:AssumeRole action`,
    );
  });

  test('whom the trust policy does not name', async () => {
    const { bob } = await start({ Principal: { Service: 'ec2.amazonaws.com' } });
    await expectRefusal(
      assume(bob),
      'AccessDenied',
      `${denied} because no role trust policy allows the sts:AssumeRole action`,
    );
  });

  test('that there is not, and is told the same as of one that does not trust', async () => {
    const { bob } = await start();
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/admin`;
    await expectRefusal(assume(bob, { RoleArn }), 'AccessDenied', denied.replace('/x', ''));
  });

  test('as root', async () => {
    const { api } = await start();
    await expectRefusal(assume(api), 'AccessDenied', 'Roles may not be assumed by root accounts.');
  });

  test('without the external id, or the name, that the trust policy asks for', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy
    const Condition = { StringEquals: { 'sts:ExternalId': 'secret', 'sts:RoleSessionName': '${aws:username}' } };
    const { bob } = await start({ Condition });
    await expectRefusal(assume(bob, { RoleSessionName: 'bob' }), 'AccessDenied');
    await expectRefusal(assume(bob, { RoleSessionName: 'me', ExternalId: 'secret' }), 'AccessDenied');
    await assume(bob, { RoleSessionName: 'bob', ExternalId: 'secret' });
  });

  test('with tags or a source identity that the trust policy does not speak of', async () => {
    const { bob } = await start();
    await expectRefusal(assume(bob, { Tags: [{ Key: 'team', Value: 'blue' }] }), 'AccessDenied');
    await expectRefusal(assume(bob, { SourceIdentity: 'bob' }), 'AccessDenied');
  });

  test('with a second factor, which nobody has', async () => {
    const { bob } = await start();
    await expectRefusal(assume(bob, { SerialNumber: 'arn:aws:iam::1:mfa/bob', TokenCode: '123456' }), 'AccessDenied');
  });

  test('in the place of a service that is trusted, nor with an instance’s own credentials', async () => {
    const { api } = await start({ Principal: { AWS: '*' } });
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/aws:ec2-instance/i-1`;
    const instance = api.as({ principal: { kind: 'ec2-instance', account: '999999999999', arn, InstanceId: 'i-1' } });
    await expectRefusal(assume(instance), 'AccessDenied');
  });
});

test.each([
  [{ RoleArn: 'admin' }, 'ValidationError'],
  [{ RoleArn: `arn:aws:iam::${ACCOUNT}:user/admin` }, 'ValidationError'],
  [{ RoleSessionName: 'x' }, 'ValidationError'],
  [{ RoleSessionName: 'a b' }, 'ValidationError'],
  [{ RoleSessionName: 'x'.repeat(65) }, 'ValidationError'],
  [{ DurationSeconds: 899 }, 'ValidationError'],
  [{ DurationSeconds: 43_201 }, 'ValidationError'],
  [{ DurationSeconds: 3601 }, 'ValidationError'],
  [{ ExternalId: 'x' }, 'ValidationError'],
  [{ SourceIdentity: 'x' }, 'ValidationError'],
  [{ TransitiveTagKeys: ['team'] }, 'ValidationError'],
  [{ PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/Nothing' }] }, 'ValidationError'],
  [{ ProvidedContexts: [{ ProviderArn: 'a' }] }, 'ValidationError'],
  [{ Policy: '{' }, 'MalformedPolicyDocument'],
  [{ Policy: ALLOW.padEnd(2049) }, 'ValidationError'],
  [
    {
      Tags: [
        { Key: 'a', Value: '' },
        { Key: 'A', Value: '' },
      ],
    },
    'InvalidInput',
  ],
])('a request is refused with %j', async (wrong, code) => {
  const { bob } = await start({ Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] });
  await expectRefusal(assume(bob, wrong), code);
});

test('credentials are of the role, for an hour or as long as was asked', async () => {
  const { bob } = await start({}, { MaxSessionDuration: 43_200 });
  const { Credentials, AssumedRoleUser, ...rest } = await assume(bob);
  expect(rest).toEqual({});
  expect(Credentials).toEqual({
    AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
    SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
    SessionToken: expect.any(String),
    Expiration: new Date(START_MS + 3600_000),
  });
  const session = await asSession(bob, Credentials);
  expect(await session.sts('GetCallerIdentity')).toEqual({
    UserId: AssumedRoleUser?.AssumedRoleId,
    Account: ACCOUNT,
    Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/admin/me`,
  });
  expect(AssumedRoleUser?.AssumedRoleId).toMatch(/^AROA[A-Z2-7]{17}:me$/);
  const long = await assume(bob, { DurationSeconds: 43_200 });
  expect(long.Credentials?.Expiration).toEqual(new Date(START_MS + 43_200_000));
});

test('a session may what the role may, and what its own policies do not take away', async () => {
  const { bob } = await start();
  const full = await asSession(bob, (await assume(bob)).Credentials);
  await full.call('DescribeInstances');
  await full.call('DescribeVpcs');
  await expectRefusal(full.iam('ListUsers'), 'AccessDenied');
  const Policy = ALLOW.replace('ec2:*', 'ec2:DescribeInstances');
  const { Credentials, PackedPolicySize } = await assume(bob, { Policy });
  expect(PackedPolicySize).toBeGreaterThan(0);
  const scoped = await asSession(bob, Credentials);
  await scoped.call('DescribeInstances');
  await expectRefusal(scoped.call('DescribeVpcs'), 'UnauthorizedOperation');
  const PolicyArns = [{ arn: 'arn:aws:iam::aws:policy/IAMFullAccess' }];
  const elsewhere = await asSession(bob, (await assume(bob, { PolicyArns })).Credentials);
  await expectRefusal(elsewhere.call('DescribeVpcs'), 'UnauthorizedOperation');
  await expectRefusal(elsewhere.iam('ListUsers'), 'AccessDenied');
});

test('tags of the session are those of the principal, above those of the role', async () => {
  const { api, bob } = await start(
    { Action: ['sts:AssumeRole', 'sts:TagSession'] },
    { Tags: [{ Key: 'team', Value: 'red' }] },
  );
  const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'blue' } };
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'ec2:*', Resource: '*', Condition },
  });
  await api.iam('PutRolePolicy', { RoleName: 'admin', PolicyName: 'ec2', PolicyDocument });
  const untagged = await asSession(bob, (await assume(bob)).Credentials);
  await expectRefusal(untagged.call('DescribeVpcs'), 'UnauthorizedOperation');
  const tagged = await asSession(bob, (await assume(bob, { Tags: [{ Key: 'Team', Value: 'blue' }] })).Credentials);
  await tagged.call('DescribeVpcs');
});

test('transitive tags and the source identity go on to the next role; others do not, and that one lasts an hour', async () => {
  const Action = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
  const { api, bob } = await start({ Action }, { MaxSessionDuration: 43_200 });
  await api.iam('PutRolePolicy', { RoleName: 'admin', PolicyName: 'sts', PolicyDocument: MAY_ASSUME });
  const first = await assume(bob, {
    ...{ SourceIdentity: 'bob', TransitiveTagKeys: ['team'] },
    Tags: [
      { Key: 'team', Value: 'blue' },
      { Key: 'job', Value: 'test' },
    ],
  });
  expect(first.SourceIdentity).toBe('bob');
  const session = await asSession(bob, first.Credentials);
  await expectRefusal(assume(session, { SourceIdentity: 'alice' }), 'AccessDenied');
  await expectRefusal(
    assume(session, { DurationSeconds: 3601 }),
    'ValidationError',
    'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
  );
  const second = await assume(session, { Tags: [{ Key: 'team', Value: 'red' }] });
  expect(second.SourceIdentity).toBe('bob');
  const { principal } = await principalOf(session, second.Credentials);
  expect(principal).toMatchObject({
    session: { SourceIdentity: 'bob', Tags: [{ Key: 'team', Value: 'blue' }], TransitiveTagKeys: ['team'] },
  });
});

/** Whose credentials they are. */
async function principalOf(api: TestApi, credentials: Parameters<typeof asSession>[1]) {
  const asked: { principal?: unknown } = {};
  const session = await asSession(api, credentials);
  const judge: Parameters<TestApi['as']>[0]['judge'] = async ({ principal }) => {
    asked.principal = principal;
    return { allowed: true };
  };
  await session.as({ judge }).call('DescribeVpcs');
  return asked;
}

test('policy and tags that are too many for a token are refused', async () => {
  const { bob } = await start({ Action: ['sts:AssumeRole', 'sts:TagSession'] });
  const random = (n: number) => createHash('sha512').update(String(n)).digest('hex');
  const Tags = Array.from({ length: 30 }, (_, n) => ({ Key: `k${n}`, Value: random(n) }));
  await expectRefusal(assume(bob, { Tags }), 'PackedPolicyTooLarge');
});

test('a role of another account needs the Allow of both', async () => {
  const { api, bob } = await start();
  const other = api.as({ account: '999999999999' });
  const arns = { AssumeRolePolicyDocument: trust({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/bob` } }) };
  await other.iam('CreateRole', { RoleName: 'admin', ...arns });
  const RoleArn = 'arn:aws:iam::999999999999:role/admin';
  const session = await asSession(bob, (await assume(bob, { RoleArn })).Credentials);
  expect((await session.sts('GetCallerIdentity')).Account).toBe('999999999999');
  await api.iam('DeleteUserPolicy', { UserName: 'bob', PolicyName: 'sts' });
  await expectRefusal(assume(bob, { RoleArn }), 'AccessDenied');
});

test('a session ends when its role is deleted, also if one of the same name is made', async () => {
  const { api, bob } = await start();
  const { Credentials } = await assume(bob);
  await api.iam('DeleteRolePolicy', { RoleName: 'admin', PolicyName: 'ec2' });
  await api.iam('DeleteRole', { RoleName: 'admin' });
  await expect(asSession(bob, Credentials)).rejects.toThrow('nobody has these credentials');
  await api.iam('CreateRole', { RoleName: 'admin', Path: '/x/', AssumeRolePolicyDocument: trust({}) });
  await expect(asSession(bob, Credentials)).rejects.toThrow('nobody has these credentials');
});
