/**
 * The organization that a caller's account is in, and whether the caller may change it.
 *
 *   any account ── organization-membership ──> the management account ── organization, OUs, accounts, policies
 *
 * All of it is kept in the Region without a name: Organizations is one service for all Regions, and whatever Region a
 * request was signed for sees the same.
 */

import { awsOrganizationsNotInUse, notTheManagementAccount } from '../../aws-errors.ts';
import type { Organization, Scope } from '../../model.ts';
import type { Transaction } from '../../store/store.ts';
import type { JsonCall } from '../json-call.ts';
import { type Place, placeOf } from './shapes.ts';

/** An organization as the actions work with it. */
export type Opened = {
  tx: Transaction;
  organization: Organization;
  /** Where its records are. */
  home: Scope;
  place: Place;
};

/** An account has one membership at most, and a management account one organization. */
const ID = 'organization';

/** Where the membership of an account is, and the organization that it manages. */
function homeOf(account: string): Scope {
  return { account, region: '' };
}

export async function findOrganization(tx: Transaction, account: string): Promise<Organization | undefined> {
  const membership = await tx.documents.find('organization-membership', homeOf(account), ID);
  if (!membership) return undefined;
  const organization = await tx.documents.find('organization', homeOf(membership.MasterAccountId), ID);
  if (!organization)
    throw new Error(`${account} is in the organization of ${membership.MasterAccountId}, which has none`);
  return organization;
}

/** For what every account of an organization may do. @throws AWSOrganizationsNotInUseException */
export async function openOrganization({ tx, scope }: Pick<JsonCall, 'tx' | 'scope'>): Promise<Opened> {
  const organization = await findOrganization(tx, scope.account);
  if (!organization) throw awsOrganizationsNotInUse();
  return open({ tx, scope }, organization);
}

/** For what the management account alone may do. @throws AWSOrganizationsNotInUseException, AccessDeniedException */
export async function openAsManagement(call: Pick<JsonCall, 'tx' | 'scope'>): Promise<Opened> {
  const opened = await openOrganization(call);
  if (opened.organization.MasterAccountId !== call.scope.account) throw notTheManagementAccount();
  return opened;
}

export function open({ tx, scope }: Pick<JsonCall, 'tx' | 'scope'>, organization: Organization): Opened {
  return { tx, organization, home: homeOf(organization.MasterAccountId), place: placeOf(scope, organization) };
}

export function putOrganization({ tx, home }: Opened, organization: Organization): Promise<void> {
  return tx.documents.put('organization', home, ID, organization);
}

export function removeOrganization({ tx, home }: Opened): Promise<void> {
  return tx.documents.remove('organization', home, ID);
}

export async function isInOrganization(tx: Transaction, account: string): Promise<boolean> {
  return (await tx.documents.find('organization-membership', homeOf(account), ID)) !== undefined;
}

export function join({ tx, organization }: Opened, account: string): Promise<void> {
  const { MasterAccountId } = organization;
  return tx.documents.put('organization-membership', homeOf(account), ID, { MasterAccountId });
}

export function leave({ tx }: Pick<Opened, 'tx'>, account: string): Promise<void> {
  return tx.documents.remove('organization-membership', homeOf(account), ID);
}
