/** OUs and the tree that they make: to make, rename, list and delete them, and to move accounts between them. */

import { describe, expect, test } from 'vitest';
import { addMember, createOrganization, createUnit, MEMBER, organizations } from '../../organizations/testing.ts';
import { ACCOUNT, startTestApi } from '../../testing.ts';

const NOWHERE = 'ou-0000-00000000';

describe('no OU is made', () => {
  test('below what is not there: "You specified a parent that doesn\'t exist."', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    for (const ParentId of [NOWHERE, 'r-0000']) {
      await expect(organizations(api, 'CreateOrganizationalUnit', { ParentId, Name: 'a' })).rejects.toMatchObject({
        name: 'ParentNotFoundException',
      });
    }
  });

  test('below what cannot have any', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    for (const ParentId of [ACCOUNT, 'p-FullAWSAccess', `${NOWHERE}\n`, '']) {
      await expect(organizations(api, 'CreateOrganizationalUnit', { ParentId, Name: 'a' })).rejects.toMatchObject({
        name: 'InvalidInputException',
        Reason: 'INVALID_PATTERN',
      });
    }
  });

  test('with the name of another below the same parent; below others it may be', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api);
    const first = await createUnit(api, root, 'Prod');
    await expect(createUnit(api, root, 'Prod')).rejects.toMatchObject({ name: 'DuplicateOrganizationalUnitException' });
    await createUnit(api, first, 'Prod');
  });

  test('on a sixth level', async () => {
    const api = await startTestApi();
    let parent = await createOrganization(api);
    for (const level of [1, 2, 3, 4, 5]) parent = await createUnit(api, parent, `level ${level}`);
    await expect(createUnit(api, parent, 'level 6')).rejects.toMatchObject({
      name: 'ConstraintViolationException',
      Reason: 'OU_DEPTH_LIMIT_EXCEEDED',
    });
  });
});

describe('an OU', () => {
  test('has the id and ARN of AWS, and its path', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api);
    const { Organization } = await organizations(api, 'DescribeOrganization');
    const above = await createUnit(api, root, 'Workloads');
    const { OrganizationalUnit } = await organizations(api, 'CreateOrganizationalUnit', {
      ParentId: above,
      Name: 'Prod',
      Tags: [{ Key: 'a', Value: '1' }],
    });
    const Id = OrganizationalUnit?.Id ?? '';
    expect(Id).toMatch(new RegExp(`^ou-${root.slice(2)}-[a-z0-9]{8}$`));
    expect(OrganizationalUnit).toEqual({
      Id,
      Arn: `arn:aws:organizations::${ACCOUNT}:ou/${Organization?.Id}/${Id}`,
      Name: 'Prod',
      Path: `${Organization?.Id}/${root}/${above}/${Id}/`,
    });
    expect(await organizations(api, 'DescribeOrganizationalUnit', { OrganizationalUnitId: Id })).toEqual({
      OrganizationalUnit,
    });
    expect((await organizations(api, 'ListTagsForResource', { ResourceId: Id })).Tags).toEqual([
      { Key: 'a', Value: '1' },
    ]);
  });

  test('gets another name, but not that of its neighbour, and keeps it where none is given', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api);
    const OrganizationalUnitId = await createUnit(api, root, 'Dev');
    await createUnit(api, root, 'Prod');
    const rename = (Name?: string) => organizations(api, 'UpdateOrganizationalUnit', { OrganizationalUnitId, Name });
    await expect(rename('Prod')).rejects.toMatchObject({ name: 'DuplicateOrganizationalUnitException' });
    expect((await rename()).OrganizationalUnit?.Name).toBe('Dev');
    expect((await rename('Dev')).OrganizationalUnit?.Name).toBe('Dev');
    expect((await rename('Sandbox')).OrganizationalUnit).toMatchObject({ Id: OrganizationalUnitId, Name: 'Sandbox' });
  });

  test('is deleted only when it is empty, and with its tags', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api);
    const above = await createUnit(api, root, 'Workloads');
    const below = await createUnit(api, above, 'Prod');
    await addMember(api);
    await organizations(api, 'MoveAccount', {
      AccountId: MEMBER,
      SourceParentId: root,
      DestinationParentId: below,
    });
    const remove = (OrganizationalUnitId: string) =>
      organizations(api, 'DeleteOrganizationalUnit', { OrganizationalUnitId });
    for (const full of [above, below]) {
      await expect(remove(full)).rejects.toMatchObject({ name: 'OrganizationalUnitNotEmptyException' });
    }
    await organizations(api, 'RemoveAccountFromOrganization', { AccountId: MEMBER });
    await remove(below);
    await remove(above);
    for (const operation of ['DescribeOrganizationalUnit', 'DeleteOrganizationalUnit', 'UpdateOrganizationalUnit']) {
      await expect(organizations(api, operation, { OrganizationalUnitId: below })).rejects.toMatchObject({
        name: 'OrganizationalUnitNotFoundException',
        message: "You specified an organizational unit that doesn't exist.",
      });
    }
  });
});

describe('the tree', () => {
  test('is listed from each node up and down', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api);
    const unit = await createUnit(api, root, 'Workloads');
    const below = await createUnit(api, unit, 'Prod');
    await addMember(api);
    await organizations(api, 'MoveAccount', { AccountId: MEMBER, SourceParentId: root, DestinationParentId: below });
    const parent = async (ChildId: string) => (await organizations(api, 'ListParents', { ChildId })).Parents;
    expect(await parent(MEMBER)).toEqual([{ Id: below, Type: 'ORGANIZATIONAL_UNIT' }]);
    expect(await parent(below)).toEqual([{ Id: unit, Type: 'ORGANIZATIONAL_UNIT' }]);
    expect(await parent(unit)).toEqual([{ Id: root, Type: 'ROOT' }]);
    const children = async (ParentId: string, ChildType: string) =>
      (await organizations(api, 'ListChildren', { ParentId, ChildType })).Children;
    expect(await children(root, 'ACCOUNT')).toEqual([{ Id: ACCOUNT, Type: 'ACCOUNT' }]);
    expect(await children(root, 'ORGANIZATIONAL_UNIT')).toEqual([{ Id: unit, Type: 'ORGANIZATIONAL_UNIT' }]);
    expect(await children(below, 'ACCOUNT')).toEqual([{ Id: MEMBER, Type: 'ACCOUNT' }]);
    const { Accounts } = await organizations(api, 'ListAccountsForParent', { ParentId: below });
    expect(Accounts).toEqual([(await organizations(api, 'DescribeAccount', { AccountId: MEMBER })).Account]);
    expect(Accounts?.[0]?.Paths?.[0]).toMatch(new RegExp(`/${root}/${unit}/${below}/${MEMBER}/$`));
    expect((await organizations(api, 'ListAccounts')).Accounts).toContainEqual(Accounts?.[0]);
    const listed = await organizations(api, 'ListOrganizationalUnitsForParent', { ParentId: unit });
    expect(listed.OrganizationalUnits?.map(({ Id }) => Id)).toEqual([below]);
  });

  test('is not listed from what is not in it', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    await expect(organizations(api, 'ListParents', { ChildId: MEMBER })).rejects.toMatchObject({
      name: 'ChildNotFoundException',
    });
    for (const operation of ['ListAccountsForParent', 'ListOrganizationalUnitsForParent', 'ListChildren']) {
      const input = { ParentId: NOWHERE, ChildType: 'ACCOUNT' };
      await expect(organizations(api, operation, input)).rejects.toMatchObject({ name: 'ParentNotFoundException' });
    }
  });

  test('of one organization is not seen from another', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api);
    const unit = await createUnit(api, root, 'Workloads');
    const other = api.as({ account: '999999999999' });
    await createOrganization(other);
    await expect(createUnit(other, root, 'Mine')).rejects.toMatchObject({ name: 'ParentNotFoundException' });
    await expect(
      organizations(other, 'DescribeOrganizationalUnit', { OrganizationalUnitId: unit }),
    ).rejects.toMatchObject({ name: 'OrganizationalUnitNotFoundException' });
    await expect(organizations(other, 'DescribeAccount', { AccountId: ACCOUNT })).rejects.toMatchObject({
      name: 'AccountNotFoundException',
    });
  });
});
