/**
 * The secret of an installation: 32 random bytes from which its other secrets are derived, made at the first use.
 *
 * All processes on one store have the same. INVARIANT: never logged, never answered, and no host is told it.
 */

import { randomBytes } from 'node:crypto';
import type { Scope } from '../model.ts';
import type { Transaction } from './store.ts';

/** It belongs to no account. */
const NOWHERE: Scope = { account: '', region: '' };
const ID = 'installation';

export async function installationKey(tx: Transaction): Promise<Uint8Array> {
  const known = await tx.documents.find('installation-key', NOWHERE, ID);
  if (known) return Buffer.from(known.key, 'base64');
  const key = randomBytes(32);
  await tx.documents.put('installation-key', NOWHERE, ID, { key: key.toString('base64') });
  return key;
}
