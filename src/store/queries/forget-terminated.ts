/**
 * Forgetting instances that were terminated long enough ago, and what only they needed.
 *
 * A client token goes with the last instance of the launch that it was used for: as long as one is left, the same request
 * must find it again.
 */

import type { Transaction as Database } from 'kysely';
import type { Instance, Scope } from '../../model.ts';
import type { Tables } from '../tables.ts';
import { chunks } from './chunks.ts';

/** The action whose client tokens launch instances; ids of `client-token` documents begin with it. */
const LAUNCHING = 'RunInstances';

/** @returns how many were forgotten */
export async function forgetTerminated(db: Database<Tables>, beforeMs: number): Promise<number> {
  const rows = await db.deleteFrom('instances').where('terminatedAtMs', '<', beforeMs).returning('document').execute();
  const gone = rows.map((row) => JSON.parse(row.document) as Instance);
  for (const some of Map.groupBy(gone, ({ account, region }) => `${account} ${region}`).values()) {
    const { account, region } = some[0] as Instance;
    await forgetTags(db, { account, region }, some);
    await forgetClientTokens(db, { account, region }, some);
  }
  return gone.length;
}

async function forgetTags(db: Database<Tables>, { account, region }: Scope, gone: Instance[]): Promise<void> {
  for (const ids of chunks(gone.map((instance) => instance.InstanceId))) {
    await db
      .deleteFrom('tags')
      .where((eb) => eb.and({ account, region }))
      .where('ResourceId', 'in', ids)
      .execute();
  }
}

async function forgetClientTokens(db: Database<Tables>, { account, region }: Scope, gone: Instance[]): Promise<void> {
  const tokens = new Map(
    gone.flatMap(({ ReservationId, ClientToken }) => (ClientToken === undefined ? [] : [[ReservationId, ClientToken]])),
  );
  for (const reservations of chunks(tokens.keys())) {
    const left = await db
      .selectFrom('instances')
      .select('ReservationId')
      .where((eb) => eb.and({ account, region }))
      .where('ReservationId', 'in', reservations)
      .execute();
    for (const { ReservationId } of left) tokens.delete(ReservationId);
  }
  for (const ids of chunks(Array.from(tokens.values(), (token) => `${LAUNCHING}/${token}`))) {
    await db
      .deleteFrom('documents')
      .where((eb) => eb.and({ kind: 'client-token', account, region }))
      .where('id', 'in', ids)
      .execute();
  }
}
