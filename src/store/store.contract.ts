/**
 * What every store promises (`store.ts`), as tests that each of them runs: here transactions, revisions and wake-ups, and
 * from here the suites of what a transaction holds.
 */

import { describe, expect, test } from 'vitest';
import type { Scope } from '../model.ts';
import { instancesContract } from './instances.contract.ts';
import { modelContract } from './model.contract.ts';
import { resourcesContract } from './resources.contract.ts';
import type { Store, Transaction } from './store.ts';
import { type OpenStore, SCOPE, sampleInstance } from './testing.ts';

/** @param open gives a new, empty store, and ends it with the running test */
export function storeContract(name: string, open: OpenStore): void {
  describe(name, () => {
    transactionsContract(open);
    revisionsContract(open);
    instancesContract(open);
    resourcesContract(open);
    modelContract(open);
  });
}

const put = (tx: Transaction, id: string, resourceId: string, scope: Scope = SCOPE) =>
  tx.documents.put('client-token', scope, id, { digest: 'd', resourceId });

const read = (store: Store, id: string) =>
  store.transaction(async (tx) => (await tx.documents.find('client-token', SCOPE, id))?.resourceId);

function transactionsContract(open: OpenStore): void {
  describe('a transaction', () => {
    test('that rejects leaves no trace and rejects with the same error', async () => {
      const { store } = await open();
      const instance = sampleInstance();
      const failure = new Error('no');
      const attempt = store.transaction(async (tx) => {
        await tx.nextRevision();
        await tx.instances.insert([instance]);
        await tx.tags.put(SCOPE, { ResourceId: instance.InstanceId, ResourceType: 'instance' }, [
          { Key: 'a', Value: 'b' },
        ]);
        await tx.addresses.take('subnet-1', { first: 4, last: 9 }, [instance.InstanceId]);
        await put(tx, 'x', 'y');
        throw failure;
      });
      await expect(attempt).rejects.toBe(failure);
      const left = await store.transaction(async (tx) => ({
        instances: await tx.instances.page(SCOPE, { limit: 10, where: [] }),
        tags: await tx.tags.page(SCOPE, { limit: 10 }),
        taken: await tx.addresses.taken(['subnet-1']),
        document: await tx.documents.find('client-token', SCOPE, 'x'),
        next: await tx.addresses.take('subnet-1', { first: 4, last: 9 }, ['somebody']),
      }));
      expect(left).toEqual({
        instances: { instances: [] },
        tags: [],
        taken: new Map(),
        document: undefined,
        next: [4],
      });
    });

    test('in which a query failed rejects, even if the work goes on', async () => {
      const { store } = await open();
      const instance = sampleInstance();
      const attempt = store.transaction(async (tx) => {
        await put(tx, 'x', 'before');
        await tx.instances.insert([instance, instance]).catch(() => {});
      });
      const other = store.transaction((tx) => put(tx, 'y', 'after'));
      await expect(attempt).rejects.toThrow();
      await other;
      expect(await read(store, 'x')).toBeUndefined();
      expect(await read(store, 'y')).toBe('after');
    });

    test('that rejects takes no other with it', async () => {
      const { store } = await open();
      const ids = Array.from({ length: 40 }, (_, index) => String(index));
      const fails = (id: string) => Number(id) % 3 === 0;
      const outcomes = await Promise.allSettled(
        ids.map((id) =>
          store.transaction(async (tx) => {
            await put(tx, id, id);
            if (fails(id)) throw new Error(id);
            return id;
          }),
        ),
      );
      expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'rejected'))).toEqual(
        ids.map((id) => (fails(id) ? 'rejected' : id)),
      );
      for (const id of ids) expect(await read(store, id)).toBe(fails(id) ? undefined : id);
    });

    test('that resolved survives reopening', async () => {
      const { store, reopen } = await open();
      const instance = sampleInstance();
      await store.transaction((tx) => tx.instances.insert([instance]));
      const reopened = await reopen();
      expect(await reopened.transaction((tx) => tx.instances.get(SCOPE, [instance.InstanceId]))).toEqual([instance]);
    });

    test('sees its own changes', async () => {
      const { store } = await open();
      const seen = await store.transaction(async (tx) => {
        await put(tx, 'x', 'mine');
        return tx.documents.find('client-token', SCOPE, 'x');
      });
      expect(seen?.resourceId).toBe('mine');
    });

    test('never sees what another has not committed', async () => {
      const { store } = await open();
      const undone = store.transaction(async (tx) => {
        await put(tx, 'x', 'uncommitted');
        await tx.documents.list('vpc', SCOPE);
        throw new Error('undone');
      });
      const others = Array.from({ length: 20 }, () => read(store, 'x'));
      await expect(undone).rejects.toThrow('undone');
      expect(new Set(await Promise.all(others))).toEqual(new Set([undefined]));
    });

    test('loses no change that another makes at the same time', async () => {
      const { store } = await open();
      const increment = () =>
        store.transaction(async (tx) => {
          const count = Number((await tx.documents.find('client-token', SCOPE, 'count'))?.resourceId ?? 0);
          await put(tx, 'count', String(count + 1));
        });
      await Promise.all(Array.from({ length: 50 }, increment));
      expect(await read(store, 'count')).toBe('50');
    });

    test('inside another is refused, since it would wait for itself', async () => {
      const { store } = await open();
      await expect(store.transaction(() => read(store, 'x'))).rejects.toThrow('inside a transaction');
      expect(await read(store, 'x')).toBeUndefined();
    });

    test('may leave something behind that asks for another once it has ended', async () => {
      const { store } = await open();
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      let later: Promise<unknown> | undefined;
      await store.transaction(async (tx) => {
        await put(tx, 'x', 'y');
        later = ended.then(() => read(store, 'x'));
      });
      end();
      expect(await later).toBe('y');
    });

    test('cannot be used once it has ended', async () => {
      const { store } = await open();
      let kept: Transaction | undefined;
      await store.transaction(async (tx) => {
        kept = tx;
      });
      await expect(put(kept as Transaction, 'x', 'late')).rejects.toThrow();
      expect(await read(store, 'x')).toBeUndefined();
    });
  });

  describe('closing', () => {
    test('lets end what was asked for before and refuses what comes after', async () => {
      const { store, reopen } = await open();
      const before = store.transaction((tx) => put(tx, 'x', 'in time'));
      const closing = store.close();
      await expect(read(store, 'x')).rejects.toThrow('closed');
      await Promise.all([before, closing, store.close()]);
      expect(await read(await reopen(), 'x')).toBe('in time');
    });
  });
}

function revisionsContract(open: OpenStore): void {
  describe('a revision', () => {
    test('is greater than every one taken before, by anybody and before reopening', async () => {
      const { store, reopen } = await open();
      const taken = await Promise.all(Array.from({ length: 20 }, () => store.transaction((tx) => tx.nextRevision())));
      const [two, three] = await store.transaction(async (tx) => [await tx.nextRevision(), await tx.nextRevision()]);
      const reopened = await reopen();
      const last = await reopened.transaction((tx) => tx.nextRevision());
      const all = [...taken.sort((a, b) => a - b), two, three, last] as number[];
      expect(all.every((revision, index) => index === 0 || revision > (all[index - 1] as number))).toBe(true);
      expect(all[0]).toBeGreaterThan(0);
    });

    test('becomes visible in its order: whoever asks after the last one seen misses none', async () => {
      const { store } = await open();
      const writing = Array.from({ length: 40 }, () =>
        store.transaction(async (tx) => {
          const revision = await tx.nextRevision();
          await tx.instances.insert([sampleInstance({ revision })]);
          return revision;
        }),
      );
      const seen: number[] = [];
      while (seen.length < writing.length) {
        const instances = await store.transaction((tx) => tx.instances.changedAfter('local', seen.at(-1) ?? 0, 3));
        seen.push(...instances.map((instance) => instance.revision));
        if (instances.length === 0) await Promise.race(writing.slice(seen.length));
      }
      expect(seen).toEqual((await Promise.all(writing)).sort((a, b) => a - b));
    });
  });

  describe('subscribers', () => {
    const change = (store: Store) => store.transaction((tx) => tx.nextRevision());

    test('are woken after a commit that took a revision, and then see it', async () => {
      const { store } = await open();
      const instance = sampleInstance();
      const { promise: seen, resolve } = Promise.withResolvers<number>();
      store.subscribe(() => {
        resolve(store.transaction(async (tx) => (await tx.instances.get(SCOPE, [instance.InstanceId])).length));
      });
      await store.transaction(async (tx) => {
        await tx.nextRevision();
        await tx.instances.insert([instance]);
      });
      expect(await seen).toBe(1);
    });

    test('are not woken by a transaction that took none or rejected', async () => {
      const { store } = await open();
      let wakes = 0;
      store.subscribe(() => wakes++);
      await store.transaction((tx) => put(tx, 'x', 'y'));
      const rejected = store.transaction(async (tx) => {
        await tx.nextRevision();
        throw new Error('no');
      });
      await expect(rejected).rejects.toThrow('no');
      expect(wakes).toBe(0);
      await untilWoken(store, () => change(store));
      expect(wakes).toBe(1);
    });

    test('are not woken once another that was woken with them has ended it', async () => {
      const { store } = await open();
      let wakes = 0;
      store.subscribe(() => end());
      const end = store.subscribe(() => wakes++);
      await untilWoken(store, () => change(store));
      expect(wakes).toBe(0);
    });

    test('are not woken once they have ended it, and others still are', async () => {
      const { store } = await open();
      let wakes = 0;
      const end = store.subscribe(() => wakes++);
      await untilWoken(store, () => change(store));
      end();
      await untilWoken(store, () => change(store));
      expect(wakes).toBe(1);
    });
  });
}

/** Resolves once a subscriber that came last has been woken by `act`. */
async function untilWoken(store: Store, act: () => Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = store.subscribe(resolve);
  await act();
  await promise;
  end();
}
