/**
 * What an account's organization means for the judge: its service control policies, level by level, and its place.
 *
 * It decides nothing: texts go to the policy engine as they were written. SCPs do not concern the management account, an
 * account without an organization, and an organization in which they are not enabled (aws-behaviour 4.3).
 */

import type { OrganizationPlace } from '../iam/context.ts';
import type { Transaction } from '../store/store.ts';
import { type Level, levelsAt, targetsAbove } from './organizations/levels.ts';
import { findOrganization, type Opened, open } from './organizations/organization.ts';
import { arnOf } from './organizations/policies.ts';

/** SCPs of the root, of one OU, or of the account, as they were written. INVARIANT: there is one at least. */
export type ScpTexts = {
  /** `r-…`, `ou-…`, or the account. */
  id: string;
  name: string;
  policies: { id: string; name: string; arn: string; text: string }[];
};

export type OrganizationOfAccount = {
  /** For `aws:PrincipalOrgID`, `aws:PrincipalOrgPaths` and the like. */
  place: OrganizationPlace;
  /** From the root down to the account, each of which has to allow; absent where none concern it. */
  scps?: ScpTexts[];
};

/**
 * Undefined for an account without an organization.
 *
 * @param region whose partition the ARNs are in
 */
export async function organizationOf(
  tx: Transaction,
  account: string,
  region: string,
): Promise<OrganizationOfAccount | undefined> {
  const organization = await findOrganization(tx, account);
  if (!organization) return undefined;
  const opened = open({ tx, scope: { account, region } }, organization);
  const targets = await targetsAbove(opened, account);
  const place = { id: organization.Id, path: targets.slice(0, -1).map(({ Id }) => Id) };
  const { MasterAccountId, policyTypes } = organization;
  if (account === MasterAccountId || !policyTypes.includes('SERVICE_CONTROL_POLICY')) return { place };
  const levels = await levelsAt(opened, targets, 'SERVICE_CONTROL_POLICY');
  return { place, scps: levels.map((level) => textsOf(opened, level)) };
}

function textsOf({ place }: Opened, { Id, Name, policies }: Level): ScpTexts {
  return {
    id: Id,
    name: Name,
    policies: policies.map((policy) => ({
      id: policy.Id,
      name: policy.Name,
      arn: arnOf(place, policy),
      text: policy.Content,
    })),
  };
}
