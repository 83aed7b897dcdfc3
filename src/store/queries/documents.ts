/**
 * Documents: small resources, each one JSON text, found by kind, scope and id.
 *
 * What is asked for many at once is one statement, whatever its length; a statement costs more than reading a row does.
 */

import type { Transaction as Database } from 'kysely';
import type { Scope } from '../../model.ts';
import type { Documents, DocumentTable } from '../store.ts';
import type { Tables } from '../tables.ts';
import { chunks } from './chunks.ts';
import { readDocument } from './read-document.ts';

export function documentsIn(db: Database<Tables>): DocumentTable {
  return {
    async find<K extends keyof Documents>(kind: K, { account, region }: Scope, id: string) {
      const row = await db
        .selectFrom('documents')
        .select('document')
        .where('kind', '=', kind)
        .where('account', '=', account)
        .where('region', '=', region)
        .where('id', '=', id)
        .executeTakeFirst();
      return row && readDocument<Documents[K]>(nameOf(kind, { account, region }, id), row.document);
    },

    async get<K extends keyof Documents>(kind: K, { account, region }: Scope, ids: readonly string[]) {
      const found = new Map<string, Documents[K]>();
      for (const some of chunks(new Set(ids))) {
        const rows = await db
          .selectFrom('documents')
          .select(['id', 'document'])
          .where('kind', '=', kind)
          .where('account', '=', account)
          .where('region', '=', region)
          .where('id', 'in', some)
          .execute();
        for (const { id, document } of rows) {
          found.set(id, readDocument(nameOf(kind, { account, region }, id), document));
        }
      }
      return found;
    },

    async list<K extends keyof Documents>(kind: K, { account, region }: Scope) {
      const rows = await db
        .selectFrom('documents')
        .select('document')
        .where((eb) => eb.and({ kind, account, region }))
        .orderBy('created')
        .execute();
      return rows.map((row) => JSON.parse(row.document) as Documents[K]);
    },

    async count(kind, { account, region }) {
      const row = await db
        .selectFrom('documents')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where((eb) => eb.and({ kind, account, region }))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },

    async put(kind, { account, region }, id, value) {
      const document = JSON.stringify(value);
      await db
        .insertInto('documents')
        .values({ kind, account, region, id, document })
        .onConflict((conflict) => conflict.columns(['kind', 'account', 'region', 'id']).doUpdateSet({ document }))
        .execute();
    },

    async remove(kind, { account, region }, id) {
      await db
        .deleteFrom('documents')
        .where((eb) => eb.and({ kind, account, region, id }))
        .execute();
    },
  };
}

/** Only the id, which is last, can be any text. */
function nameOf(kind: keyof Documents, { account, region }: Scope, id: string): string {
  return `${kind} ${account} ${region} ${id}`;
}
