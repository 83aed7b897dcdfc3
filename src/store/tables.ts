/**
 * The tables as the queries see them; `migrations/` makes them, and `migrations/schema.sql` is what comes out.
 *
 * Columns that are fields of AWS's have AWS's names. `document` is a whole object as JSON text; the columns beside it are
 * there to find it and always say the same as it does.
 */

import type { Generated } from 'kysely';
import type { InstanceField } from './store.ts';

export type Tables = {
  instances: InstanceColumns & {
    /** The order of launch: grows with each instance and is never given twice. */
    launch: Generated<number>;
  };
  documents: {
    /** The order of creation. */
    created: Generated<number>;
    kind: string;
    account: string;
    region: string;
    id: string;
    document: string;
  };
  tags: {
    account: string;
    region: string;
    ResourceId: string;
    ResourceType: string;
    Key: string;
    Value: string;
    /** That of the instance, so that instances are found by their tags in order of launch; null for other resources. */
    launch: number | null;
  };
  /** Every address that was ever given; `owner` is null once it is released. Pools are called SubnetId whatever they hold. */
  addresses: { SubnetId: string; number: number; owner: string | null };
  /** How far into a pool the giving has come: `next` and what follows was given by `takeOne` and `takeBlocks` only. */
  address_pools: { SubnetId: string; next: number; taken: number };
  access_keys: { AccessKeyId: string; account: string; document: string };
  /** One row: the last revision that was taken. */
  revisions: { last: number };
};

export type InstanceColumns = Record<Exclude<InstanceField, 'KeyName'>, string> & {
  account: string;
  region: string;
  KeyName: string | null;
  host: string;
  revision: number;
  terminatedAtMs: number | null;
  dueAtMs: number | null;
  InstanceProfileName: string | null;
  AssociationId: string | null;
  document: string;
};
