/**
 * The policies of a type that an account is under, level by level: what is attached to the root, to each OU on the way
 * down, and to the account itself.
 *
 * It looks up what it needs and no more, because SCPs are asked for with nearly every call.
 */

import { policyNotFound } from '../../aws-errors.ts';
import type { OrganizationPolicy, PolicyType } from '../../model.ts';
import type { Opened } from './organization.ts';
import { findPolicies } from './policies.ts';
import { findAccount, findUnit, rootOf, type Target } from './tree.ts';

/** Policies in the order in which they were attached. */
export type Level = { Id: string; Name: string; policies: OrganizationPolicy[] };

/** From the root down. @returns undefined while the type is not enabled */
export async function levelsOf(opened: Opened, accountId: string, type: PolicyType): Promise<Level[] | undefined> {
  if (!opened.organization.policyTypes.includes(type)) return undefined;
  return levelsAt(opened, await targetsAbove(opened, accountId), type);
}

/** What is attached to each of these. */
export async function levelsAt(opened: Opened, targets: readonly Target[], type: PolicyType): Promise<Level[]> {
  const attached = targets.map(({ policies }) => policies[type] ?? []);
  const found = await findPolicies(opened, attached.flat());
  return targets.map(({ Id, Name }, index) => ({
    ...{ Id, Name },
    policies: (attached[index] ?? []).map((id) => {
      const policy = found.get(id);
      if (!policy) throw policyNotFound();
      return policy;
    }),
  }));
}

/** The root, OUs, and the account. */
export async function targetsAbove(opened: Opened, accountId: string): Promise<Target[]> {
  const account = await findAccount(opened, accountId);
  const targets: Target[] = [account];
  for (let parent = account.ParentId; parent !== opened.organization.RootId; ) {
    const unit = await findUnit(opened, parent);
    targets.unshift(unit);
    parent = unit.ParentId;
  }
  return [rootOf(opened), ...targets];
}
