/**
 * Finding documents, each at most once: a thousand instances of one launch share their surroundings.
 *
 * It is for one look at the store, within a transaction; nothing is remembered beyond it.
 */

import type { Scope } from '../model.ts';
import type { Documents, Transaction } from '../store/store.ts';

export type Find = <K extends keyof Documents>(kind: K, id: string) => Promise<Documents[K] | undefined>;

export function findOnce(tx: Transaction, scope: Scope): Find {
  const found = new Map<string, Promise<unknown>>();
  return <K extends keyof Documents>(kind: K, id: string) => {
    const key = `${kind} ${id}`;
    const known = found.get(key) ?? tx.documents.find(kind, scope, id);
    found.set(key, known);
    return known as Promise<Documents[K] | undefined>;
  };
}
