/**
 * The store in one SQLite file, for one process on one machine.
 *
 * It puts together the file (`sqlite-file.ts`), the queries (`queries/`) and the order in which transactions run
 * (`commit-queue.ts`), and wakes the subscribers.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { commitQueue } from './commit-queue.ts';
import { transactionIn } from './queries/transaction.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { openStoreFile } from './sqlite-file.ts';
import type { Store, Transaction } from './store.ts';
import type { Tables } from './tables.ts';
import { writeAheadLog } from './write-ahead-log.ts';

/**
 * Opens the store in a state directory, and makes both when they are missing.
 *
 * @throws StateInUseError, ForeignStateError, NewerStateError, UnwritableStateError (`state-errors.ts`)
 */
export async function openSqliteStore(directory: string): Promise<Store> {
  return storeOn(openStoreFile(directory));
}

/**
 * A store on a database that has the newest schema, for as long as nobody else uses it. Closing the store closes it.
 *
 * Apart from here only tests call it, to make a database that is soon full.
 */
export function storeOn(db: DatabaseSync): Store {
  const kysely = new Kysely<Tables>({ dialect: sqliteDialect(db) });
  const subscribers = new Set<{ wake: () => void }>();
  const inside = new AsyncLocalStorage<{ open: boolean }>();
  let closed: Promise<void> | undefined;

  const wal = writeAheadLog(db);
  const queue = commitQueue(db, {
    flush: wal.flush,
    onRevisions() {
      // Each in a microtask of its own, so that what one of them throws is nobody else's trouble.
      for (const subscriber of subscribers) {
        queueMicrotask(() => {
          if (subscribers.has(subscriber)) subscriber.wake();
        });
      }
    },
  });

  async function run<T>(work: (tx: Transaction) => Promise<T>, onRevision: () => void): Promise<T> {
    const here = { open: true };
    try {
      return await kysely.transaction().execute((tx) => inside.run(here, () => work(transactionIn(tx, onRevision))));
    } finally {
      here.open = false;
    }
  }

  return {
    async transaction<T>(work: (tx: Transaction) => Promise<T>) {
      if (inside.getStore()?.open) throw new Error('a transaction inside a transaction would wait for itself');
      if (closed) throw new Error('the store is closed');
      // Bound, because work runs when its turn comes, and keeps the context of whoever asked for it.
      return queue.add<T>(AsyncLocalStorage.bind((onRevision: () => void) => run(work, onRevision)));
    },
    subscribe(wake) {
      const subscriber = { wake };
      subscribers.add(subscriber);
      return () => {
        subscribers.delete(subscriber);
      };
    },
    close() {
      closed ??= queue.idle().then(async () => {
        await wal.close();
        db.close();
      });
      return closed;
    },
  };
}
