/**
 * The tree of an organization: its root, the OUs below, and the accounts in either.
 *
 * Each knows its parent; ids tell what is what (`r-…`, `ou-…`, twelve digits). INVARIANT: every parent exists, and every
 * way up ends at the root, because an OU is made below something that exists, never moves, and goes only when it is empty.
 */

import {
  accountNotFound,
  duplicateOrganizationalUnit,
  organizationalUnitNotFound,
  parentNotFound,
  rootNotFound,
} from '../../aws-errors.ts';
import type { AttachedPolicies, MemberAccount, Organization, OrganizationalUnit, PolicyType } from '../../model.ts';
import { type Opened, putOrganization } from './organization.ts';
import { ROOT_NAME } from './shapes.ts';

/** What policies can be attached to. */
export type Target = { Id: string; Name: string; policies: AttachedPolicies };

// ─── One of them ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** @throws OrganizationalUnitNotFoundException */
export async function findUnit(opened: Opened, id: string): Promise<OrganizationalUnit> {
  const unit = await opened.tx.documents.find('organizational-unit', opened.home, id);
  if (!unit) throw organizationalUnitNotFound();
  return unit;
}

/** @throws AccountNotFoundException */
export async function findAccount(opened: Opened, id: string): Promise<MemberAccount> {
  const account = await opened.tx.documents.find('member-account', opened.home, id);
  if (!account) throw accountNotFound();
  return account;
}

export async function isParent({ tx, organization, home }: Opened, id: string): Promise<boolean> {
  return id === organization.RootId || (await tx.documents.find('organizational-unit', home, id)) !== undefined;
}

/** @throws ParentNotFoundException */
export async function expectParent(opened: Opened, id: string): Promise<void> {
  if (!(await isParent(opened, id))) throw parentNotFound();
}

/** @throws RootNotFoundException */
export function expectRoot({ organization }: Opened, id: string): void {
  if (id !== organization.RootId) throw rootNotFound();
}

/** An OU or an account. */
export function findChild({ tx, home }: Opened, id: string): Promise<OrganizationalUnit | MemberAccount | undefined> {
  return tx.documents.find(id.startsWith('ou-') ? 'organizational-unit' : 'member-account', home, id);
}

/** The root, an OU or an account. */
export async function findTarget(opened: Opened, id: string): Promise<Target | undefined> {
  if (!id.startsWith('r-')) return findChild(opened, id);
  return id === opened.organization.RootId ? rootOf(opened) : undefined;
}

export function rootOf({ organization }: Opened): Target {
  return { Id: organization.RootId, Name: ROOT_NAME, policies: organization.policies };
}

/** The ids from the root down to a parent, with it. */
export async function ancestorsOf(opened: Opened, parentId: string): Promise<string[]> {
  const ids = [parentId];
  while (ids[0] !== opened.organization.RootId) ids.unshift((await findUnit(opened, ids[0] as string)).ParentId);
  return ids;
}

export function putUnit({ tx, home }: Opened, unit: OrganizationalUnit): Promise<void> {
  return tx.documents.put('organizational-unit', home, unit.Id, unit);
}

export function putAccount({ tx, home }: Opened, account: MemberAccount): Promise<void> {
  return tx.documents.put('member-account', home, account.Id, account);
}

/** Changes what is attached to a target. */
export async function putPolicies(opened: Opened, { Id }: Target, policies: AttachedPolicies): Promise<void> {
  if (Id.startsWith('r-')) return putOrganization(opened, { ...opened.organization, policies });
  if (Id.startsWith('ou-')) return putUnit(opened, { ...(await findUnit(opened, Id)), policies });
  return putAccount(opened, { ...(await findAccount(opened, Id)), policies });
}

// ─── All of them ─────────────────────────────────────────────────────────────────────────────────────────────────────

export function unitsOf({ tx, home }: Opened): Promise<OrganizationalUnit[]> {
  return tx.documents.list('organizational-unit', home);
}

export function accountsOf({ tx, home }: Opened): Promise<MemberAccount[]> {
  return tx.documents.list('member-account', home);
}

/** The root first. */
export async function targetsOf(opened: Opened): Promise<Target[]> {
  return [rootOf(opened), ...(await unitsOf(opened)), ...(await accountsOf(opened))];
}

/** OUs of one parent have different names. @throws DuplicateOrganizationalUnitException */
export async function expectFreeName(
  opened: Opened,
  { Id, ParentId, Name }: Pick<OrganizationalUnit, 'ParentId' | 'Name'> & { Id?: string },
): Promise<void> {
  const others = (await unitsOf(opened)).filter((unit) => unit.ParentId === ParentId && unit.Id !== Id);
  if (others.some((unit) => unit.Name === Name)) throw duplicateOrganizationalUnit();
}

/** Changes which policy types are enabled, and with that what is attached to everything there is. */
export async function putPolicyTypes(
  opened: Opened,
  policyTypes: PolicyType[],
  change: (policies: AttachedPolicies) => AttachedPolicies,
): Promise<Organization> {
  const organization = { ...opened.organization, policyTypes, policies: change(opened.organization.policies) };
  await putOrganization(opened, organization);
  for (const unit of await unitsOf(opened)) await putUnit(opened, { ...unit, policies: change(unit.policies) });
  for (const account of await accountsOf(opened)) {
    await putAccount(opened, { ...account, policies: change(account.policies) });
  }
  return organization;
}

/** A function from a parent to the ids from the root down to it, for many accounts or OUs in one answer. */
export async function ancestry(opened: Opened): Promise<(parentId: string) => string[]> {
  const parents = new Map((await unitsOf(opened)).map(({ Id, ParentId }) => [Id, ParentId]));
  return (parentId) => {
    const ids = [parentId];
    for (let above = parents.get(parentId); above !== undefined; above = parents.get(above)) ids.unshift(above);
    return ids;
  };
}
