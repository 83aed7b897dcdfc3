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
import { startProgress } from '../progress.ts';
import { type Check, runChecks } from './checks.ts';
import { removeLeftovers, removeOwn } from './throw-away.ts';

export type DoctorOptions = { state: string; output: 'table' | 'json' };

export async function doctor({ state, output }: DoctorOptions): Promise<number> {
  const { signal, ended } = untilSignal();
  const progress = startProgress('looking at this machine');
  let checks: Check[];
  try {
    await removeLeftovers().catch(ignore);
    checks = await runChecks(state, { say: progress.say, signal });
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
  const remedies = checks.flatMap(({ name, remedy, needed }) =>
    remedy === undefined ? [] : [`${name}: ${remedy}. Without it: ${needed ? LOOPBACK : 'fewer instances at a time'}.`],
  );
  const verdict = netns
    ? 'Instances can be network namespaces here: openimds up --substrate netns'
    : 'Instances cannot be network namespaces here; they can be loopback addresses, on which no hop limit is enforced.';
  return [...aligned(rows), '', ...remedies, ...(remedies.length > 0 ? [''] : []), verdict].map(printable).join('\n');
}

const LOOPBACK = '`openimds up` on loopback';
