/**
 * Where a connection comes from, read from the headers of the packet that opened it.
 *
 * IPv4: time to live in byte 8, source in bytes 12 to 15. IPv6: hop limit in byte 7, source in bytes 8 to 23.
 */

import type { Origin } from '../../imds/request-record.ts';

/** What systems begin with: Unix and its kin, Windows, and the most that there is. */
const FIRST_TTLS = [64, 128, 255];

/** @param packet its IP header and what follows; undefined for what is none */
export function originIn(packet: Uint8Array): Origin | undefined {
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4 && packet.length >= 20) return origin(packet[8] as number, packet.subarray(12, 16));
  if (version === 6 && packet.length >= 40) return origin(packet[7] as number, packet.subarray(8, 24));
  return undefined;
}

/** Each router takes one away. The way from the sender to the next machine is a hop too, on which nothing is taken. */
function origin(ttl: number, source: Uint8Array): Origin {
  const first = FIRST_TTLS.find((each) => each >= ttl) as number;
  // A copy: the packet is overwritten by the next one.
  return { hops: first - ttl + 1, sourceIp: new Uint8Array(source) };
}
