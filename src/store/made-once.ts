/**
 * What the control plane makes for itself when it is first needed, and keeps in the store: one of a kind for each Region.
 *
 * It promises that everybody who asks gets the same, however many ask at once and in however many processes.
 */

import type { Scope } from '../model.ts';
import type { Documents, Store, Transaction } from './store.ts';

const ID = 'keys';

/**
 * How to get those of a kind. Whoever asks in one process while one is being made waits for the same making.
 *
 * @param make takes the name of the Region; no transaction is open while it runs
 */
export function madeOnce<K extends keyof Documents>(
  store: Store,
  kind: K,
  make: (region: string) => Promise<Documents[K]>,
): (region: string) => Promise<Documents[K]> {
  const underWay = new Map<string, Promise<Documents[K]>>();
  return (region) => {
    const known = underWay.get(region) ?? findOrMake(store, kind, region, make).finally(() => underWay.delete(region));
    underWay.set(region, known);
    return known;
  };
}

/** That of a Region, if it was made already. */
export function findMade<K extends keyof Documents>(
  tx: Transaction,
  kind: K,
  region: string,
): Promise<Documents[K] | undefined> {
  return tx.documents.find(kind, scopeOf(region), ID);
}

async function findOrMake<K extends keyof Documents>(
  store: Store,
  kind: K,
  region: string,
  make: (region: string) => Promise<Documents[K]>,
): Promise<Documents[K]> {
  const found = await store.transaction((tx) => findMade(tx, kind, region));
  if (found) return found;
  const made = await make(region);
  // Not in a transaction while it is made: it would hold up all others. So another process may have been first.
  return store.transaction(async (tx) => {
    const first = await findMade(tx, kind, region);
    if (first) return first;
    await tx.documents.put(kind, scopeOf(region), ID, made);
    return made;
  });
}

/** No account's. */
function scopeOf(region: string): Scope {
  return { account: '', region };
}
