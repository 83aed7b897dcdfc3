/**
 * The file of SQLite's store: `store.sqlite` in the state directory, made when it is missing, refused when it is not ours.
 *
 * It promises: whoever opens it has it alone until the process ends, however it ends; it and its directory are readable
 * by their owner only; what is not ours, or newer than we are, is left as it was found.
 */

import { closeSync, existsSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrations } from './migrations/index.ts';
import {
  ForeignStateError,
  NewerStateError,
  StateError,
  StateInUseError,
  UnwritableStateError,
} from './state-errors.ts';

const FILE = 'store.sqlite';

/** Marks a database as ours: `OIMD` in ASCII. */
const APPLICATION_ID = 0x4f494d44;

/**
 * Opens the store's file in `directory`, with every migration applied.
 *
 * @throws StateInUseError, ForeignStateError, NewerStateError, UnwritableStateError
 */
export function openStoreFile(directory: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    makePrivate(directory);
    db = new DatabaseSync(join(directory, FILE));
    lock(db);
    recognise(db, directory);
    configure(db);
    migrate(db);
    return db;
  } catch (error) {
    db?.close();
    throw error instanceof StateError ? error : named(error, directory);
  }
}

/**
 * Brings a database to the newest schema, each migration in a transaction of its own.
 *
 * @param steps only tests give others than all
 */
export function migrate(db: DatabaseSync, steps: readonly string[] = migrations): void {
  for (let version = versionOf(db); version < steps.length; version++) {
    // The mark goes in with the first tables: a database that has one but not the other is not ours.
    db.exec(`BEGIN IMMEDIATE; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version + 1}`);
    try {
      db.exec(steps[version] as string);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}

/** One by one: told to do it by itself, Node 24 never ends where a file system like /proc refuses. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  mkdirSync(directory, { mode: 0o700 });
}

/** Makes the directory and the file, if they are missing, for their owner only. */
function makePrivate(directory: string): void {
  makeDirectory(directory);
  const present = readdirSync(directory);
  if (present.includes(FILE)) return;
  // A file system of its own is never quite empty.
  const foreign = present.filter((name) => name !== 'lost+found');
  if (foreign[0] !== undefined) throw new ForeignStateError(directory, foreign[0]);
  // Made before SQLite opens it, so that it is private from its first byte; the log beside it gets the same mode. Only
  // ever made, never opened: closing a file that SQLite has open would take away its locks.
  closeSync(openSync(join(directory, FILE), 'wx', 0o600));
}

/** INVARIANT: set before anything is read, so that the first read takes the lock and only the process's end gives it up. */
function lock(db: DatabaseSync): void {
  db.exec('PRAGMA locking_mode = EXCLUSIVE');
}

/** Nothing has been written when this throws. A database with nothing in it is one that we were killed while making. */
function recognise(db: DatabaseSync, directory: string): void {
  const application = pragma(db, 'application_id');
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (application !== APPLICATION_ID && !(isEmpty && application === 0)) throw new ForeignStateError(directory, FILE);
  const found = versionOf(db);
  if (found > migrations.length) throw new NewerStateError(directory, { found, known: migrations.length });
}

/**
 * NORMAL: a commit has been written when it returns, and is on the disk once the write-ahead log has been flushed
 * (`write-ahead-log.ts`); a checkpoint flushes in the order that SQLite needs. What SQLite needs to undo a statement stays in memory, so that nothing but
 * the state directory has to be writable.
 */
function configure(db: DatabaseSync): void {
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -32768;
    PRAGMA temp_store = MEMORY;
  `);
}

function versionOf(db: DatabaseSync): number {
  return pragma(db, 'user_version');
}

function pragma(db: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}

const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

/** READONLY, IOERR, FULL, CANTOPEN, PERM, AUTH. */
const CANNOT_WRITE: ReadonlySet<number> = new Set([8, 10, 13, 14, 3, 23]);

/** What the system or SQLite said, as one of our errors where it is one. */
function named(error: unknown, directory: string): unknown {
  if (!(error instanceof Error)) return error;
  const { errcode, syscall } = error as Error & { errcode?: number; syscall?: string };
  if (errcode === undefined) {
    if (syscall === undefined) return error;
    // Node's messages go on with the call and the path after a comma.
    return new UnwritableStateError(directory, error.message.replace(/, .*/s, ''), error);
  }
  // The lower byte is the kind of error, the rest its details.
  const kind = errcode & 0xff;
  if (kind === SQLITE_BUSY) return new StateInUseError(directory, error);
  if (kind === SQLITE_NOTADB) return new ForeignStateError(directory, FILE, error);
  return CANNOT_WRITE.has(kind) ? new UnwritableStateError(directory, error.message, error) : error;
}
