/**
 * `openimds probe --netns PATH -- URL …`: what can be seen of metadata services from within a network namespace, as JSON.
 *
 * `openimds explain` and `openimds doctor` run it; nobody else needs it. It says in its sentence why it cannot get there.
 */

import { enterNamespace } from '../../agent/substrates/kernel.ts';
import { Failure } from '../failure.ts';
import { countHops } from './hop-count.ts';
import { isConnected, observe, type Seen } from './observe.ts';

/** @throws Failure */
export async function printProbe(urls: string[], { netns }: { netns: string }): Promise<number> {
  enter(netns);
  const seen = await Promise.all(urls.map(observe));
  // It waits in place: after all else.
  process.stdout.write(`${JSON.stringify(seen.map(withHops))}\n`);
  return 0;
}

function enter(path: string): void {
  try {
    enterNamespace(path);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      EPERM: 'only root may enter it, for example with sudo',
      EACCES: 'only root may enter it, for example with sudo',
      EINVAL: 'it is no network namespace',
      ENOENT: 'it is not on this machine, or no longer; run this where its `openimds up` runs',
    };
    throw new Failure(reasons[code] ?? message);
  }
}

function withHops(seen: Seen): Seen {
  if (!isConnected(seen.get)) return seen;
  const { hostname, port } = new URL(seen.url);
  const hops = countHops({ address: hostname.replace(/[[\]]/g, ''), port: Number(port || 80) });
  return hops === undefined ? seen : { ...seen, hops };
}
