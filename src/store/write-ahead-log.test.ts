/**
 * Flushing a real log: what resolves has been flushed, and after a failure nothing resolves any more.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { writeAheadLog } from './write-ahead-log.ts';

let directory: string;
let db: DatabaseSync;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'openimds-wal-'));
  db = new DatabaseSync(join(directory, 'a.sqlite'));
  db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  onTestFinished(async () => {
    db.close();
    await rm(directory, { recursive: true, force: true });
  });
});

test('after a failed flush every later one fails, with its cause, and the log can still be closed', async () => {
  const log = writeAheadLog(db);
  // SQLite makes the log with its first change; before that there is none to flush.
  await expect(log.flush()).rejects.toThrow('ENOENT');
  db.exec('CREATE TABLE t (a)');
  await expect(log.flush()).rejects.toThrow('an earlier commit could not be flushed to the disk');
  await log.close();
});

test('any number of callers share a flush, each with all that was committed before it called', async () => {
  const log = writeAheadLog(db);
  db.exec('CREATE TABLE t (a)');
  const first = log.flush();
  expect(log.flush()).toBe(first);
  await first;
  db.exec('INSERT INTO t VALUES (1)');
  const second = log.flush();
  expect(second).not.toBe(first);
  await second;
  await log.close();
});

test('a database in memory has nothing to wait for', async () => {
  const log = writeAheadLog(new DatabaseSync(':memory:'));
  await log.flush();
  await log.close();
});
