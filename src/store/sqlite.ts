/**
 * The store in one SQLite file, for one process on one machine.
 *
 *   transaction() ──> queue ──> group: BEGIN, work, work, … COMMIT ──> all of them resolve ──> wake-ups
 *
 * Transactions run one after the other, in the order in which they were asked for. Those that wait together are committed
 * together, because a commit waits for the disk and the work does not. INVARIANT: nothing resolves, and nobody is woken,
 * before its commit is on the disk; one that rejects leaves no trace and takes no other with it, unless SQLite itself
 * had to give the group up.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Kysely } from 'kysely';
import { transactionIn } from './queries/transaction.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { migrate, openStoreFile } from './sqlite-file.ts';
import type { Store, Transaction } from './store.ts';
import type { Tables } from './tables.ts';

/**
 * Opens the store in a state directory, and makes both when they are missing.
 *
 * @throws StateInUseError, ForeignStateError, NewerStateError, UnwritableStateError (`state-errors.ts`)
 */
export async function openSqliteStore(directory: string): Promise<Store> {
  return storeOn(openStoreFile(directory));
}

/** A store that is gone when it is closed: the same in everything else. */
export async function openMemoryStore(): Promise<Store> {
  const db = new DatabaseSync(':memory:');
  migrate(db);
  return storeOn(db);
}
