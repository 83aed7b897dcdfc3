/**
 * Permissions boundaries of users and roles.
 */

import { describe, expect, test } from 'vitest';
import { ACCOUNT, expectRefusal, startTestApi, type TestApi } from '../../testing.ts';

const TRUST =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}';
const PermissionsBoundary = 'arn:aws:iam::aws:policy/PowerUserAccess';

const OWNERS = [
  { noun: 'User', put: 'PutUserPermissionsBoundary', remove: 'DeleteUserPermissionsBoundary' },
  { noun: 'Role', put: 'PutRolePermissionsBoundary', remove: 'DeleteRolePermissionsBoundary' },
];

describe.each(OWNERS)('the boundary of a $noun', ({ noun, put: PUT, remove: REMOVE }) => {
  const owner = { [`${noun}Name`]: 'it' };
  const create = (api: TestApi, more: object = {}) =>
    api.iam(`Create${noun}`, { ...owner, ...(noun === 'Role' && { AssumeRolePolicyDocument: TRUST }), ...more });
  const boundaryOf = async (api: TestApi) => {
    const answer = await api.iam(`Get${noun}` as 'GetUser', owner);
    return { ...answer }[noun as 'User']?.PermissionsBoundary;
  };

  test('is a policy that there is', async () => {
    const api = await startTestApi();
    await create(api);
    const unknown = `arn:aws:iam::${ACCOUNT}:policy/unknown`;
    const put = (arn: string) => api.iam(PUT, { ...owner, PermissionsBoundary: arn });
    await expectRefusal(put(unknown), 'NoSuchEntity', `Scope ARN: ${unknown} does not exist or is not attachable.`);
    await expectRefusal(put('arn:aws:iam::aws:user/someone'), 'InvalidInput');
    expect(await boundaryOf(api)).toBeUndefined();
  });

  test('is put and deleted, and deleting it twice is deleting it once', async () => {
    const api = await startTestApi();
    await create(api);
    await api.iam(PUT, { ...owner, PermissionsBoundary });
    expect(await boundaryOf(api)).toEqual({
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: PermissionsBoundary,
    });
    expect((await api.iam('GetPolicy', { PolicyArn: PermissionsBoundary })).Policy).toMatchObject({
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 1,
    });
    const entities = await api.iam('ListEntitiesForPolicy', {
      PolicyArn: PermissionsBoundary,
      PolicyUsageFilter: 'PermissionsBoundary',
    });
    expect({ ...entities }[`Policy${noun}s` as 'PolicyUsers']).toMatchObject([owner]);
    for (let twice = 0; twice < 2; twice++) await api.iam(REMOVE, owner);
    expect(await boundaryOf(api)).toBeUndefined();
  });

  test('may be given when it is made', async () => {
    const api = await startTestApi();
    await expectRefusal(create(api, { PermissionsBoundary: `${PermissionsBoundary}s` }), 'NoSuchEntity');
    await create(api, { PermissionsBoundary });
    expect(await boundaryOf(api)).toMatchObject({ PermissionsBoundaryArn: PermissionsBoundary });
  });
});
