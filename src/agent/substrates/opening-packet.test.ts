/** What a packet's headers say of where it comes from: nothing where they are none, else the address and the hops. */

import { describe, expect, test } from 'vitest';
import { originIn } from './opening-packet.ts';

function ipv4(ttl: number): Uint8Array {
  const packet = new Uint8Array(60);
  packet.set([0x45]);
  packet.set([ttl, 6, 0, 0, 172, 31, 0, 5, 169, 254, 169, 254], 8);
  return packet;
}

function ipv6(hopLimit: number): Uint8Array {
  const packet = new Uint8Array(60);
  packet.set([0x60]);
  packet.set([hopLimit, 0xfd, 0x00], 7);
  packet.set([5], 23);
  return packet;
}

test.each([
  ['nothing', new Uint8Array()],
  ['another version', Uint8Array.of(0x55, ...new Uint8Array(59))],
  ['an IPv4 header that is cut off', ipv4(64).slice(0, 19)],
  ['an IPv6 header that is cut off', ipv6(64).slice(0, 39)],
])('%s is no origin', (_, packet) => expect(originIn(packet)).toBeUndefined());

test('an origin stays what it was when its packet is overwritten', () => {
  const packet = Buffer.from(ipv4(64));
  const found = originIn(packet);
  packet.fill(0);
  expect([...(found?.sourceIp ?? [])]).toEqual([172, 31, 0, 5]);
});

describe.each([
  ['IPv4', ipv4, [172, 31, 0, 5]],
  ['IPv6', ipv6, [0xfd, ...Array<number>(14).fill(0), 5]],
] as const)('%s', (_, packet, address) => {
  test('the source', () => expect([...(originIn(packet(64))?.sourceIp ?? [])]).toEqual(address));

  test.each([
    [64, 1],
    [63, 2],
    [1, 64],
    [128, 1],
    [126, 3],
    [255, 1],
    [254, 2],
    [0, 65],
  ])('what has %i left came over %i hops', (left, hops) => expect(originIn(packet(left))?.hops).toBe(hops));
});
