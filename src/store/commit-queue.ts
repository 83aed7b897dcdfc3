/**
 * Transactions of one SQLite connection, one after the other, committed in groups.
 *
 *   add ──> waiting ──> BEGIN, work, work, … COMMIT ──> all of the group settle
 *
 * A commit waits for the disk and work does not, so what waits together is committed together. INVARIANT: nothing settles
 * before its group's commit is on the disk. Work in company has a savepoint of its own: when it rejects it takes no other
 * with it, unless SQLite has given up the whole group, as it may when the disk is full; then all of the group reject.
 */

import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work in a transaction, undone when it rejects; it calls `onRevision` if it takes a revision. */
export type Work<T> = (onRevision: () => void) => Promise<T>;

export type CommitQueue = {
  add<T>(work: Work<T>): Promise<T>;
  /** Resolves when nothing is waiting. */
  idle(): Promise<void>;
};

/** Large enough to hide the disk's waiting, small enough that the process does not stand still for long. */
const LARGEST_GROUP = 16;

type Job = { attempt: Work<() => void>; reject: (reason: unknown) => void };

/** @param onRevisions called after each commit in which work that succeeded took a revision */
export function commitQueue(db: DatabaseSync, onRevisions: () => void): CommitQueue {
  const waiting: Job[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      await commit(waiting.splice(0, LARGEST_GROUP));
      // Work never leaves the queue of microtasks: whoever waits for a socket gets a turn here.
      if (waiting.length > 0) await nextTurn();
    }
    running = undefined;
  }

  async function commit(jobs: Job[]): Promise<void> {
    const outcomes: Outcome[] = [];
    try {
      db.exec('BEGIN IMMEDIATE');
      for (const job of jobs) outcomes.push(await attempt(db, job, jobs.length === 1));
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      for (const job of jobs) job.reject(error);
      return;
    }
    for (const { settle } of outcomes) settle();
    if (outcomes.some((outcome) => outcome.tookRevision)) onRevisions();
  }

  return {
    add<T>(work: Work<T>) {
      return new Promise<T>((resolve, reject) => {
        const attempt: Job['attempt'] = async (onRevision) => {
          const result = await work(onRevision);
          return () => resolve(result);
        };
        waiting.push({ attempt, reject });
        running ??= run();
      });
    },
    async idle() {
      await running;
    },
  };
}

/** What work came to: `settle` tells whoever asked for it, once it is committed. */
type Outcome = { settle: () => void; tookRevision: boolean };

/**
 * @param alone whether undoing it is undoing the group: then it needs no savepoint, which makes large work much faster
 * @throws when the whole group has to be undone
 */
async function attempt(db: DatabaseSync, job: Job, alone: boolean): Promise<Outcome> {
  let tookRevision = false;
  if (!alone) db.exec('SAVEPOINT work');
  try {
    const settle = await job.attempt(() => {
      tookRevision = true;
    });
    if (!alone) db.exec('RELEASE work');
    return { settle, tookRevision };
  } catch (error) {
    if (alone || !db.isTransaction) throw error;
    db.exec('ROLLBACK TO work; RELEASE work');
    return { settle: () => job.reject(error), tookRevision: false };
  }
}
