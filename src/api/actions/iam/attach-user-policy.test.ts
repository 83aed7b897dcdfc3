/**
 * Managed policies on users, groups and roles: the same for all three.
 */

import { describe, expect, test } from 'vitest';
import { ACCOUNT, expectRefusal, startTestApi, type TestApi } from '../../testing.ts';

const ALLOW = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}';
const TRUST =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}';
const OWN = `arn:aws:iam::${ACCOUNT}:policy/x/own`;
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

const OWNERS = [
  { noun: 'User', actions: ['AttachUserPolicy', 'DetachUserPolicy', 'ListAttachedUserPolicies'] },
  { noun: 'Group', actions: ['AttachGroupPolicy', 'DetachGroupPolicy', 'ListAttachedGroupPolicies'] },
  { noun: 'Role', actions: ['AttachRolePolicy', 'DetachRolePolicy', 'ListAttachedRolePolicies'] },
] as const;

describe.each(OWNERS)('a managed policy of a $noun', ({ noun, actions }) => {
  const [ATTACH, DETACH, LIST] = actions;
  const owner = { [`${noun}Name`]: 'it' };
  const change = (api: TestApi, verb: 'Attach' | 'Detach', PolicyArn: string) =>
    api.iam(verb === 'Attach' ? ATTACH : DETACH, { ...owner, PolicyArn });
  const attached = async (api: TestApi, more: object = {}) =>
    (await api.iam(LIST, { ...owner, ...more })).AttachedPolicies;
  const start = async () => {
    const api = await startTestApi();
    await api.iam(`Create${noun}`, { ...owner, ...(noun === 'Role' && { AssumeRolePolicyDocument: TRUST }) });
    await api.iam('CreatePolicy', { PolicyName: 'own', Path: '/x/', PolicyDocument: ALLOW });
    return api;
  };

  test.each([
    ['that there is not', `arn:aws:iam::${ACCOUNT}:policy/other`],
    ['of another path', `arn:aws:iam::${ACCOUNT}:policy/own`],
    ['of another account', 'arn:aws:iam::999999999999:policy/x/own'],
    ['that AWS has not', 'arn:aws:iam::aws:policy/NoAccess'],
  ])('%s cannot be attached', async (_which, arn) => {
    const api = await start();
    await expectRefusal(
      change(api, 'Attach', arn),
      'NoSuchEntity',
      `Policy ${arn} does not exist or is not attachable.`,
    );
  });

  test('whose ARN is none cannot be attached', async () => {
    const api = await start();
    await expectRefusal(
      change(api, 'Attach', 'arn:aws:iam::aws:role/Something'),
      'InvalidInput',
      'ARN arn:aws:iam::aws:role/Something is not valid.',
    );
    await expectRefusal(change(api, 'Attach', 'AdministratorAccess'), 'ValidationError');
  });

  test('is attached once, listed and detached', async () => {
    const api = await start();
    for (const arn of [READ_ONLY, OWN, OWN]) await change(api, 'Attach', arn);
    expect(await attached(api)).toEqual([
      { PolicyName: 'own', PolicyArn: OWN },
      { PolicyName: 'ReadOnlyAccess', PolicyArn: READ_ONLY },
    ]);
    expect(await attached(api, { PathPrefix: '/x/' })).toEqual([{ PolicyName: 'own', PolicyArn: OWN }]);
    await change(api, 'Detach', OWN);
    await expectRefusal(change(api, 'Detach', OWN), 'NoSuchEntity', `Policy ${OWN} was not found.`);
    expect(await attached(api)).toEqual([{ PolicyName: 'ReadOnlyAccess', PolicyArn: READ_ONLY }]);
  });

  test('is one of ten', async () => {
    const api = await start();
    for (let n = 1; n <= 10; n++) {
      const { Policy } = await api.iam('CreatePolicy', { PolicyName: `p${n}`, PolicyDocument: ALLOW });
      await change(api, 'Attach', Policy?.Arn ?? '');
    }
    await expectRefusal(change(api, 'Attach', OWN), 'LimitExceeded', `Cannot exceed quota for PoliciesPer${noun}: 10`);
  });

  test('counts in GetPolicy, and ListEntitiesForPolicy says who has it', async () => {
    const api = await start();
    await change(api, 'Attach', OWN);
    expect((await api.iam('GetPolicy', { PolicyArn: OWN })).Policy?.AttachmentCount).toBe(1);
    const entities = await api.iam('ListEntitiesForPolicy', { PolicyArn: OWN });
    expect({ ...entities }[`Policy${noun}s` as 'PolicyUsers']).toMatchObject([owner]);
    const others = await api.iam('ListEntitiesForPolicy', {
      PolicyArn: OWN,
      EntityFilter: noun === 'User' ? 'Role' : 'User',
    });
    expect(others).toMatchObject({ PolicyUsers: [], PolicyGroups: [], PolicyRoles: [], IsTruncated: false });
  });

  test('has the partition of the Region it is asked in', async () => {
    const api = (await start()).as({ region: 'us-gov-west-1' });
    await change(api, 'Attach', 'arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess');
    expect(await attached(api)).toMatchObject([{ PolicyArn: 'arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess' }]);
  });
});
