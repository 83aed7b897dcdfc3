/**
 * Identity credentials of instances, made and verified without remembering any: everything is in the session token. Those
 * of users and roles are in sts-session.ts.
 *
 *   version | delivery | made at, ms, 6 bytes | expires, ms, 6 bytes | account, 12 bytes | InstanceId | HMAC-SHA256, 32 bytes
 *
 * An installation has one key; a key for each instance is derived from it. The instance's host gets that one alone, so
 * it makes credentials while the control plane is away, and for no other instance; the control plane derives the same key
 * and recognises them. Access key and secret follow from the token. Pure: the same claims make the same credentials.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RoleDelivery } from '../iam-model.ts';

export type SessionClaims = {
  account: string;
  InstanceId: string;
  delivery: RoleDelivery;
  madeAtMs: number;
  expiresAtMs: number;
};

/** INVARIANT: secret and token are never logged. */
export type SessionCredentials = { AccessKeyId: string; SecretAccessKey: string; Token: string };

const VERSION = 1;
export const MAC_BYTES = 32;
const TIME_BYTES = 6;
const ACCOUNT_BYTES = 12;
/** Version and delivery, two times, the account. */
const FIXED_BYTES = 2 + 2 * TIME_BYTES + ACCOUNT_BYTES;
/** No instance id is longer than this. */
const LONGEST_ID_BYTES = 32;

/** The key of one instance. @param installationKey 32 secret bytes @returns 32 bytes in base64 */
export function instanceCredentialsKey(installationKey: Uint8Array, account: string, InstanceId: string): string {
  return createHmac('sha256', installationKey)
    .update(`instance credentials\0${account}\0${InstanceId}`)
    .digest('base64');
}

/** @param key of the instance that the claims name, in base64 */
export function makeSessionCredentials(key: string, claims: SessionClaims): SessionCredentials {
  return credentialsFor(Buffer.from(key, 'base64'), writeClaims(claims));
}

/** The credentials whose token says this, whatever the form of it is. */
export function credentialsFor(key: Uint8Array, said: Uint8Array): SessionCredentials {
  const derive = (what: string) => createHmac('sha256', key).update(`${what}\0`).update(said).digest();
  return {
    AccessKeyId: `ASIA${base32(derive('access key')).slice(0, 16)}`,
    SecretAccessKey: derive('secret').subarray(0, 30).toString('base64'),
    Token: Buffer.concat([said, derive('token')]).toString('base64'),
  };
}

/** Whether a token is the very one that was made; the time it takes tells nothing of how it differs. */
export function isToken(given: string, { Token }: SessionCredentials): boolean {
  const [bytes, made] = [Buffer.from(given), Buffer.from(Token)];
  return bytes.length === made.length && timingSafeEqual(bytes, made);
}

/**
 * The credentials that a token belongs to, and what it says; undefined if it was not made by this installation.
 *
 * Whether they have expired is for the caller to look at, who knows what to answer then.
 */
export function verifySessionToken(
  installationKey: Uint8Array,
  token: string,
): (SessionCredentials & SessionClaims) | undefined {
  const claims = readClaims(Buffer.from(token, 'base64'));
  if (!claims) return undefined;
  const key = instanceCredentialsKey(installationKey, claims.account, claims.InstanceId);
  const credentials = makeSessionCredentials(key, claims);
  return isToken(token, credentials) ? { ...credentials, ...claims } : undefined;
}

function writeClaims({ account, InstanceId, delivery, madeAtMs, expiresAtMs }: SessionClaims): Buffer {
  const fixed = Buffer.alloc(FIXED_BYTES);
  fixed.writeUInt8(VERSION, 0);
  fixed.writeUInt8(delivery === '2.0' ? 2 : 1, 1);
  fixed.writeUIntBE(madeAtMs, 2, TIME_BYTES);
  fixed.writeUIntBE(expiresAtMs, 2 + TIME_BYTES, TIME_BYTES);
  fixed.write(account, 2 + 2 * TIME_BYTES, ACCOUNT_BYTES, 'latin1');
  return Buffer.concat([fixed, Buffer.from(InstanceId, 'latin1')]);
}

/** Nothing of it is proven. */
function readClaims(bytes: Buffer): SessionClaims | undefined {
  const idBytes = bytes.length - FIXED_BYTES - MAC_BYTES;
  if (idBytes < 1 || idBytes > LONGEST_ID_BYTES || bytes.readUInt8(0) !== VERSION) return undefined;
  return {
    delivery: bytes.readUInt8(1) === 2 ? '2.0' : '1.0',
    madeAtMs: bytes.readUIntBE(2, TIME_BYTES),
    expiresAtMs: bytes.readUIntBE(2 + TIME_BYTES, TIME_BYTES),
    account: bytes.toString('latin1', 2 + 2 * TIME_BYTES, FIXED_BYTES),
    InstanceId: bytes.toString('latin1', FIXED_BYTES, FIXED_BYTES + idBytes),
  };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => ALPHABET[byte % 32]).join('');
}
