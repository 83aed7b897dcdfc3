/**
 * What an account's organization means for the judge: its service control policies, level by level, and its place.
 *
 * It decides nothing: texts go to the policy engine as they were written. SCPs do not concern the management account, an
 * account without an organization, and an organization in which they are not enabled (aws-behaviour 4.3).
 */

import type { OrganizationPlace } from '../iam/context.ts';
import type { Transaction } from '../store/store.ts';
import { levelsOf } from './organizations/levels.ts';
import { findOrganization, open } from './organizations/organization.ts';
import { arnOf } from './organizations/policies.ts';
import { ancestorsOf, findAccount } from './organizations/tree.ts';

/** The SCPs of the root, of one OU, or of the account. INVARIANT: there is one at least. */
export type ScpLevel = {
  /** `r-…`, `ou-…`, or the account. */
  id: string;
  name: string;
  policies: { id: string; name: string; arn: string; text: string }[];
};

/**
 * From the root down to the account; each level has to allow.
 *
 * @param region whose partition the ARNs are in
 */
export async function scpsOf(tx: Transaction, account: string, region = ''): Promise<ScpLevel[] | undefined> {
  const organization = await findOrganization(tx, account);
  if (!organization || organization.MasterAccountId === account) return undefined;
  const opened = open({ tx, scope: { account, region } }, organization);
  const levels = await levelsOf(opened, account, 'SERVICE_CONTROL_POLICY');
  return levels?.map(({ Id, Name, policies }) => ({
    id: Id,
    name: Name,
    policies: policies.map((policy) => ({
      id: policy.Id,
      name: policy.Name,
      arn: arnOf(opened.place, policy),
      text: policy.Content,
    })),
  }));
}

/** For `aws:PrincipalOrgID`, `aws:PrincipalOrgPaths` and the like; undefined for an account without an organization. */
export async function placeInOrganization(tx: Transaction, account: string): Promise<OrganizationPlace | undefined> {
  const organization = await findOrganization(tx, account);
  if (!organization) return undefined;
  const opened = open({ tx, scope: { account, region: '' } }, organization);
  const { ParentId } = await findAccount(opened, account);
  return { id: organization.Id, path: await ancestorsOf(opened, ParentId) };
}
