/**
 * Which numbers of a pool are given to whom.
 *
 *   first ········ next ················ last
 *   given once,    never given, but for what `takeOne`
 *   some released  took, and `takeBlocks` from above
 *
 * Giving goes upwards from `next`; only at the end of the pool does it come back to what was released, lowest first.
 * INVARIANT: `taken` of a pool is the number of its addresses that have an owner, so that nobody ever counts them.
 */

import type { Transaction as Database } from 'kysely';
import type { Addresses } from '../store.ts';
import type { Tables } from '../tables.ts';
import { chunks } from './chunks.ts';

type Range = { first: number; last: number };

/** How many numbers are looked at in one go where some are taken already. */
const WINDOW = 250;

export function addressesIn(db: Database<Tables>): Addresses {
  return {
    async take(SubnetId, range, owners) {
      const start = Math.max(await lockPool(db, SubnetId, range.first), range.first);
      const fresh = await neverGiven(db, SubnetId, { first: start, last: range.last }, owners.length);
      const again = await released(db, SubnetId, range, owners.length - fresh.length);
      const numbers = [...fresh, ...again];
      await give(db, SubnetId, numbers, owners);
      const next = (fresh.at(-1) ?? start - 1) + 1;
      await movePool(db, SubnetId, { next, given: numbers.length });
      return numbers;
    },

    async takeBlocks(SubnetId, range, owners) {
      const next = await lockPool(db, SubnetId, 0);
      const blocks = await freeBlocks(db, SubnetId, range, owners.length);
      const within = Array.from({ length: range.size }, (_, index) => index);
      const numbers = blocks.flatMap((first) => within.map((index) => first + index));
      await give(
        db,
        SubnetId,
        numbers,
        owners.flatMap((owner) => within.map(() => owner)),
      );
      await movePool(db, SubnetId, { next, given: numbers.length });
      return blocks;
    },

    async takeOne(SubnetId, number, owner) {
      const next = await lockPool(db, SubnetId, 0);
      const given = await db
        .insertInto('addresses')
        .values({ SubnetId, number, owner })
        .onConflict((conflict) =>
          conflict.columns(['SubnetId', 'number']).doUpdateSet({ owner }).where('addresses.owner', 'is', null),
        )
        .returning('number')
        .execute();
      if (given.length === 0) return false;
      await movePool(db, SubnetId, { next, given: 1 });
      return true;
    },

    async ownerOf(SubnetId, number) {
      await lockPool(db, SubnetId, 0);
      const row = await db
        .selectFrom('addresses')
        .select('owner')
        .where((eb) => eb.and({ SubnetId, number }))
        .executeTakeFirst();
      return row?.owner ?? undefined;
    },

    async release(owners, pool) {
      for (const some of chunks(owners)) {
        const rows = await db
          .updateTable('addresses')
          .set({ owner: null })
          .where('owner', 'in', some)
          .$if(pool !== undefined, (query) => query.where('SubnetId', '=', pool as string))
          .returning('SubnetId')
          .execute();
        for (const [SubnetId, { length }] of Map.groupBy(rows, (row) => row.SubnetId)) {
          await db
            .updateTable('address_pools')
            .set((eb) => ({ taken: eb('taken', '-', length) }))
            .where('SubnetId', '=', SubnetId)
            .execute();
        }
      }
    },

    async taken(pools) {
      const counts = new Map<string, number>();
      for (const ids of chunks(pools)) {
        const rows = await db
          .selectFrom('address_pools')
          .select(['SubnetId', 'taken'])
          .where('SubnetId', 'in', ids)
          .where('taken', '>', 0)
          .execute();
        for (const { SubnetId, taken } of rows) counts.set(SubnetId, taken);
      }
      return counts;
    },
  };
}

/** Makes the pool if need be and returns its `next`. Transactions side by side wait for each other here. */
async function lockPool(db: Database<Tables>, SubnetId: string, first: number): Promise<number> {
  const { next } = await db
    .insertInto('address_pools')
    .values({ SubnetId, next: first, taken: 0 })
    .onConflict((conflict) => conflict.column('SubnetId').doUpdateSet({ SubnetId }))
    .returning('next')
    .executeTakeFirstOrThrow();
  return next;
}

async function movePool(
  db: Database<Tables>,
  SubnetId: string,
  { next, given }: { next: number; given: number },
): Promise<void> {
  await db
    .updateTable('address_pools')
    .set((eb) => ({ next, taken: eb('taken', '+', given) }))
    .where('SubnetId', '=', SubnetId)
    .execute();
}

async function neverGiven(
  db: Database<Tables>,
  SubnetId: string,
  { first, last }: Range,
  count: number,
): Promise<number[]> {
  const numbers: number[] = [];
  let from = first;
  while (numbers.length < count && from <= last) {
    const to = Math.min(last, from + Math.max(WINDOW, count - numbers.length) - 1);
    const rows = await db
      .selectFrom('addresses')
      .select('number')
      .where('SubnetId', '=', SubnetId)
      .where('number', '>=', from)
      .where('number', '<=', to)
      .execute();
    const given = new Set(rows.map((row) => row.number));
    for (let number = from; number <= to && numbers.length < count; number++) {
      if (!given.has(number)) numbers.push(number);
    }
    from = to + 1;
  }
  return numbers;
}

async function released(db: Database<Tables>, SubnetId: string, range: Range, count: number): Promise<number[]> {
  if (count === 0) return [];
  const rows = await db
    .selectFrom('addresses')
    .select('number')
    .where('SubnetId', '=', SubnetId)
    .where('owner', 'is', null)
    .where('number', '>=', range.first)
    .where('number', '<=', range.last)
    .orderBy('number')
    .limit(count)
    .execute();
  return rows.map((row) => row.number);
}

/** The first numbers of blocks of which nothing has an owner, the highest first. */
async function freeBlocks(
  db: Database<Tables>,
  SubnetId: string,
  { first, last, size }: Range & { size: number },
  count: number,
): Promise<number[]> {
  const found: number[] = [];
  const lowest = Math.ceil(first / size);
  let end = Math.floor((last + 1) / size);
  while (found.length < count && end > lowest) {
    const begin = Math.max(lowest, end - Math.max(Math.ceil(WINDOW / size), count - found.length));
    const rows = await db
      .selectFrom('addresses')
      .select('number')
      .where('SubnetId', '=', SubnetId)
      .where('owner', 'is not', null)
      .where('number', '>=', begin * size)
      .where('number', '<', end * size)
      .execute();
    const taken = new Set(rows.map((row) => Math.floor(row.number / size)));
    for (let block = end - 1; block >= begin && found.length < count; block--) {
      if (!taken.has(block)) found.push(block * size);
    }
    end = begin;
  }
  return found;
}

/** Each number to one of the owners, in order. */
async function give(db: Database<Tables>, SubnetId: string, numbers: number[], owners: string[]): Promise<void> {
  const rows = numbers.map((number, index) => ({ SubnetId, number, owner: owners[index] as string }));
  for (const some of chunks(rows)) {
    await db
      .insertInto('addresses')
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(['SubnetId', 'number']).doUpdateSet((eb) => ({ owner: eb.ref('excluded.owner') })),
      )
      .execute();
  }
}
