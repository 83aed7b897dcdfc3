/**
 * The store on SQLite: the contract of every store.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqliteStore } from './sqlite.ts';
import { storeContract } from './store.contract.ts';
import type { OpenStore } from './testing.ts';

const open: OpenStore = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'openimds-store-'));
  let store = await openSqliteStore(directory);
  onTestFinished(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });
  return {
    store,
    async reopen() {
      await store.close();
      store = await openSqliteStore(directory);
      return store;
    },
  };
};

storeContract('SQLite', open);
