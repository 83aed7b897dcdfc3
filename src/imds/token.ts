/**
 * IMDSv2 session tokens: 40 bytes, written as 56 characters of URL-safe base64 (aws-behaviour 1.3).
 *
 *   01 00 04 00 | expiry, ms since 1970, 6 bytes | HMAC-SHA256 of the ten bytes before, its first 30 bytes
 *
 * The first four bytes make the text begin with `AQAEA`, as tokens on Nitro do. The MAC's key belongs to one host, one
 * instance and one start of it (tokenGeneration), so a token is good nowhere else. Nothing is remembered of a token
 * that was given out: there is no limit on their number, and none is lost when the host's process restarts.
 *
 * Two tokens for the same lifetime within one millisecond are equal. That harms nobody: a token can be used as often as
 * one likes, and nothing ends one of two.
 */

import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

export const MAX_TTL_SECONDS = 21_600;
export const TOKEN_LENGTH = 56;

const NITRO = [0x01, 0x00, 0x04, 0x00];
const EXPIRY_BYTES = 6;
const SIGNED_BYTES = NITRO.length + EXPIRY_BYTES;
const MAC_BYTES = 40 - SIGNED_BYTES;
/** The fewest whole groups of four characters that hold the signed bytes. */
const SIGNED_LENGTH = Math.ceil(SIGNED_BYTES / 3) * 4;

/** What mints and checks the session tokens of one instance; it never prints its key. */
export type SessionTokenKey = {
  readonly mac: KeyObject;
  readonly verified: VerifiedTokens;
  /** The last one minted, for all who ask in the same millisecond. */
  readonly last: { expiresAtMs: number; token: string };
};

/**
 * rule: session-token-of-one-instance
 *   A session token is good only on the instance that it was given to, and only until that instance is stopped.
 *
 * @param hostKey 32 secret bytes of the host
 */
export function sessionTokenKey(hostKey: Uint8Array, InstanceId: string, tokenGeneration: number): SessionTokenKey {
  const context = `session token\0${InstanceId}\0${tokenGeneration}`;
  const mac = createSecretKey(createHmac('sha256', hostKey).update(context).digest());
  return { mac, verified: new VerifiedTokens(), last: { expiresAtMs: Number.NaN, token: '' } };
}

/** A token that is good for `ttlSeconds` from `nowMs` on. */
export function mintToken(key: SessionTokenKey, ttlSeconds: number, nowMs: number): string {
  const expiresAtMs = nowMs + ttlSeconds * 1000;
  const { last } = key;
  if (last.expiresAtMs !== expiresAtMs) {
    last.token = tokenUntil(key, expiresAtMs);
    last.expiresAtMs = expiresAtMs;
  }
  return last.token;
}

/** How many seconds the token is still good for, rounded up; undefined if it is not one of this instance's, or expired. */
export function checkToken(key: SessionTokenKey, token: string, nowMs: number): number | undefined {
  const expiresAtMs = key.verified.get(token) ?? verify(key, token);
  if (expiresAtMs === undefined || expiresAtMs <= nowMs) return undefined;
  return Math.ceil((expiresAtMs - nowMs) / 1000);
}

/**
 * When the token expires, if it is the very text that was minted.
 *
 * The whole text is compared, in constant time, with the one that the key makes for the same expiry: so there is a
 * single spelling of each token, although base64 decoders take several.
 */
function verify(key: SessionTokenKey, token: string): number | undefined {
  const given = Buffer.from(token);
  if (token.length !== TOKEN_LENGTH || given.length !== TOKEN_LENGTH) return undefined;
  const signed = Buffer.from(token.slice(0, SIGNED_LENGTH), 'base64url');
  if (signed.length < SIGNED_BYTES) return undefined;
  const expiresAtMs = signed.readUIntBE(NITRO.length, EXPIRY_BYTES);
  const minted = tokenUntil(key, expiresAtMs);
  if (!timingSafeEqual(given, Buffer.from(minted))) return undefined;
  // `minted` and not `token`, which is a slice of a whole request and would keep that in memory.
  key.verified.add(minted, expiresAtMs);
  return expiresAtMs;
}

function tokenUntil(key: SessionTokenKey, expiresAtMs: number): string {
  const bytes = Buffer.alloc(SIGNED_BYTES + MAC_BYTES);
  bytes.set(NITRO);
  bytes.writeUIntBE(expiresAtMs, NITRO.length, EXPIRY_BYTES);
  const mac = createHmac('sha256', key.mac).update(bytes.subarray(0, SIGNED_BYTES)).digest();
  mac.copy(bytes, SIGNED_BYTES, 0, MAC_BYTES);
  return `${bytes.toString('base64url')}==`;
}

/** Tokens in one half of the memory; the other half holds those before. */
const HALF = 256;

/**
 * Tokens that passed, with their expiry: looking one up costs a tenth of computing its MAC.
 *
 * Bounded in two halves: when the newer one is full, it becomes the older one and the older one is dropped at once.
 * (Removing the oldest entry of a large Map one by one is slow.) Only tokens that passed are in it, and they are found by
 * a hash that is seeded per process, so its timing tells nothing about a token that one does not have.
 */
class VerifiedTokens {
  #newer = new Map<string, number>();
  #older = new Map<string, number>();

  get(token: string): number | undefined {
    return this.#newer.get(token) ?? this.#older.get(token);
  }

  add(token: string, expiresAtMs: number): void {
    if (this.#newer.size === HALF) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(token, expiresAtMs);
  }
}
