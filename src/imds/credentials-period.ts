/**
 * Which credentials of an instance are served when, and how they look (aws-behaviour 2.1): its role's, and its own.
 *
 *   made ──────── 1 hour ──────── next ones are served ──────── 5 hours ──────── the first expire
 *
 * A set is good for six hours and served for one, so that the next is there long before it expires. The hour begins at
 * another minute for each instance. Which set is served follows from the time alone, so that nothing has to be kept.
 */

import { createHash } from 'node:crypto';
import { isoSeconds } from '../clock.ts';
import type { SessionCredentials } from '../iam/session-credentials.ts';
import type { Instance } from '../model.ts';
import { spacedJson } from './spaced-json.ts';

const HOUR_MS = 3_600_000;
const LIFETIME_MS = 6 * HOUR_MS;

export type CredentialsPeriod = { madeAtMs: number; expiresAtMs: number };

/** Of the set that is served at `nowMs`. With a fault, sets follow each other as they expire; with 0 all have expired. */
export function credentialsPeriod(
  { InstanceId, Faults }: Pick<Instance, 'InstanceId' | 'Faults'>,
  nowMs: number,
): CredentialsPeriod {
  const seconds = Faults?.CredentialsLifetimeSeconds;
  if (seconds !== undefined) {
    const servedMs = Math.max(1, seconds) * 1000;
    const madeAtMs = Math.floor(nowMs / servedMs) * servedMs;
    return { madeAtMs, expiresAtMs: madeAtMs + seconds * 1000 };
  }
  const phaseMs = (createHash('sha256').update(InstanceId).digest().readUInt16BE() % 3600) * 1000;
  const madeAtMs = Math.floor((nowMs - phaseMs) / HOUR_MS) * HOUR_MS + phaseMs;
  return { madeAtMs, expiresAtMs: madeAtMs + LIFETIME_MS };
}

/** Order and spacing are AWS's, and there is no line feed at the end. */
export function credentialsDocument(
  { AccessKeyId, SecretAccessKey, Token }: SessionCredentials,
  { madeAtMs, expiresAtMs }: CredentialsPeriod,
): string {
  return spacedJson([
    ['Code', 'Success'],
    ['LastUpdated', isoSeconds(madeAtMs)],
    ['Type', 'AWS-HMAC'],
    ['AccessKeyId', AccessKeyId],
    ['SecretAccessKey', SecretAccessKey],
    ['Token', Token],
    ['Expiration', isoSeconds(expiresAtMs)],
  ]);
}
