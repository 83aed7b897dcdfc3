/**
 * What the queue promises of the disk: nothing settles before its commit has been flushed.
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

/** Resolves when all that is waiting has been committed, if not flushed. */
const committed = () => new Promise((resolve) => setImmediate(resolve));

test('a change settles, and wakes, only once it is on the disk; and so does what has read it', async () => {
  const { queue, insert, flushes, settled } = slowDisk();
  const done = insert('first');
  await committed();
  const read = queue.add(async () => {}).then(() => settled.push('read'));
  await committed();
  expect(settled).toEqual([]);
  for (const flush of flushes) flush.resolve();
  await Promise.all([done, read]);
  expect(settled.sort()).toEqual(['first', 'read', 'revisions']);
});

test('reading waits for no disk where nothing has to be flushed', async () => {
  const { queue, flushes } = slowDisk();
  expect(await queue.add(async () => 'read')).toBe('read');
  expect(flushes).toEqual([]);
});

test('the queue goes on while the disk is slow, and is idle only when nothing has to be flushed any more', async () => {
  const { db, queue, insert, flushes, settled } = slowDisk();
  void insert('first');
  await committed();
  void insert('second');
  await committed();
  expect(db.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 2 });
  const idle = queue.idle().then(() => settled.push('idle'));
  for (const flush of flushes) flush.resolve();
  await idle;
  expect(settled.filter((each) => each !== 'revisions')).toEqual(['first', 'second', 'idle']);
});

test('when the disk fails, whoever waited for it is told', async () => {
  const { insert, flushes, settled } = slowDisk();
  const done = insert('first');
  await committed();
  flushes[0]?.reject(new Error('no more disk'));
  await done;
  expect(settled).toEqual(['first rejected: no more disk']);
});

test('after that nothing is written any more, nor read what may not be there', async () => {
  const { db, insert, flushes, queue } = slowDisk();
  const done = insert('first');
  await committed();
  flushes[0]?.reject(new Error('no more disk'));
  await done;
  await expect(queue.add(async () => 'read')).rejects.toThrow('a commit could not be flushed to the disk');
  await insert('second');
  expect(db.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 1 });
  await queue.idle();
});
