/**
 * Waiting until commits are on the disk, beside the process's other work instead of in its way.
 *
 * SQLite with `synchronous=FULL` flushes its write-ahead log inside COMMIT, while no socket is served: milliseconds on a
 * busy disk. Here SQLite only writes the log, and it is flushed by a thread, one flush for all that was committed before
 * it began. Whoever waits for `flush` has what FULL promises: the commit survives a loss of power.
 */

import { closeSync, fdatasync, openSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';

const datasync = promisify(fdatasync);

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
  // Opened now, so that a flush can fail for the disk's reasons only, and not for want of a file descriptor.
  const file = openSync(`${database}-wal`, 'a+', 0o600);
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  async function flushNow(): Promise<void> {
    running = next ?? running;
    next = undefined;
    await datasync(file);
  }

  return {
    flush() {
      // The flush that is running may have begun before the caller's commit: only the next one is sure to have it.
      next ??= running.then(flushNow, flushNow);
      return next;
    },
    async close() {
      await running.catch(() => {});
      closeSync(file);
    },
  };
}
