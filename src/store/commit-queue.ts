/**
 * Transactions of one SQLite connection, one after the other, committed in groups.
 *
 *   add ──> waiting ──> BEGIN, work, work, … COMMIT ──> flush ──> all of the group settle
 *
 * INVARIANT: nothing settles before its group's commit is on the disk, nor before what it may have read is. SQLite only
 * writes; waiting for the disk is `flush`, which other groups and everybody else's sockets do not wait for. Work in
 * company has a savepoint of its own: when it rejects it takes no other with it, unless SQLite has given up the whole
 * group, as it may when the disk is full; then all of the group reject.
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

/** Large enough to share the cost of a commit, small enough that the process does not stand still for long. */
const LARGEST_GROUP = 16;

type Job = { attempt: Work<() => void>; reject: (reason: unknown) => void };

export type Disk = {
  /** Resolves when all that was committed before the call is on the disk. */
  flush(): Promise<void>;
  /** Called after each group in which work that succeeded took a revision, once it is on the disk. */
  onRevisions(): void;
};

export function commitQueue(db: DatabaseSync, { flush, onRevisions }: Disk): CommitQueue {
  const waiting: Job[] = [];
  const flushing = new Set<Promise<void>>();
  const count = db.prepare('SELECT total_changes() AS changes');
  const changes: Changes = () => count.get()?.changes;
  let running: Promise<void> | undefined;
  let broken: { cause: unknown } | undefined;

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
      if (broken)
        throw new Error('a commit could not be flushed to the disk; start again once the disk is well', broken);
      db.exec('BEGIN IMMEDIATE');
      for (const job of jobs) outcomes.push(await attempt(db, job, { changes, alone: jobs.length === 1 }));
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      for (const job of jobs) job.reject(error);
      return;
    }
    if (flushing.size > 0 || outcomes.some((outcome) => outcome.changed)) settleOnceFlushed(outcomes);
    else settleAll(outcomes);
  }

  function settleOnceFlushed(outcomes: Outcome[]): void {
    const flushed = flush()
      .then(
        () => settleAll(outcomes),
        // It may be on the disk or not. The system may have dropped what it could not write, and what is written behind a
        // gap is lost with it: so nothing more is written, and nothing is read that may be gone.
        (cause: unknown) => {
          broken ??= { cause };
          for (const outcome of outcomes) outcome.reject(cause);
        },
      )
      .finally(() => flushing.delete(flushed));
    flushing.add(flushed);
  }

  function settleAll(outcomes: Outcome[]): void {
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
      await Promise.all(flushing);
    },
  };
}

/** How many rows the connection has ever changed. */
type Changes = () => unknown;

/** What work came to: `settle` tells whoever asked for it, once it is committed. */
type Outcome = {
  settle: () => void;
  reject: (reason: unknown) => void;
  tookRevision: boolean;
  /** Whether there is anything of it to be flushed. */
  changed: boolean;
};

/**
 * @param alone whether undoing it is undoing the group: then it needs no savepoint, which makes large work much faster
 * @throws when the whole group has to be undone
 */
async function attempt(
  db: DatabaseSync,
  job: Job,
  { changes, alone }: { changes: Changes; alone: boolean },
): Promise<Outcome> {
  let tookRevision = false;
  const before = changes();
  const { reject } = job;
  if (!alone) db.exec('SAVEPOINT work');
  try {
    const settle = await job.attempt(() => {
      tookRevision = true;
    });
    if (!alone) db.exec('RELEASE work');
    return { settle, reject, tookRevision, changed: changes() !== before };
  } catch (error) {
    if (alone || !db.isTransaction) throw error;
    db.exec('ROLLBACK TO work; RELEASE work');
    return { settle: () => reject(error), reject, tookRevision: false, changed: false };
  }
}
