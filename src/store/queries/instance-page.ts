/**
 * A page of instances in order of launch, with conditions: fast when nearly all match, and when nearly none do.
 *
 *   some condition matches few?  ── yes ──>  look at those only
 *             │ no
 *             └──────────────────────────>  walk along the order of launch until the page is full
 *
 * Looking at the few is quick because they are few, and the walk is quick because there are many. Only conditions that
 * hold for many each and for few together make a walk over the whole account, and that reads an index, no documents.
 */

import {
  type Transaction as Database,
  type Expression,
  type ExpressionBuilder,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
} from 'kysely';
import type { Instance, Scope } from '../../model.ts';
import type { InstanceCondition, InstanceField, InstanceQuery } from '../store.ts';
import type { Tables } from '../tables.ts';

/** Up to so many matches of a condition are few. */
const FEW = 1000;

/** Fields with an index of their own. */
const INDEXED: ReadonlySet<InstanceField> = new Set(['InstanceId', 'ReservationId', 'State', 'HttpTokens']);

/** @returns instances, and in `next` the place of the last of them when more follow */
export async function pageOfInstances(
  db: Database<Tables>,
  scope: Scope,
  { after = 0, limit, where }: InstanceQuery,
): Promise<{ instances: Instance[]; next?: number }> {
  if (where.some((condition) => valuesOf(condition).length === 0)) return { instances: [] };
  const few = await fewMatching(db, { scope, after, where });
  const rows = await db
    .selectFrom('instances')
    .select(['launch', 'document'])
    .where((eb) => eb.and({ account: scope.account, region: scope.region }))
    .where('launch', '>', after)
    .where((eb) => eb.and(where.map((condition) => holds(eb, condition))))
    .$if(few !== undefined, (query) => query.where('launch', 'in', few as Launches))
    .orderBy('launch')
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit);
}

/** @param rows one more than the limit where there are more */
export function pageOf(
  rows: readonly { launch: number; document: string }[],
  limit: number,
): { instances: Instance[]; next?: number } {
  const instances = rows.slice(0, limit).map((row) => JSON.parse(row.document) as Instance);
  const last = rows[limit - 1];
  return rows.length > limit && last ? { instances, next: last.launch } : { instances };
}

/** What launches match the first of the conditions that few match; undefined when there is no such condition. */
async function fewMatching(
  db: Database<Tables>,
  { scope, after, where }: { scope: Scope; after: number; where: InstanceCondition[] },
): Promise<Launches | undefined> {
  for (const condition of where) {
    const launches = matching(db, { scope, after, condition });
    if (launches && (await launches.limit(FEW + 1).execute()).length <= FEW) return launches;
  }
  return undefined;
}

type Launches =
  | SelectQueryBuilder<Tables, 'instances', { launch: number }>
  | SelectQueryBuilder<Tables, 'tags', { launch: number }>;

/** The launches that an index finds for a condition, in no order; undefined where no index helps. */
function matching(
  db: Database<Tables>,
  { scope: { account, region }, after, condition }: { scope: Scope; after: number; condition: InstanceCondition },
): Launches | undefined {
  if ('field' in condition) {
    if (!INDEXED.has(condition.field)) return undefined;
    const instances = db.selectFrom('instances').select('launch').where(condition.field, 'in', condition.oneOf);
    // An InstanceId is unique without its scope, and found by itself alone.
    if (condition.field === 'InstanceId') return instances;
    return instances.where((eb) => eb.and({ account, region })).where('launch', '>', after);
  }
  const tags = db
    .selectFrom('tags')
    .select((eb) => eb.ref('launch').$notNull().as('launch'))
    .where((eb) => eb.and({ account, region }))
    .where('launch', '>', after);
  if ('tagKey' in condition) return tags.where('Key', 'in', condition.tagKey);
  return tags.where('Key', '=', condition.tag).where('Value', 'in', condition.oneOf);
}

/** Whether an instance of the outer query meets a condition. */
function holds(eb: ExpressionBuilder<Tables, 'instances'>, condition: InstanceCondition): Expression<SqlBool> {
  if ('field' in condition) {
    // Concatenated with nothing, so that no index of one field is chosen for the walk: it would have to go back to the
    // rows for every other condition, and `instances_in_scope` has them all.
    return eb(sql<string>`${eb.ref(condition.field)} || ''`, 'in', condition.oneOf);
  }
  const tags = eb
    .selectFrom('tags')
    .select('tags.Key')
    .whereRef('tags.account', '=', 'instances.account')
    .whereRef('tags.region', '=', 'instances.region')
    .whereRef('tags.ResourceId', '=', 'instances.InstanceId');
  if ('tagKey' in condition) return eb.exists(tags.where('tags.Key', 'in', condition.tagKey));
  return eb.exists(tags.where('tags.Key', '=', condition.tag).where('tags.Value', 'in', condition.oneOf));
}

function valuesOf(condition: InstanceCondition): string[] {
  return 'tagKey' in condition ? condition.tagKey : condition.oneOf;
}
