/**
 * Reading and writing blocks, against the operating system's own idea of an address and against themselves.
 */

import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressAt,
  contains,
  formatCidr,
  offsetOf,
  overlap,
  parseAddress,
  parseCidr,
  parseEnclosingCidr,
} from './cidr.ts';

const block = (text: string) => {
  const cidr = parseCidr(text);
  if (!cidr) throw new Error(`${text} is no block`);
  return cidr;
};

describe('parseCidr', () => {
  test.each([
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.1/24',
    '10.0.0.0/024',
    '10.0.0.0/24/1',
    '2001:db8::1/64',
    'fe80::%eth0/64',
    '::/129',
  ])('does not accept %j', (text) => expect(parseCidr(text)).toBeUndefined());

  test('writes a block as it was read, IPv6 in the short form', () => {
    expect(formatCidr(block('172.31.0.0/16'))).toBe('172.31.0.0/16');
    expect(formatCidr(block('2001:0db8:0:0:0:0:0:0/56'))).toBe('2001:db8::/56');
    expect(formatCidr(block('::ffff:10.0.0.0/104'))).toBe('::ffff:a00:0/104');
  });
});

describe('parseEnclosingCidr', () => {
  test.each(['', '10.0.0.1', '10.0.0.1/33', '10.0.0.1/024', '10.0.0.1/24/1', '2001:db8::1/129'])(
    'does not accept %j',
    (text) => expect(parseEnclosingCidr(text)).toBeUndefined(),
  );

  test.each([
    ['100.68.0.18/18', '100.68.0.0/18'],
    ['10.0.0.0/24', '10.0.0.0/24'],
    ['10.1.2.3/0', '0.0.0.0/0'],
    ['2001:db8::1:2/64', '2001:db8::/64'],
  ])('%s lies in %s', (text, enclosing) => expect(parseEnclosingCidr(text)).toEqual(block(enclosing)));
});

test('an address of a block is found at the offset at which it was made', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.nat(), (address, prefix, n) => {
      const width = 1n << BigInt(32 - prefix);
      const value = parseAddress(address)?.value ?? 0n;
      const cidr = { family: 4 as const, first: value - (value % width), prefix };
      const offset = BigInt(n) % width;
      expect(offsetOf(cidr, addressAt(cidr, offset))).toBe(offset);
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const value = parseAddress(address)?.value ?? -1n;
      expect(parseAddress(addressAt({ family: 6, first: 0n, prefix: 0 }, value))?.value).toBe(value);
    }),
  );
});

test('an address is what Node takes for one, without a zone', () => {
  const almost = fc.array(fc.constantFrom(...':::::00.1.f9g%', '::', '255', '1.2.3.4'), { maxLength: 16 });
  const text = fc.oneof(almost, fc.array(fc.ipV6(), { maxLength: 2 })).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, (given) => {
      const family = isIPv4(given) ? 4 : isIPv6(given) && !given.includes('%') ? 6 : undefined;
      expect(parseAddress(given)?.family).toBe(family);
    }),
    { numRuns: 2000 },
  );
});

test('blocks overlap when one contains the other, and families never do', () => {
  expect(contains(block('10.0.0.0/8'), block('10.1.0.0/16'))).toBe(true);
  expect(contains(block('10.1.0.0/16'), block('10.0.0.0/8'))).toBe(false);
  expect(overlap(block('10.1.0.0/16'), block('10.0.0.0/8'))).toBe(true);
  expect(overlap(block('10.1.0.0/16'), block('10.2.0.0/16'))).toBe(false);
  expect(overlap(block('::/0'), block('0.0.0.0/0'))).toBe(false);
  expect(offsetOf(block('10.1.0.0/16'), '10.2.0.1')).toBeUndefined();
});
