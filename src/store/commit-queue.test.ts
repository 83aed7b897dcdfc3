/**
 * What the queue promises of the disk: nothing settles before its commit has been flushed, and reading waits for nothing.
 */

import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { commitQueue } from './commit-queue.ts';

/** A queue on a real database, with a disk that is as slow as the test wants. */
function slowDisk() {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE t (a)');
  const flushes: PromiseWithResolvers<void>[] = [];
  const settled: string[] = [];
  const queue = commitQueue(db, {
    flush() {
      const flush = Promise.withResolvers<void>();
      flushes.push(flush);
      return flush.promise;
    },
    onRevisions: () => settled.push('revisions'),
  });
  const insert = (name: string) =>
    queue
      .add(async (onRevision) => {
        db.exec(`INSERT INTO t VALUES ('${name}')`);
        onRevision();
      })
      .then(
        () => settled.push(name),
        (error: Error) => settled.push(`${name} rejected: ${error.message}`),
      );
  return { db, queue, insert, flushes, settled };
}

test('a change settles, and wakes, only once it is on the disk', async () => {
  const { queue, insert, flushes, settled } = slowDisk();
  const done = insert('first');
  // Reading comes after the change in the queue, and waits for no disk.
  expect(await queue.add(async () => 'read')).toBe('read');
  expect(settled).toEqual([]);
  expect(flushes).toHaveLength(1);
  flushes[0]?.resolve();
  await done;
  expect(settled.sort()).toEqual(['first', 'revisions']);
});

test('the queue goes on while the disk is slow, and is idle only when nothing has to be flushed any more', async () => {
  const { db, queue, insert, flushes, settled } = slowDisk();
  void insert('first');
  await queue.add(async () => {});
  void insert('second');
  await queue.add(async () => {});
  expect(db.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 2 });
  const idle = queue.idle().then(() => settled.push('idle'));
  flushes[0]?.resolve();
  flushes[1]?.resolve();
  await idle;
  expect(settled.filter((each) => each !== 'revisions')).toEqual(['first', 'second', 'idle']);
});

test('when the disk fails, whoever waited for it is told', async () => {
  const { insert, flushes, settled, queue } = slowDisk();
  const done = insert('first');
  await queue.add(async () => {});
  flushes[0]?.reject(new Error('no more disk'));
  await done;
  expect(settled).toEqual(['first rejected: no more disk']);
});
