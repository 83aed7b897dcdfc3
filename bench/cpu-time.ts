/**
 * CPU time of a process: what is its own on a machine that does other things too. Linux only.
 */

import { readFileSync } from 'node:fs';

/** With that of the programs that it has run and seen end. Linux counts in hundredths of a second. */
export function cpuMs(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
}
