/** DER against OpenSSL's own reader, and what is written against what is read again. */

import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bitString,
  context,
  integer,
  NULL,
  octetString,
  oid,
  partsOf,
  sequence,
  set,
  TRUE,
  time,
  utf8String,
  value,
} from './der.ts';

/** What `openssl asn1parse` prints of a value, without the columns of offsets and lengths. */
function asn1parse(bytes: Uint8Array): string[] {
  const printed = execFileSync('openssl', ['asn1parse', '-inform', 'DER'], { input: bytes, encoding: 'utf8' });
  return printed.split('\n').flatMap((line) => {
    const [, depth = '', what = ''] = /d=(\d+) .*?(?:prim|cons): (.*?)\s*$/.exec(line) ?? [];
    return what === '' ? [] : [`${depth} ${what.replaceAll(/ +/g, ' ')}`];
  });
}

describe('refused', () => {
  test('numbers below 0', () => {
    expect(() => integer(-1)).toThrow(RangeError);
  });

  test.each([
    ['nothing', []],
    ['a tag alone', [0x30]],
    ['content that is cut off', [0x30, 0x03, 0x05, 0x00]],
    ['a length that is cut off', [0x30, 0x82, 0x01]],
    ['an indefinite length', [0x30, 0x80, 0x05, 0x00, 0x00, 0x00]],
    ['a part that is longer than the whole', [0x30, 0x02, 0x04, 0x03, 1, 2, 3]],
    ['half a part', [0x30, 0x01, 0x05]],
  ])('to read %s', (_, bytes) => {
    expect(() => partsOf(Buffer.from(bytes))).toThrow(RangeError);
  });
});

describe('OpenSSL reads', () => {
  test('a value of each type', () => {
    const all = sequence(
      integer(0x1234),
      TRUE,
      bitString(Buffer.of(0x80), 7),
      octetString(Buffer.of(1, 2, 0xff)),
      NULL,
      oid('1.2.840.113549.1.7.2'),
      oid('2.16.840.1.101.3.4.2.1'),
      utf8String('us-east-1 Zoë'),
      set(integer(1)),
      context(0, integer(2)),
      time(Date.UTC(2026, 10, 23, 9, 8, 7)),
      time(Date.UTC(2056, 10, 23, 9, 8, 7)),
    );
    expect(asn1parse(all)).toEqual([
      '0 SEQUENCE',
      '1 INTEGER :1234',
      '1 BOOLEAN :255',
      '1 BIT STRING',
      '1 OCTET STRING [HEX DUMP]:0102FF',
      '1 NULL',
      '1 OBJECT :pkcs7-signedData',
      '1 OBJECT :sha256',
      '1 UTF8STRING :us-east-1 Zoë',
      '1 SET',
      '2 INTEGER :01',
      '1 cont [ 0 ]',
      '2 INTEGER :02',
      '1 UTCTIME :261123090807Z',
      '1 GENERALIZEDTIME :20561123090807Z',
    ]);
  });

  test.each([0, 1, 127, 128, 255, 256, 65_535, 65_536])('content of %i bytes, to the last one', (length) => {
    const bytes = sequence(octetString(Buffer.alloc(length, 0xff)), integer(7));
    const lines = asn1parse(bytes);
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe(`1 OCTET STRING${length === 0 ? '' : ` [HEX DUMP]:${'FF'.repeat(length)}`}`);
    expect(lines[2]).toBe('1 INTEGER :07');
  });

  test('numbers, none of them as negative', () => {
    const numbers = [0n, 1n, 127n, 128n, 255n, 256n, 0x7fffn, 0x8000n, 2n ** 256n - 1n, 2n ** 2047n];
    const hex = numbers.map((number) => number.toString(16).toUpperCase());
    expect(asn1parse(sequence(...numbers.map(integer))).slice(1)).toEqual(
      hex.map((digits) => `1 INTEGER :${digits.padStart(digits.length + (digits.length % 2), '0')}`),
    );
  });

  test('object identifiers with large and with small arcs', () => {
    const dotted = ['0.0', '0.39', '1.39.127', '2.5.4.3.128.16384', '2.999.1', '1.3.6.1.4.1.4294967295'];
    const printed = asn1parse(sequence(...dotted.map(oid))).slice(1);
    expect(printed).toEqual(dotted.map((each) => `1 OBJECT :${each}`));
  });
});

describe('times', () => {
  test.each([
    ['1949-12-31T23:59:59Z', 0x18, '19491231235959Z'],
    ['1950-01-01T00:00:00Z', 0x17, '500101000000Z'],
    ['2049-12-31T23:59:59.999Z', 0x17, '491231235959Z'],
    ['2050-01-01T00:00:00Z', 0x18, '20500101000000Z'],
  ])('%s has the form that RFC 5280 wants for its year', (iso, tag, digits) => {
    expect(time(Date.parse(iso))).toEqual(value(tag, Buffer.from(digits)));
  });
});

test('a set is the same bytes in whatever order its members are given', () => {
  const members = [octetString(Buffer.of(2)), integer(300), NULL, integer(1)];
  expect(set(...members)).toEqual(set(...members.toReversed()));
  const sorted = partsOf(set(...members));
  expect(sorted).toEqual(members.toSorted(Buffer.compare));
});

test('what is written is read again, part by part', () => {
  const part = fc
    .tuple(fc.integer({ min: 0, max: 0xff }), fc.uint8Array({ maxLength: 300 }))
    .map(([tag, bytes]) => value(tag, bytes));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      expect(partsOf(sequence(...parts))).toEqual(parts);
    }),
  );
});

test('a whole number from 0 on is two’s complement in as few bytes as can be', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 300n }), (number) => {
      const bytes = integer(number).subarray(2);
      expect(BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`))).toBe(number);
      if (bytes.length > 1) expect((bytes[0] as number) * 256 + (bytes[1] as number)).toBeGreaterThanOrEqual(128);
    }),
  );
});
