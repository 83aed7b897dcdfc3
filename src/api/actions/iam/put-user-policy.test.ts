/**
 * Inline policies of users, groups and roles: the same for all three.
 */

import { describe, expect, test } from 'vitest';
import { expectRefusal, startTestApi, type TestApi } from '../../testing.ts';

const ALLOW = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}';
const DENY = ALLOW.replace('Allow', 'Deny');
const TRUST =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}';

/** The characters that all inline policies of one may have together, and the actions. */
const OWNERS = [
  {
    ...{ noun: 'User', more: {}, size: 2048 },
    actions: ['PutUserPolicy', 'GetUserPolicy', 'ListUserPolicies', 'DeleteUserPolicy'],
  },
  {
    ...{ noun: 'Group', more: {}, size: 5120 },
    actions: ['PutGroupPolicy', 'GetGroupPolicy', 'ListGroupPolicies', 'DeleteGroupPolicy'],
  },
  {
    ...{ noun: 'Role', more: { AssumeRolePolicyDocument: TRUST }, size: 10_240 },
    actions: ['PutRolePolicy', 'GetRolePolicy', 'ListRolePolicies', 'DeleteRolePolicy'],
  },
] as const;

describe.each(OWNERS)('an inline policy of a $noun', ({ noun, more, size, actions }) => {
  const [PUT, GET, LIST, DELETE] = actions;
  const owner = { [`${noun}Name`]: 'it' };
  const put = (api: TestApi, PolicyName: string, PolicyDocument: string) =>
    api.iam(PUT, { ...owner, PolicyName, PolicyDocument });
  const get = (api: TestApi, PolicyName: string) => api.iam(GET, { ...owner, PolicyName });
  const names = async (api: TestApi) => (await api.iam(LIST, owner)).PolicyNames;
  const start = async () => {
    const api = await startTestApi();
    await api.iam(`Create${noun}`, { ...owner, ...more });
    return api;
  };

  test('that is no policy is malformed, with the place', async () => {
    const api = await start();
    await expectRefusal(
      put(api, 'p', '{"Version":"2012-10-17","Statement":{"Effect":"allow"}}'),
      'MalformedPolicyDocument',
    );
    await expectRefusal(put(api, 'p', '{'), 'MalformedPolicyDocument');
    await expectRefusal(put(api, 'p', ''), 'ValidationError');
    await expectRefusal(put(api, 'p', ALLOW.replace('ec2', '漢字')), 'ValidationError');
    expect(await names(api)).toEqual([]);
  });

  test('that there is not cannot be got or deleted', async () => {
    const api = await start();
    const words = `The ${noun.toLowerCase()} policy with name p cannot be found.`;
    await expectRefusal(get(api, 'p'), 'NoSuchEntity', words);
    await expectRefusal(api.iam(DELETE, { ...owner, PolicyName: 'p' }), 'NoSuchEntity', words);
  });

  test('is kept as it was written, and got URL-encoded', async () => {
    const api = await start();
    await put(api, 'p', `${ALLOW}\n`);
    expect(await get(api, 'p')).toMatchObject({ ...owner, PolicyName: 'p' });
    const { PolicyDocument = '' } = await get(api, 'p');
    expect(PolicyDocument).toMatch(/^%7B%22Version/);
    expect(PolicyDocument).toContain('%2A');
    expect(decodeURIComponent(PolicyDocument)).toBe(`${ALLOW}\n`);
  });

  test('replaces the one of its name, is listed by it, and is deleted', async () => {
    const api = await start();
    await put(api, 'b', ALLOW);
    await put(api, 'a', ALLOW);
    await put(api, 'b', DENY);
    expect(await names(api)).toEqual(['a', 'b']);
    expect(decodeURIComponent((await get(api, 'b')).PolicyDocument ?? '')).toBe(DENY);
    await api.iam(DELETE, { ...owner, PolicyName: 'b' });
    expect(await names(api)).toEqual(['a']);
  });

  test('counts with all the others of the same owner', async () => {
    const api = await start();
    const long = ALLOW.replace('ec2:*', `ec2:${'x'.repeat(size / 2 - ALLOW.length + 3)}`);
    expect(long.length).toBe(size / 2 + 2);
    await put(api, 'a', long);
    await expectRefusal(
      put(api, 'b', long),
      'LimitExceeded',
      `Maximum policy size of ${size} bytes exceeded for ${noun.toLowerCase()} it`,
    );
    await put(api, 'a', long);
  });
});
