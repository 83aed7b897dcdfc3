/**
 * `openimds doctor`: what this machine can do for OpenIMDS, what is missing, and how to get it.
 *
 * It really tries things, in throw-away namespaces that it takes away again whatever happens, also on a signal. The status is
 * 0 when instances can be network namespaces here (`openimds up --substrate netns`), and 1 when not.
 */

import { constants } from 'node:os';
import { aligned } from '../ls.ts';
import { format } from '../output.ts';
import { printable } from '../printable.ts';
import { type Progress, startProgress } from '../progress.ts';
import { type Check, obstacles } from './check.ts';
import { checkForNetns, checkOpenFiles, checkStateDirectory } from './machine-checks.ts';
import { checkHopLimit, checkNetwork } from './network-checks.ts';
import { removeLeftovers, removeOwn } from './throw-away.ts';

export type DoctorOptions = { state: string; output: 'table' | 'json' };

export async function doctor({ state, output }: DoctorOptions): Promise<number> {
  const { signal, ended } = untilSignal();
  const progress = startProgress('looking at this machine');
  let checks: Check[];
  try {
    await removeLeftovers().catch(ignore);
    checks = await runChecks(state, progress, signal);
  } catch (error) {
    if (signal.aborted) return ended();
    throw error;
  } finally {
    await removeOwn().catch(ignore);
    progress.end();
  }
  const netns = checks.every(({ status, needed }) => status === 'ok' || !needed);
  const shown = output === 'json' ? await format({ netns, checks }, 'json') : text(checks, netns);
  process.stdout.write(`${shown}\n`);
  return netns ? 0 : 1;
}

async function runChecks(state: string, progress: Progress, signal: AbortSignal): Promise<Check[]> {
  const there = await checkForNetns();
  progress.say('trying network namespaces');
  const works = await checkNetwork(obstacles(there));
  signal.throwIfAborted();
  progress.say('trying a hop limit behind a router');
  const hops = await checkHopLimit(obstacles([...there, ...works]), signal);
  return [...there, checkOpenFiles(), checkStateDirectory(state), ...works, ...hops];
}

/** Without `ip`, or without the right to, nothing was made that could be left. */
function ignore(): void {}

/** The first signal ends what is tried; the status is then what shells have for it. */
function untilSignal(): { signal: AbortSignal; ended: () => number } {
  const controller = new AbortController();
  let status = 1;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      status = 128 + constants.signals[signal];
      controller.abort();
    });
  }
  return { signal: controller.signal, ended: () => status };
}

function text(checks: Check[], netns: boolean): string {
  const rows = checks.map(({ name, status, found }) => [name, status, found]);
  const remedies = checks.flatMap(({ name, remedy, without }) =>
    remedy === undefined ? [] : [`${name}: ${remedy}. Without it: ${without}.`],
  );
  const verdict = netns
    ? 'Instances can be network namespaces here: openimds up --substrate netns'
    : 'Instances cannot be network namespaces here; they can be loopback addresses, on which no hop limit is enforced.';
  return [...aligned(rows), '', ...remedies, ...(remedies.length > 0 ? [''] : []), verdict].map(printable).join('\n');
}
