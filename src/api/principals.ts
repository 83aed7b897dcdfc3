/**
 * Principals as keys and tokens name them, in the partition `aws`; a call has the partition of its Region.
 */

import { partitionOf } from '../catalogue/regions.ts';
import type { IamUser } from '../iam-model.ts';
import type { AccessKey, Principal } from '../model.ts';

/** What a request is verified with. `isStored` where it is neither temporary nor one that everybody knows. */
export type FoundKey = AccessKey & { expiresAtMs?: number; isStored?: true };

/** The root of an account. */
export function rootOf(account: string): Principal & { kind: 'root' } {
  return { kind: 'root', account, arn: `arn:aws:iam::${account}:root` };
}

export function userPrincipal(account: string, { Path, UserName, UserId }: IamUser): Principal & { kind: 'user' } {
  return { kind: 'user', account, arn: `arn:aws:iam::${account}:user${Path}${UserName}`, UserName, UserId };
}

/** Of a role's session. The role's path is not in it. */
export function sessionArn(
  account: string,
  { RoleName, RoleSessionName }: { RoleName: string; RoleSessionName: string },
): string {
  return `arn:aws:sts::${account}:assumed-role/${RoleName}/${RoleSessionName}`;
}

export function inPartitionOf(principal: Principal, region: string): Principal {
  return { ...principal, arn: principal.arn.replace(/^arn:aws:/, `arn:${partitionOf(region)}:`) };
}
