/**
 * `openimds status`: whether a control plane answers, how it is set, and how many instances it has.
 */

import { instancePages, readHealth, regionOf, type Target } from './control-plane.ts';
import { aligned } from './ls.ts';
import { printable } from './printable.ts';

export async function printStatus(target: Target): Promise<number> {
  const health = await readHealth(target);
  const rows = [
    ['address', target.address],
    ['status', health.status],
    ['version', health.version],
    ['rules', health.rules],
    ['strict', health.strict ? 'yes' : 'no'],
    ['substrate', health.substrate],
    ['instances', `${await countStates(target)} in ${regionOf(process.env)}`],
  ];
  process.stdout.write(`${aligned(rows).map(printable).join('\n')}\n`);
  return 0;
}

/** For example `3 running, 1 stopped`. */
async function countStates(target: Target): Promise<string> {
  const counts = new Map<string, number>();
  for await (const page of instancePages(target)) {
    for (const { State } of page) counts.set(State, (counts.get(State) ?? 0) + 1);
  }
  return [...counts].map(([State, count]) => `${count} ${State}`).join(', ') || 'none';
}
