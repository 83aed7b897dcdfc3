/**
 * `openimds probe -- URL …`: what of a metadata service can be seen from where it runs, as JSON. It is what `openimds explain`
 * and `openimds doctor` run inside of network namespaces; nobody else needs it.
 */

import { isConnected, observe, type Seen } from './observe.ts';

export async function printProbe(urls: string[]): Promise<number> {
  const seen = await Promise.all(urls.map(observe));
  // It needs calls of the kernel, and waits in place: after all else.
  const { countHops } = await import('./hop-count.ts');
  process.stdout.write(`${JSON.stringify(seen.map((each) => withHops(each, countHops)))}\n`);
  return 0;
}

function withHops(seen: Seen, count: (service: { address: string; port: number }) => number | undefined): Seen {
  if (!isConnected(seen.get)) return seen;
  const { hostname, port } = new URL(seen.url);
  const hops = count({ address: hostname.replace(/[[\]]/g, ''), port: Number(port || 80) });
  return hops === undefined ? seen : { ...seen, hops };
}
