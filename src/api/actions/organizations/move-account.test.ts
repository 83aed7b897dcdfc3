/** An account is moved from where it is to somewhere else, and nowhere else. */

import { expect, test } from 'vitest';
import { addMember, createOrganization, createUnit, MEMBER, organizations } from '../../organizations/testing.ts';
import { startTestApi } from '../../testing.ts';

const NOWHERE = 'ou-0000-00000000';

/** An organization with two OUs, and an account below its root. */
async function arrange() {
  const api = await startTestApi();
  const root = await createOrganization(api);
  const [dev, prod] = [await createUnit(api, root, 'Dev'), await createUnit(api, root, 'Prod')];
  await addMember(api);
  const move = (SourceParentId: string, DestinationParentId: string, AccountId = MEMBER) =>
    organizations(api, 'MoveAccount', { AccountId, SourceParentId, DestinationParentId });
  const parent = async () => (await organizations(api, 'ListParents', { ChildId: MEMBER })).Parents?.[0]?.Id;
  return { root, dev, prod, move, parent };
}

test('an account, or a parent, that does not exist', async () => {
  const { root, dev, move, parent } = await arrange();
  await expect(move(root, dev, '999999999999')).rejects.toMatchObject({ name: 'AccountNotFoundException' });
  await expect(move(NOWHERE, dev)).rejects.toMatchObject({ name: 'SourceParentNotFoundException' });
  await expect(move(root, NOWHERE)).rejects.toMatchObject({ name: 'DestinationParentNotFoundException' });
  expect(await parent()).toBe(root);
});

test('from where it is not: AWS says that the account does not exist', async () => {
  const { root, dev, prod, move, parent } = await arrange();
  await expect(move(dev, prod)).rejects.toMatchObject({
    name: 'AccountNotFoundException',
    message: "You specified an account that doesn't exist.",
  });
  expect(await parent()).toBe(root);
});

test('to where it is: DuplicateAccountException', async () => {
  const { root, move } = await arrange();
  await expect(move(root, root)).rejects.toMatchObject({ name: 'DuplicateAccountException' });
});

test('from the root to an OU, to another, and back', async () => {
  const { root, dev, prod, move, parent } = await arrange();
  await move(root, dev);
  expect(await parent()).toBe(dev);
  await move(dev, prod);
  expect(await parent()).toBe(prod);
  await move(prod, root);
  expect(await parent()).toBe(root);
});
