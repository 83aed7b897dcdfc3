/**
 * Permissions boundaries of users and roles: a managed policy that says how far their permissions can go.
 */

import { noSuchEntity } from '../../aws-errors.ts';
import type { AccountCall } from '../call.ts';
import { type Kind, open, save } from './entities.ts';
import { findPolicy, readPolicyArn } from './managed-policies.ts';

type BoundedKind = 'iam-user' | 'iam-role';

/** The policy that a request names as a boundary, in the partition `aws`. @throws InvalidInput, NoSuchEntity */
export async function readBoundary(call: AccountCall, given: string | undefined): Promise<string | undefined> {
  if (given === undefined) return undefined;
  const arn = readPolicyArn(given, 'PermissionsBoundary');
  if (await findPolicy(call.tx, call.scope.account, arn)) return arn;
  throw noSuchEntity(`Scope ARN: ${given} does not exist or is not attachable.`);
}

/** @throws as `open`, InvalidInput, NoSuchEntity */
export async function putBoundary<K extends BoundedKind>(
  call: AccountCall,
  kind: Kind<K>,
  name: string | undefined,
  given: string | undefined,
): Promise<void> {
  // Read before it is looked for, so that a missing one is said to be missing.
  readPolicyArn(given, 'PermissionsBoundary');
  const entity = await open(call, kind, name, { 'iam:PermissionsBoundary': given });
  const PermissionsBoundary = await readBoundary(call, given);
  await save(call, kind, { ...entity, PermissionsBoundary });
}

/** Of one that has none nothing is taken. @throws as `open` */
export async function deleteBoundary<K extends BoundedKind>(
  call: AccountCall,
  kind: Kind<K>,
  name: string | undefined,
): Promise<void> {
  const entity = await open(call, kind, name);
  await save(call, kind, { ...entity, PermissionsBoundary: undefined });
}
