/**
 * Where the identity keys of a Region are kept: one document for each Region, of no account.
 *
 * INVARIANT: once there, they are never replaced. Private keys are never logged and never answered.
 */

import type { IdentityKeys, Scope } from '../model.ts';
import type { Transaction } from './store.ts';

const ID = 'keys';

export function findIdentityKeys(tx: Transaction, region: string): Promise<IdentityKeys | undefined> {
  return tx.documents.find('identity-keys', scopeOf(region), ID);
}

/** @returns `keys`, or those that were there already */
export async function keepIdentityKeys(tx: Transaction, region: string, keys: IdentityKeys): Promise<IdentityKeys> {
  const first = await findIdentityKeys(tx, region);
  if (first) return first;
  await tx.documents.put('identity-keys', scopeOf(region), ID, keys);
  return keys;
}

function scopeOf(region: string): Scope {
  return { account: '', region };
}
