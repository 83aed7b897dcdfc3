/**
 * GetCallerIdentity: everybody may know who they are, whatever the policies say.
 */

import { expect, test } from 'vitest';
import { ACCOUNT, asUser, denyEverything, startTestApi } from '../../testing.ts';

test('root, a user, and an instance with its identity credentials', async () => {
  const api = (await startTestApi()).as({ judge: denyEverything });
  expect(await api.sts('GetCallerIdentity')).toEqual({
    UserId: ACCOUNT,
    Account: ACCOUNT,
    Arn: `arn:aws:iam::${ACCOUNT}:root`,
  });
  const InstanceId = 'i-0123456789abcdef0';
  const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/aws:ec2-instance/${InstanceId}`;
  const instance = api.as({ principal: { kind: 'ec2-instance', account: ACCOUNT, arn, InstanceId } });
  expect(await instance.sts('GetCallerIdentity')).toEqual({
    UserId: `${ACCOUNT}:aws:ec2-instance:${InstanceId}`,
    Account: ACCOUNT,
    Arn: arn,
  });
});

test('a user has the path in its ARN', async () => {
  const api = await startTestApi();
  const { User } = await api.iam('CreateUser', { UserName: 'bob', Path: '/x/' });
  const bob = await asUser(api, 'bob');
  expect(await bob.sts('GetCallerIdentity')).toEqual({
    UserId: User?.UserId,
    Account: ACCOUNT,
    Arn: `arn:aws:iam::${ACCOUNT}:user/x/bob`,
  });
});
