/**
 * Tags of any resource of a scope.
 *
 * A tag of an instance also carries the instance's order of launch, which is what makes a page of instances by tag cheap
 * (`instance-page.ts`).
 */

import type { Transaction as Database } from 'kysely';
import type { Scope, Tag } from '../../model.ts';
import type { TaggedResource, Tags } from '../store.ts';
import type { Tables } from '../tables.ts';
import { chunks } from './chunks.ts';

/** Conditions joined by OR in one statement; databases bound their depth. */
const MOST_TERMS = 100;

export function tagsIn(db: Database<Tables>): Tags {
  return {
    async put(scope, resource, tags) {
      if (tags.length === 0) return;
      const launch = await launchOf(db, scope, resource);
      const { account, region } = scope;
      const rows = tags.map(({ Key, Value }) => ({ account, region, ...resource, Key, Value, launch }));
      await db
        .insertInto('tags')
        .values(rows)
        .onConflict((conflict) =>
          conflict
            .columns(['account', 'region', 'ResourceId', 'Key'])
            .doUpdateSet((eb) => ({ Value: eb.ref('excluded.Value') })),
        )
        .execute();
    },

    async remove({ account, region }, ResourceId, tags) {
      for (const some of chunks(tags, MOST_TERMS)) {
        await db
          .deleteFrom('tags')
          .where((eb) => eb.and({ account, region, ResourceId }))
          .where((eb) => eb.or(some.map(({ Key, Value }) => eb.and({ Key, ...(Value !== undefined && { Value }) }))))
          .execute();
      }
    },

    async of({ account, region }, resourceIds) {
      const found = new Map<string, Tag[]>();
      for (const ids of chunks(new Set(resourceIds))) {
        const rows = await db
          .selectFrom('tags')
          .select(['ResourceId', 'Key', 'Value'])
          .where((eb) => eb.and({ account, region }))
          .where('ResourceId', 'in', ids)
          .execute();
        for (const { ResourceId, Key, Value } of rows) {
          const tags = found.get(ResourceId) ?? [];
          found.set(ResourceId, tags);
          tags.push({ Key, Value });
        }
      }
      // Sorted here: databases order text by bytes, which is not the order of code units.
      for (const tags of found.values()) tags.sort((a, b) => (a.Key < b.Key ? -1 : 1));
      return found;
    },

    page({ account, region }, { after, limit }) {
      return db
        .selectFrom('tags')
        .select(['ResourceId', 'ResourceType', 'Key', 'Value'])
        .where((eb) => eb.and({ account, region }))
        .$if(after !== undefined, (query) =>
          query.where((eb) =>
            eb(eb.refTuple('ResourceId', 'Key'), '>', eb.tuple(after?.ResourceId ?? '', after?.Key ?? '')),
          ),
        )
        .orderBy('ResourceId')
        .orderBy('Key')
        .limit(limit)
        .execute();
    },
  };
}

async function launchOf(
  db: Database<Tables>,
  { account, region }: Scope,
  { ResourceId, ResourceType }: TaggedResource,
): Promise<number | null> {
  if (ResourceType !== 'instance') return null;
  const row = await db
    .selectFrom('instances')
    .select('launch')
    .where((eb) => eb.and({ InstanceId: ResourceId, account, region }))
    .executeTakeFirst();
  if (!row) throw new Error(`${ResourceId} is tagged before it exists`);
  return row.launch;
}
