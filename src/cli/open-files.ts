/**
 * How many files this process may have open (`ulimit -n`), and who may have how many of them.
 */

import { readFileSync } from 'node:fs';

/** What the process itself has open: files of the state, pipes, what Node waits with. */
const OWN = 32;
const MOST_API_CONNECTIONS = 1024;

export type Shares = { apiConnections: number; metadataServices: number };

/** The soft limit, which Node raises to the hard one at its start; infinite where the system does not say it. */
export function openFilesLimit(): number {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** A quarter for the API, as far as it has use for it, and the rest for listeners and clients of instances. */
export function shareOpenFiles(limit: number): Shares {
  const free = Math.max(16, limit - OWN);
  const apiConnections = Math.min(MOST_API_CONNECTIONS, Math.floor(free / 4));
  return { apiConnections, metadataServices: free - apiConnections };
}
