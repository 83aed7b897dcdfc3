/**
 * Waiting until commits are on the disk, beside the process's other work instead of in its way.
 *
 * SQLite with `synchronous=FULL` flushes its write-ahead log inside COMMIT, while no socket is served: milliseconds on a
 * busy disk. Here SQLite only writes the log, and it is flushed by a thread, one flush for all that was committed before
 * it began. Whoever waits for `flush` has what FULL promises: the commit survives a loss of power.
 *
 * After a flush has failed every later one does: the system may have dropped the pages, and what is written behind a gap
 * is lost with it.
 */

import { type FileHandle, open } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';

export type WriteAheadLog = {
  /** Resolves when all that was committed before the call is on the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

/**
 * The log of a database in WAL mode; while it is open, SQLite never replaces that file. A database in memory has none, and
 * nothing to wait for.
 */
export function writeAheadLog(db: DatabaseSync): WriteAheadLog {
  const database = db.location();
  if (database === null) return { async flush() {}, async close() {} };
  const path = `${database}-wal`;
  let file: FileHandle | undefined;
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let failed: { cause: unknown } | undefined;

  async function flushNow(): Promise<void> {
    running = next ?? running;
    next = undefined;
    if (failed) throw new Error('an earlier commit could not be flushed to the disk', failed);
    try {
      file ??= await open(path);
      await file.datasync();
    } catch (cause) {
      failed = { cause };
      throw cause;
    }
  }

  return {
    flush() {
      // The flush that is running may have begun before the caller's commit: only the next one is sure to have it.
      next ??= running.then(flushNow, flushNow);
      return next;
    },
    async close() {
      await running.catch(() => {});
      await file?.close();
    },
  };
}
