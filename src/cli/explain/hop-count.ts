/**
 * How many hops it is from here to a service: the smallest IP TTL (IPv6: hop limit) with which a connection comes about.
 *
 * One hop is the next machine itself; each router on the way adds one. Some are tried at once, each with a connection that is
 * closed again and asks for nothing. It waits in place, so it is for a process that has nothing else to do.
 */

import { closeSync } from 'node:fs';
import { beginConnect, connectResults } from '../../agent/substrates/kernel.ts';

export type Service = { address: string; port: number };

const AT_ONCE = 8;
/** As far as HttpPutResponseHopLimit goes. */
const MOST_HOPS = 64;
/** A router says at once that a packet has come too far; one that says nothing is waited for so long. */
const PATIENCE_MS = 1000;
const LOOK_AGAIN_MS = 20;

/** @returns undefined where no connection comes about */
export function countHops(service: Service): number | undefined {
  for (let first = 1; first <= MOST_HOPS; first += AT_ONCE) {
    const hops = smallestThatConnects(service, first);
    if (hops !== undefined) return hops;
  }
  return undefined;
}

/** Of `AT_ONCE` in a row. */
function smallestThatConnects(service: Service, first: number): number | undefined {
  const connecting = new Map<number, number>();
  const connected = new Set<number>();
  const until = Date.now() + PATIENCE_MS;
  try {
    for (let hops = first; hops < first + AT_ONCE; hops++) connecting.set(hops, beginConnect(service, hops));
    while (!isDecided(connecting, connected) && Date.now() < until) {
      const waiting = [...connecting];
      const results = connectResults(
        waiting.map(([, fd]) => fd),
        LOOK_AGAIN_MS,
      );
      waiting.forEach(([hops, fd], index) => {
        if (results[index] === undefined) return;
        if (results[index] === 'connected') connected.add(hops);
        connecting.delete(hops);
        closeSync(fd);
      });
    }
  } finally {
    for (const fd of connecting.values()) closeSync(fd);
  }
  return connected.size === 0 ? undefined : Math.min(...connected);
}

/** Nothing below the smallest that connected is still on its way. */
function isDecided(connecting: ReadonlyMap<number, number>, connected: ReadonlySet<number>): boolean {
  const least = Math.min(...connected);
  return [...connecting.keys()].every((hops) => hops > least);
}
