/**
 * The interface of a transaction over a kysely transaction: the same queries whatever the database.
 */

import type { Transaction as Database } from 'kysely';
import type { Transaction } from '../store.ts';
import type { Tables } from '../tables.ts';
import { accessKeysIn } from './access-keys.ts';
import { addressesIn } from './addresses.ts';
import { documentsIn } from './documents.ts';
import { instancesIn } from './instances.ts';
import { tagsIn } from './tags.ts';

/** @param onRevision called when the transaction takes a revision */
export function transactionIn(db: Database<Tables>, onRevision: () => void): Transaction {
  return {
    async nextRevision() {
      onRevision();
      return takeRevision(db);
    },
    instances: instancesIn(db),
    documents: documentsIn(db),
    tags: tagsIn(db),
    addresses: addressesIn(db),
    accessKeys: accessKeysIn(db),
  };
}

/**
 * INVARIANT: revisions become visible in their own order. Where transactions run side by side, the row stays locked
 * until the one that took the last revision has ended; a sequence would not do that.
 */
async function takeRevision(db: Database<Tables>): Promise<number> {
  const { last } = await db
    .updateTable('revisions')
    .set((eb) => ({ last: eb('last', '+', 1) }))
    .returning('last')
    .executeTakeFirstOrThrow();
  return last;
}
