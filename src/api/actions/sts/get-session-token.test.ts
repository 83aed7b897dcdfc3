/**
 * GetSessionToken: credentials of root or a user, with the same permissions but for IAM.
 */

import { expect, test } from 'vitest';
import { ACCOUNT, asSession, asUser, expectRefusal, START_MS, startTestApi, type TestApi } from '../../testing.ts';

const ALLOW = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';

async function startWithBob(): Promise<{ api: TestApi; bob: TestApi }> {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'bob' });
  await api.iam('PutUserPolicy', { UserName: 'bob', PolicyName: 'all', PolicyDocument: ALLOW });
  return { api, bob: await asUser(api, 'bob') };
}

test('they do not open IAM, and give no others', async () => {
  const { bob } = await startWithBob();
  const session = await asSession(bob, (await bob.sts('GetSessionToken')).Credentials);
  await expectRefusal(session.iam('GetUser'), 'InvalidClientTokenId');
  await expectRefusal(
    session.sts('GetSessionToken'),
    'AccessDenied',
    'Cannot call GetSessionToken with session credentials',
  );
});

test('they may what the user may, as the user, for twelve hours', async () => {
  const { api, bob } = await startWithBob();
  const { Credentials } = await bob.sts('GetSessionToken');
  expect(Credentials?.Expiration).toEqual(new Date(START_MS + 43_200_000));
  const session = await asSession(bob, Credentials);
  expect(await session.sts('GetCallerIdentity')).toMatchObject({ Arn: `arn:aws:iam::${ACCOUNT}:user/bob` });
  await session.call('DescribeVpcs');
  await api.iam('DeleteUserPolicy', { UserName: 'bob', PolicyName: 'all' });
  await expectRefusal(session.call('DescribeVpcs'), 'UnauthorizedOperation');
});

test('no policy is needed for them', async () => {
  const { api, bob } = await startWithBob();
  await api.iam('PutUserPolicy', {
    UserName: 'bob',
    PolicyName: 'all',
    PolicyDocument: ALLOW.replace('Allow', 'Deny'),
  });
  await bob.sts('GetSessionToken');
});

test('they last from fifteen minutes to a day and a half, and those of root an hour', async () => {
  const { api, bob } = await startWithBob();
  const seconds = async (asker: TestApi, DurationSeconds?: number) =>
    ((await asker.sts('GetSessionToken', { DurationSeconds })).Credentials?.Expiration?.getTime() ?? 0) - START_MS;
  expect(await seconds(bob, 129_600)).toBe(129_600_000);
  expect(await seconds(bob, 900)).toBe(900_000);
  expect(await seconds(api)).toBe(3600_000);
  for (const wrong of [899, 129_601]) {
    await expectRefusal(bob.sts('GetSessionToken', { DurationSeconds: wrong }), 'ValidationError');
  }
  await expectRefusal(bob.sts('GetSessionToken', { TokenCode: '123456' }), 'AccessDenied');
});

test('they follow a user who is called otherwise, and end with it', async () => {
  const { api, bob } = await startWithBob();
  const { Credentials } = await bob.sts('GetSessionToken');
  await api.iam('UpdateUser', { UserName: 'bob', NewUserName: 'robert' });
  const session = await asSession(bob, Credentials);
  expect(await session.sts('GetCallerIdentity')).toMatchObject({ Arn: `arn:aws:iam::${ACCOUNT}:user/robert` });
  await session.call('DescribeVpcs');
  // Somebody else has the name by now.
  await api.iam('CreateUser', { UserName: 'bob' });
  await api.iam('UpdateUser', { UserName: 'robert', NewUserName: 'Rob' });
  const again = await asSession(bob, Credentials);
  expect(await again.sts('GetCallerIdentity')).toMatchObject({ Arn: `arn:aws:iam::${ACCOUNT}:user/Rob` });
  await api.iam('DeleteUserPolicy', { UserName: 'Rob', PolicyName: 'all' });
  await api.iam('DeleteUser', { UserName: 'Rob' });
  await expect(asSession(bob, Credentials)).rejects.toThrow('nobody has these credentials');
  await api.iam('CreateUser', { UserName: 'Rob' });
  await expect(asSession(bob, Credentials)).rejects.toThrow('nobody has these credentials');
});

test('a role has none', async () => {
  const { api, bob } = await startWithBob();
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
  });
  const { Role } = await api.iam('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument });
  const { Credentials } = await bob.sts('AssumeRole', { RoleArn: Role?.Arn, RoleSessionName: 'me' });
  const session = await asSession(bob, Credentials);
  await expectRefusal(session.sts('GetSessionToken'), 'AccessDenied');
});
