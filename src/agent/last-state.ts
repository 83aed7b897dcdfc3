/**
 * What a host's agent still knows after a restart: `agent.sqlite` in its directory, readable by its owner alone.
 *
 *   host         token_key           the key under which session tokens of this host are made
 *   instance     InstanceId, known   what was last desired of each instance, and where it answers
 *   region_keys  region, keys        what signs for the instances of a Region
 *
 * It promises: what `save` has written survives the end of the process at any moment. After a power failure the last
 * writes may be missing; the control plane then tells them again. It is for one process at a time.
 */

import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { DesiredInstance, ImdsEndpoints, RegionKeys } from '../model.ts';

/** An instance as its host knows it. `endpoints` are its last ones, kept over a stop, for it to have them again. */
export type KnownInstance = { desired: DesiredInstance; endpoints: ImdsEndpoints };

export type LastState = {
  /** 32 random bytes, made with the file. INVARIANT: never logged. */
  readonly tokenKey: Uint8Array;
  /** @throws LastStateError when the file is damaged */
  instances(): KnownInstance[];
  /** Adds or replaces `known` and forgets `gone`: all of it or nothing. */
  save(known: KnownInstance[], gone: string[]): void;
  /** By Region. INVARIANT: never logged. @throws LastStateError when the file is damaged */
  regionKeys(): Map<string, RegionKeys>;
  /** Adds or replaces those of a Region. */
  saveRegionKeys(region: string, keys: RegionKeys): void;
  close(): void;
};

/** The file cannot be used. The message is one sentence for people; what SQLite said is the cause. */
export class LastStateError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'LastStateError';
  }
}

/** Marks the file as ours: `OIMA` in ASCII. */
const APPLICATION_ID = 0x4f494d41;

/** What makes each version of the file from the one before it. One that was released is never edited. */
const VERSIONS = [
  `CREATE TABLE host (token_key BLOB NOT NULL) STRICT;
   CREATE TABLE instance (InstanceId TEXT PRIMARY KEY, known TEXT NOT NULL) STRICT;
   PRAGMA application_id = ${APPLICATION_ID}`,
  // An instance had one subnet, that of its only network interface.
  `CREATE TABLE region_keys (region TEXT PRIMARY KEY, keys TEXT NOT NULL) STRICT;
   UPDATE instance SET known = json_remove(
     json_set(known, '$.desired.Subnets', json_array(json_extract(known, '$.desired.Subnet'))), '$.desired.Subnet')`,
];

/**
 * Opens the last state in `directory`, and makes both when they are missing.
 *
 * @throws LastStateError when the file is not ours, damaged, of a newer version, in use, or cannot be written
 */
export function openLastState(directory: string): LastState {
  const file = join(directory, 'agent.sqlite');
  let database: DatabaseSync | undefined;
  try {
    makePrivate(directory, file);
    database = new DatabaseSync(file);
    prepare(database, file);
    return lastState(database, file);
  } catch (error) {
    database?.close();
    throw named(error, file);
  }
}

/**
 * Made before SQLite opens it, so that it is private from its first byte; its log takes over the same mode. Only ever
 * made here: closing a file that this process has open elsewhere would take away SQLite's lock on it.
 */
function makePrivate(directory: string, file: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function prepare(database: DatabaseSync, file: string): void {
  // EXCLUSIVE before WAL: the log's index then lives in memory, and a second process is refused instead of waiting.
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  const application = pragma(database, 'application_id');
  const isEmpty = database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  const isNew = isEmpty && application === 0;
  const version = isNew ? 0 : pragma(database, 'user_version');
  if (!isNew && application !== APPLICATION_ID) throw new LastStateError(foreign(file));
  if (version > VERSIONS.length) throw new LastStateError(`${file} was written by a newer OpenIMDS: start that one`);
  if (version < VERSIONS.length) bringForward(database, version);
}

/** @param version 0 for a file that has just been made */
function bringForward(database: DatabaseSync, version: number): void {
  inTransaction(database, () => {
    for (const step of VERSIONS.slice(version)) database.exec(step);
    if (version === 0) database.prepare('INSERT INTO host (token_key) VALUES (?)').run(randomBytes(32));
    database.exec(`PRAGMA user_version = ${VERSIONS.length}`);
  });
}

function lastState(database: DatabaseSync, file: string): LastState {
  const host = database.prepare('SELECT token_key FROM host').get() as { token_key: Uint8Array };
  const all = database.prepare('SELECT known FROM instance');
  const put = database.prepare(
    'INSERT INTO instance (InstanceId, known) VALUES (?, ?) ON CONFLICT DO UPDATE SET known = excluded.known',
  );
  const forget = database.prepare('DELETE FROM instance WHERE InstanceId = ?');
  const allKeys = database.prepare('SELECT region, keys FROM region_keys');
  const putKeys = database.prepare(
    'INSERT INTO region_keys (region, keys) VALUES (?, ?) ON CONFLICT DO UPDATE SET keys = excluded.keys',
  );
  /** Rows as a statement selects them, each as `parse` reads it. */
  const read = <T>(statement: StatementSync, parse: (row: Record<string, string>) => T): T[] => {
    try {
      return statement.all().map((row) => parse(row as Record<string, string>));
    } catch (error) {
      throw named(error, file);
    }
  };
  return {
    tokenKey: host.token_key,
    instances: () => read(all, ({ known = '' }) => JSON.parse(known) as KnownInstance),
    save(known, gone) {
      inTransaction(database, () => {
        for (const { desired, endpoints } of known) {
          put.run(desired.instance.InstanceId, JSON.stringify({ desired, endpoints }));
        }
        for (const InstanceId of gone) forget.run(InstanceId);
      });
    },
    regionKeys: () => new Map(read(allKeys, ({ region = '', keys = '' }) => [region, JSON.parse(keys) as RegionKeys])),
    saveRegionKeys(region, keys) {
      putKeys.run(region, JSON.stringify(keys));
    },
    close: () => database.close(),
  };
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    // Some failures, such as a full disk, have rolled back already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function pragma(database: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

function named(error: unknown, file: string): LastStateError {
  return error instanceof LastStateError ? error : new LastStateError(explain(error, file), { cause: error });
}

function explain(error: unknown, file: string): string {
  const { errcode, code } = error as { errcode?: number; code?: string };
  // The lower byte is SQLite's kind of error, the others say more of it.
  const kind = errcode === undefined ? undefined : errcode & 0xff;
  if (kind === SQLITE_BUSY) return `${file} is in use by another process: stop that one first`;
  if (kind === SQLITE_NOTADB) return foreign(file);
  if (kind === SQLITE_CORRUPT || error instanceof SyntaxError) {
    return `${file} is damaged: remove it, and instances get their metadata services anew from the control plane`;
  }
  return `${file} cannot be used (${code ?? 'unknown reason'})`;
}

function foreign(file: string): string {
  return `${file} was not made by OpenIMDS: move it away, or choose another directory`;
}
