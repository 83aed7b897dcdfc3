/**
 * Managed policies on users, groups and roles: attached, detached, listed; and who has a policy.
 *
 * Whoever has a policy has its ARN; a policy does not know who has it, so that the two cannot disagree.
 */

import { deleteConflict, noSuchEntity, quotaExceeded } from '../../aws-errors.ts';
import type { Documents } from '../../store/store.ts';
import type { AccountCall } from '../call.ts';
import { groups, inPartition, type Kind, listEntities, type OwnerKind, open, roles, save, users } from './entities.ts';
import { findPolicy, readPolicyArn } from './managed-policies.ts';
import { readPathPrefix } from './names.ts';
import { type PageRequest, pageOf } from './pages.ts';

const MOST_ATTACHED = 10;
const QUOTAS: Record<OwnerKind, string> = {
  'iam-user': 'PoliciesPerUser',
  'iam-group': 'PoliciesPerGroup',
  'iam-role': 'PoliciesPerRole',
};

/** For what is to be deleted. @throws DeleteConflict */
export function refuseWithPolicies({ Policies, AttachedPolicies }: Documents[OwnerKind]): void {
  if (AttachedPolicies.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
  if (Policies.length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
}

/** One that is attached already stays so. @throws as `open`, InvalidInput, NoSuchEntity, LimitExceeded */
export async function attach<K extends OwnerKind>(
  call: AccountCall,
  owners: Kind<K>,
  ownerName: string | undefined,
  givenArn: string | undefined,
): Promise<void> {
  const arn = readPolicyArn(givenArn);
  const owner = await open(call, owners, ownerName, { 'iam:PolicyARN': givenArn });
  if (!(await findPolicy(call.tx, call.scope.account, arn))) {
    throw noSuchEntity(`Policy ${givenArn} does not exist or is not attachable.`);
  }
  if (owner.AttachedPolicies.includes(arn)) return;
  if (owner.AttachedPolicies.length >= MOST_ATTACHED) throw quotaExceeded(QUOTAS[owners.kind], MOST_ATTACHED);
  await save(call, owners, { ...owner, AttachedPolicies: [...owner.AttachedPolicies, arn] });
}

/** @throws as `open`, InvalidInput, NoSuchEntity */
export async function detach<K extends OwnerKind>(
  call: AccountCall,
  owners: Kind<K>,
  ownerName: string | undefined,
  givenArn: string | undefined,
): Promise<void> {
  const arn = readPolicyArn(givenArn);
  const owner = await open(call, owners, ownerName, { 'iam:PolicyARN': givenArn });
  const others = owner.AttachedPolicies.filter((each) => each !== arn);
  if (others.length === owner.AttachedPolicies.length) throw noSuchEntity(`Policy ${givenArn} was not found.`);
  await save(call, owners, { ...owner, AttachedPolicies: others });
}

export type AttachedPage = {
  AttachedPolicies: { PolicyName: string; PolicyArn: string }[];
  IsTruncated: boolean;
  Marker?: string;
};

/** @throws as `open`, ValidationError */
export async function listAttached<K extends OwnerKind>(
  call: AccountCall,
  owners: Kind<K>,
  ownerName: string | undefined,
  { PathPrefix, ...request }: PageRequest & { PathPrefix?: string | undefined },
): Promise<AttachedPage> {
  const prefix = readPathPrefix(PathPrefix);
  const owner = await open(call, owners, ownerName);
  const found = owner.AttachedPolicies.filter((arn) => pathOf(arn).startsWith(prefix));
  const { items, ...page } = pageOf(call, found, request, (arn) => arn);
  return { AttachedPolicies: items.map((arn) => describeAttached(call, arn)), ...page };
}

export function describeAttached(
  call: Pick<AccountCall, 'partition'>,
  arn: string,
): { PolicyName: string; PolicyArn: string } {
  return { PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: inPartition(call, arn) };
}

/** `/division/` of `arn:aws:iam::123456789012:policy/division/name`. */
function pathOf(arn: string): string {
  return arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1);
}

// ─── Who has a policy ────────────────────────────────────────────────────────────────────────────────────────────────

export type PolicyUsage = { attachments: number; boundaries: number };

/** How often each policy of the account, or of AWS, is attached and is a boundary; those without use are missing. */
export async function policyUsage(call: Pick<AccountCall, 'tx' | 'scope'>): Promise<Map<string, PolicyUsage>> {
  const usage = new Map<string, PolicyUsage>();
  const of = (arn: string) => {
    const known = usage.get(arn) ?? { attachments: 0, boundaries: 0 };
    usage.set(arn, known);
    return known;
  };
  const bounded = [...(await listEntities(call, users)), ...(await listEntities(call, roles))];
  for (const { PermissionsBoundary } of bounded) if (PermissionsBoundary) of(PermissionsBoundary).boundaries++;
  for (const { AttachedPolicies } of [...bounded, ...(await listEntities(call, groups))]) {
    for (const arn of AttachedPolicies) of(arn).attachments++;
  }
  return usage;
}
