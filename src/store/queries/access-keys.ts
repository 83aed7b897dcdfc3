/**
 * Access keys: found by their id, which is unique over all accounts.
 */

import type { Transaction as Database } from 'kysely';
import type { AccessKey } from '../../model.ts';
import type { Transaction } from '../store.ts';
import type { Tables } from '../tables.ts';

export function accessKeysIn(db: Database<Tables>): Transaction['accessKeys'] {
  return {
    async find(AccessKeyId) {
      const row = await db
        .selectFrom('access_keys')
        .select('document')
        .where('AccessKeyId', '=', AccessKeyId)
        .executeTakeFirst();
      return row && (JSON.parse(row.document) as AccessKey);
    },

    async put(key) {
      const columns = { account: key.principal.account, document: JSON.stringify(key) };
      await db
        .insertInto('access_keys')
        .values({ AccessKeyId: key.AccessKeyId, ...columns })
        .onConflict((conflict) => conflict.column('AccessKeyId').doUpdateSet(columns))
        .execute();
    },

    async remove(AccessKeyId) {
      await db.deleteFrom('access_keys').where('AccessKeyId', '=', AccessKeyId).execute();
    },

    async ofAccount(account) {
      const rows = await db
        .selectFrom('access_keys')
        .select('document')
        .where('account', '=', account)
        .orderBy('AccessKeyId')
        .execute();
      return rows.map((row) => JSON.parse(row.document) as AccessKey);
    },
  };
}
