/**
 * Session tokens: what is refused, what is accepted, and that nothing but the very text that was minted is.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOST_KEY, NOW } from './testing.ts';
import { checkToken, MAX_TTL_SECONDS, mintToken, sessionTokenKey } from './token.ts';

const ID = 'i-0123456789abcdef0';
const keyOf = (InstanceId = ID, generation = 1, hostKey = HOST_KEY) => sessionTokenKey(hostKey, InstanceId, generation);

const ttl = fc.integer({ min: 1, max: MAX_TTL_SECONDS });
const time = fc.integer({ min: 0, max: 4e12 });

describe('a session token', () => {
  test('is refused on every other instance, after a stop and start, and on another host', () => {
    const other = fc.constantFrom(
      keyOf('i-0fedcba9876543210'),
      keyOf(ID, 2),
      keyOf(ID, 1, new Uint8Array(32)),
      keyOf(`${ID}\0`),
    );
    fc.assert(
      fc.property(ttl, time, other, (seconds, now, key) => {
        expect(checkToken(key, mintToken(keyOf(), seconds, now), now)).toBeUndefined();
      }),
    );
  });

  test('is good for its lifetime to the millisecond, and says how many seconds are left', () => {
    fc.assert(
      fc.property(ttl, time, fc.nat(), (seconds, now, later) => {
        const token = mintToken(keyOf(), seconds, now);
        const elapsed = later % (seconds * 1000);
        expect(checkToken(keyOf(), token, now + elapsed)).toBe(Math.ceil(seconds - elapsed / 1000));
        expect(checkToken(keyOf(), token, now + seconds * 1000 - 1)).toBe(1);
        expect(checkToken(keyOf(), token, now + seconds * 1000)).toBeUndefined();
      }),
    );
  });

  test('a check that was remembered ends with the token too', () => {
    const key = keyOf();
    const token = mintToken(key, 60, NOW);
    expect(checkToken(key, token, NOW)).toBe(60);
    expect(checkToken(key, token, NOW + 59_001)).toBe(1);
    expect(checkToken(key, token, NOW + 60_000)).toBeUndefined();
  });

  test('is refused when any bit of it is flipped, those that base64 leaves unused among them', () => {
    const key = keyOf();
    const token = mintToken(key, MAX_TTL_SECONDS, NOW);
    const bytes = Buffer.from(token);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(checkToken(key, changed.toString('latin1'), NOW), `bit ${bit}`).toBeUndefined();
    }
    expect(checkToken(key, token, NOW)).toBe(MAX_TTL_SECONDS);
  });

  test('is refused in every other spelling of the same bytes', () => {
    const key = keyOf();
    const token = mintToken(key, MAX_TTL_SECONDS, NOW);
    const spellings = [
      token.slice(0, -2),
      `${token.slice(0, -2)}=`,
      `${token}=`,
      ` ${token}`,
      `${token} `,
      token.replaceAll('-', '+').replaceAll('_', '/'),
      `${token.slice(0, 8)} ${token.slice(8)}`,
      token.replace(/^A/, '\u0141'),
    ].filter((spelling) => spelling !== token);
    for (const spelling of spellings) expect(checkToken(key, spelling, NOW), spelling).toBeUndefined();
  });

  test('no other text is one', () => {
    const key = keyOf();
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary', minLength: 50, maxLength: 60 }),
      fc.uint8Array({ minLength: 40, maxLength: 40 }).map((bytes) => `${Buffer.from(bytes).toString('base64url')}==`),
    );
    fc.assert(
      fc.property(text, (token) => {
        expect(checkToken(key, token, 0)).toBeUndefined();
      }),
    );
  });

  test('any number of them are good at the same time', () => {
    const key = keyOf();
    const tokens = Array.from({ length: 2000 }, (_, i) => mintToken(key, 60, NOW + i));
    expect(new Set(tokens).size).toBe(tokens.length);
    for (const token of tokens) expect(checkToken(key, token, NOW)).toBeGreaterThanOrEqual(60);
    expect(checkToken(key, tokens[0] ?? '', NOW)).toBe(60);
  });

  test('is 40 bytes: what marks Nitro, the expiry, and a MAC', () => {
    const bytes = Buffer.from(mintToken(keyOf(), 60, NOW), 'base64url');
    expect(bytes).toHaveLength(40);
    expect(bytes.subarray(0, 4)).toEqual(Buffer.from([1, 0, 4, 0]));
    expect(bytes.readUIntBE(4, 6)).toBe(NOW + 60_000);
  });

  test('its key does not print itself', () => {
    const text = `${JSON.stringify(keyOf())} ${String(keyOf().mac)}`;
    expect(text).not.toContain(Buffer.from(HOST_KEY).toString('hex'));
    expect(JSON.stringify(keyOf().mac)).toBe('{}');
  });
});
