/**
 * The policies of a type that an account is under, level by level: what is attached to the root, to each OU on the way
 * down, and to the account itself.
 *
 * It looks up what it needs and no more, because SCPs are asked for with nearly every call.
 */

import type { OrganizationPolicy, PolicyType } from '../../model.ts';
import type { Opened } from './organization.ts';
import { findPolicy } from './policies.ts';
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
  const levels: Level[] = [];
  for (const { Id, Name, policies } of targets) {
    const found: OrganizationPolicy[] = [];
    for (const id of policies[type] ?? []) found.push(await findPolicy(opened, id));
    levels.push({ Id, Name, policies: found });
  }
  return levels;
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
