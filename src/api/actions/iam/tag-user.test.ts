/**
 * Tags in IAM: the same for users, roles, managed policies and instance profiles.
 */

import { describe, expect, test } from 'vitest';
import { ACCOUNT, expectRefusal, startTestApi, type TestApi } from '../../testing.ts';

const ALLOW = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}';
const TRUST =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}';

const KINDS = [
  {
    ...{ noun: 'User', create: { UserName: 'it' }, named: { UserName: 'it' } },
    actions: ['TagUser', 'UntagUser', 'ListUserTags'],
  },
  {
    ...{ noun: 'Role', create: { RoleName: 'it', AssumeRolePolicyDocument: TRUST }, named: { RoleName: 'it' } },
    actions: ['TagRole', 'UntagRole', 'ListRoleTags'],
  },
  {
    ...{ noun: 'InstanceProfile', create: { InstanceProfileName: 'it' }, named: { InstanceProfileName: 'it' } },
    actions: ['TagInstanceProfile', 'UntagInstanceProfile', 'ListInstanceProfileTags'],
  },
  {
    ...{ noun: 'Policy', create: { PolicyName: 'it', PolicyDocument: ALLOW } },
    named: { PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/it` },
    actions: ['TagPolicy', 'UntagPolicy', 'ListPolicyTags'],
  },
] as const;

describe.each(KINDS)('the tags of one $noun', ({ noun, create, named, actions }) => {
  const [TAG, UNTAG, LIST] = actions;
  const start = async (Tags: object[] = []) => {
    const api = await startTestApi();
    await api.iam(`Create${noun}`, { ...create, Tags });
    return api;
  };
  const tag = (api: TestApi, ...Tags: object[]) => api.iam(TAG, { ...named, Tags });
  const list = (api: TestApi, more: object = {}) => api.iam(LIST, { ...named, ...more });

  test.each([
    [
      'a key twice',
      [
        { Key: 'a', Value: '1' },
        { Key: 'A', Value: '2' },
      ],
      'InvalidInput',
    ],
    ['no key', [{ Value: '1' }], 'ValidationError'],
    ['an empty key', [{ Key: '', Value: '1' }], 'ValidationError'],
    ['a long key', [{ Key: 'x'.repeat(129), Value: '1' }], 'ValidationError'],
    ['a long value', [{ Key: 'a', Value: 'x'.repeat(257) }], 'ValidationError'],
    ['a character that is none of those', [{ Key: 'a!', Value: '1' }], 'ValidationError'],
    ['a key of AWS', [{ Key: 'aws:a', Value: '1' }], 'InvalidInput'],
    ['more than 50', Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: '' })), 'LimitExceeded'],
  ])('with %s are refused', async (_what, Tags, code) => {
    const api = await start();
    await expectRefusal(tag(api, ...Tags), code);
    expect((await list(api)).Tags).toEqual([]);
  });

  test('are given when it is made, added to, replaced and taken, in order of their keys', async () => {
    const api = await start([{ Key: 'b', Value: '1' }]);
    await tag(api, { Key: 'a', Value: 'Ä 漢' }, { Key: 'B', Value: '' });
    expect(await list(api)).toEqual({
      Tags: [
        { Key: 'B', Value: '' },
        { Key: 'a', Value: 'Ä 漢' },
      ],
      IsTruncated: false,
    });
    await api.iam(UNTAG, { ...named, TagKeys: ['b', 'unknown'] });
    expect((await list(api)).Tags).toEqual([{ Key: 'a', Value: 'Ä 漢' }]);
  });

  test('come in pages', async () => {
    const api = await start(['a', 'b', 'c'].map((Key) => ({ Key, Value: '' })));
    const { Marker, IsTruncated, Tags } = await list(api, { MaxItems: 2 });
    expect({ IsTruncated, Tags }).toEqual({
      IsTruncated: true,
      Tags: [
        { Key: 'a', Value: '' },
        { Key: 'b', Value: '' },
      ],
    });
    expect((await list(api, { Marker })).Tags).toEqual([{ Key: 'c', Value: '' }]);
  });

  test('are 50 at most, together with those that it has', async () => {
    const api = await start(Array.from({ length: 50 }, (_, n) => ({ Key: `k${n}`, Value: '' })));
    await tag(api, { Key: 'k1', Value: 'new' });
    await expectRefusal(
      tag(api, { Key: 'more', Value: '' }),
      'LimitExceeded',
      'Cannot exceed quota for TagsPerResource: 50',
    );
  });
});
