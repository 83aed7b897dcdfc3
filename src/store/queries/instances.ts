/**
 * Instances: a row each, with what they are found by in columns and the whole of them as a document.
 *
 * INVARIANT: columns and document are written from the same object, here and nowhere else (`rowOf`). What is read is the
 * document; only documents that are returned are parsed.
 */

import type { Transaction as Database } from 'kysely';
import type { Instance } from '../../model.ts';
import type { Instances } from '../store.ts';
import type { InstanceColumns, Tables } from '../tables.ts';
import { chunks } from './chunks.ts';
import { forgetTerminated } from './forget-terminated.ts';
import { pageOf, pageOfInstances } from './instance-page.ts';

/** As many rows as keep an INSERT well below any bound on parameters. */
const ROWS_OF_AN_INSERT = 40;

export function instancesIn(db: Database<Tables>): Instances {
  return {
    async insert(instances) {
      for (const some of chunks(instances, ROWS_OF_AN_INSERT)) {
        await db.insertInto('instances').values(some.map(rowOf)).execute();
      }
    },

    get: (scope, ids) => byId(db, ids, (row) => row.account === scope.account && row.region === scope.region),

    async update(instances) {
      for (const instance of instances) {
        const { InstanceId, account, region, ...columns } = rowOf(instance);
        const { numUpdatedRows } = await db
          .updateTable('instances')
          .set(columns)
          .where((eb) => eb.and({ InstanceId, account, region }))
          .executeTakeFirst();
        if (numUpdatedRows !== 1n) throw new Error(`${InstanceId} is updated and does not exist`);
      }
    },

    page: (scope, query) => pageOfInstances(db, scope, query),

    async ofReservation({ account, region }, ReservationId) {
      const rows = await db
        .selectFrom('instances')
        .select('document')
        .where((eb) => eb.and({ account, region, ReservationId }))
        .execute();
      return rows.map(parse).sort((a, b) => a.AmiLaunchIndex - b.AmiLaunchIndex);
    },

    async changedAfter(host, revision, limit) {
      const rows = await db
        .selectFrom('instances')
        .select('document')
        .where('host', '=', host)
        .where('revision', '>', revision)
        .orderBy('revision')
        .orderBy('launch')
        .limit(limit)
        .execute();
      return rows.map(parse);
    },

    async due(nowMs, limit) {
      const rows = await db
        .selectFrom('instances')
        .select('document')
        .where('dueAtMs', '<=', nowMs)
        .orderBy('dueAtMs')
        .orderBy('launch')
        .limit(limit)
        .execute();
      return rows.map(parse);
    },

    async withProfile(account, { after = 0, limit, ...which }) {
      const rows = await db
        .selectFrom('instances')
        .select(['launch', 'document'])
        .where('account', '=', account)
        .where('launch', '>', after)
        .where((eb) =>
          'InstanceProfileName' in which
            ? eb('InstanceProfileName', '=', which.InstanceProfileName)
            : eb.and([
                eb('region', '=', which.region),
                eb('AssociationId', 'is not', null),
                ...(which.associations ? [eb('AssociationId', 'in', which.associations)] : []),
              ]),
        )
        .orderBy('launch')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit);
    },

    onHost: (host, ids) => byId(db, ids, (row) => row.host === host),

    forgetTerminated: (beforeMs) => forgetTerminated(db, beforeMs),
  };
}

function rowOf(instance: Instance): InstanceColumns {
  const { MetadataOptions } = instance;
  return {
    account: instance.account,
    region: instance.region,
    InstanceId: instance.InstanceId,
    ReservationId: instance.ReservationId,
    ImageId: instance.ImageId,
    InstanceType: instance.InstanceType,
    KeyName: instance.KeyName ?? null,
    AvailabilityZone: instance.AvailabilityZone,
    SubnetId: instance.SubnetId,
    VpcId: instance.VpcId,
    State: instance.State,
    HttpTokens: MetadataOptions.HttpTokens,
    HttpPutResponseHopLimit: String(MetadataOptions.HttpPutResponseHopLimit),
    HttpEndpoint: MetadataOptions.HttpEndpoint,
    HttpProtocolIpv4: MetadataOptions.HttpProtocolIpv4,
    HttpProtocolIpv6: MetadataOptions.HttpProtocolIpv6,
    InstanceMetadataTags: MetadataOptions.InstanceMetadataTags,
    host: instance.host,
    revision: instance.revision,
    terminatedAtMs: instance.terminatedAtMs ?? null,
    dueAtMs: instance.dueAtMs ?? null,
    InstanceProfileName: instance.IamInstanceProfile?.InstanceProfileName ?? null,
    AssociationId: instance.IamInstanceProfile?.AssociationId ?? null,
    document: JSON.stringify(instance),
  };
}

type Found = { launch: number; account: string; region: string; host: string; document: string };

/**
 * Those of the ids that are `wanted`, in order of launch. The ids are all that is asked of the database: beside a scope or
 * a host, one without statistics would rather walk all that is in it than look up a list.
 */
async function byId(db: Database<Tables>, ids: string[], wanted: (row: Found) => boolean): Promise<Instance[]> {
  const found: Found[] = [];
  for (const some of chunks(new Set(ids))) {
    const rows = await db
      .selectFrom('instances')
      .select(['launch', 'account', 'region', 'host', 'document'])
      .where('InstanceId', 'in', some)
      .execute();
    found.push(...rows.filter(wanted));
  }
  return found.sort((a, b) => a.launch - b.launch).map(parse);
}

function parse({ document }: { document: string }): Instance {
  return JSON.parse(document) as Instance;
}
