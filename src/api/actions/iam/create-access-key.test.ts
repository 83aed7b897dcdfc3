/**
 * Access keys of users and of root: two at most, a secret that is told once, and what inactive and deleted ones are good for.
 */

import { expect, test } from 'vitest';
import { ACCOUNT, expectRefusal, START_MS, startTestApi } from '../../testing.ts';

test('a key is answered with its secret, which nothing tells again', async () => {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'bob' });
  const { AccessKey } = await api.iam('CreateAccessKey', { UserName: 'bob' });
  expect(AccessKey).toEqual({
    UserName: 'bob',
    AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
    SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
    Status: 'Active',
    CreateDate: new Date(START_MS),
  });
  const listed = await api.iam('ListAccessKeys', { UserName: 'bob' });
  const { SecretAccessKey, ...rest } = AccessKey ?? {};
  expect(listed).toEqual({ AccessKeyMetadata: [rest], IsTruncated: false });
  expect(JSON.stringify(listed)).not.toContain(SecretAccessKey);
});

test('a user has two at most', async () => {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'bob' });
  const create = () => api.iam('CreateAccessKey', { UserName: 'bob' });
  const { AccessKey } = await create();
  await create();
  await expectRefusal(create(), 'LimitExceeded', 'Cannot exceed quota for AccessKeysPerUser: 2');
  await api.iam('DeleteAccessKey', { UserName: 'bob', AccessKeyId: AccessKey?.AccessKeyId });
  await create();
  expect((await api.iam('ListAccessKeys', { UserName: 'bob' })).AccessKeyMetadata).toHaveLength(2);
});

test('without a user they are those of the caller, who may be root', async () => {
  const api = await startTestApi();
  const { AccessKey } = await api.iam('CreateAccessKey');
  const { AccessKeyId = '' } = AccessKey ?? {};
  const stored = await api.inStore((tx) => tx.accessKeys.find(AccessKeyId));
  expect(stored?.principal).toEqual({ kind: 'root', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` });
  await api.iam('CreateUser', { UserName: 'bob' });
  await api.iam('CreateAccessKey', { UserName: 'bob' });
  expect((await api.iam('ListAccessKeys')).AccessKeyMetadata).toMatchObject([{ AccessKeyId }]);
  await api.iam('DeleteAccessKey', { AccessKeyId });
  expect((await api.iam('ListAccessKeys')).AccessKeyMetadata).toEqual([]);
  expect(await api.inStore((tx) => tx.accessKeys.find(AccessKeyId))).toBeUndefined();
});

test('a key that there is not, or of somebody else', async () => {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'bob' });
  await api.iam('CreateUser', { UserName: 'alice' });
  const { AccessKey } = await api.iam('CreateAccessKey', { UserName: 'bob' });
  const AccessKeyId = AccessKey?.AccessKeyId ?? '';
  const words = `The Access Key with id ${AccessKeyId} cannot be found.`;
  await expectRefusal(api.iam('DeleteAccessKey', { UserName: 'alice', AccessKeyId }), 'NoSuchEntity', words);
  const update = { UserName: 'alice', AccessKeyId, Status: 'Inactive' };
  await expectRefusal(api.iam('UpdateAccessKey', update), 'NoSuchEntity', words);
  const elsewhere = api.as({ account: '999999999999' }).iam('GetAccessKeyLastUsed', { AccessKeyId });
  await expectRefusal(elsewhere, 'NoSuchEntity', words);
  await expectRefusal(api.iam('DeleteAccessKey', { UserName: 'bob', AccessKeyId: 'short' }), 'ValidationError');
});

test('a key is active or inactive', async () => {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'bob' });
  const { AccessKey } = await api.iam('CreateAccessKey', { UserName: 'bob' });
  const update = (Status?: string) =>
    api.iam('UpdateAccessKey', { UserName: 'bob', AccessKeyId: AccessKey?.AccessKeyId, Status });
  await update('Inactive');
  expect((await api.iam('ListAccessKeys', { UserName: 'bob' })).AccessKeyMetadata).toMatchObject([
    { Status: 'Inactive' },
  ]);
  await expectRefusal(update('Asleep'), 'ValidationError');
  await expectRefusal(update(), 'ValidationError');
});

test('a key that was never used says so', async () => {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'bob' });
  const { AccessKey } = await api.iam('CreateAccessKey', { UserName: 'bob' });
  expect(await api.iam('GetAccessKeyLastUsed', { AccessKeyId: AccessKey?.AccessKeyId })).toEqual({
    UserName: 'bob',
    AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
  });
});
