/**
 * Flushing a real log: whoever waits has what was committed before on the disk.
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
