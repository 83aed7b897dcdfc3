/**
 * The credentials of an instance itself, below `identity-credentials/`: of no role, there without a profile, and of use for
 * little but asking who one is (aws-behaviour 2, 2.1).
 *
 *   made ──────── 1 hour ──────── next ones are served ──────── 5 hours ──────── the first expire
 *
 * A set is good for six hours and served for one, so that the next is there long before it expires. The hour begins at
 * another minute for each instance. Which set is served follows from the time alone, so that nothing has to be kept.
 */

import { createHash } from 'node:crypto';
import { isoSeconds } from '../clock.ts';
import { makeSessionCredentials, type RoleDelivery } from '../iam/session-credentials.ts';
import type { Instance } from '../model.ts';
import { spacedJson } from './spaced-json.ts';

const HOUR_MS = 3_600_000;
const LIFETIME_MS = 6 * HOUR_MS;

type Period = { madeAtMs: number; expiresAtMs: number };

/** `identity-credentials/ec2/info` */
export function identityInfo(instance: Instance, nowMs: number): { text: string; modifiedMs: number } {
  const { madeAtMs } = credentialsPeriod(instance, nowMs);
  return {
    text: spacedJson([
      ['Code', 'Success'],
      ['LastUpdated', isoSeconds(madeAtMs)],
      ['AccountId', instance.account],
    ]),
    modifiedMs: madeAtMs,
  };
}

/**
 * `identity-credentials/ec2/security-credentials/ec2-instance`
 *
 * @param key the instance's `credentialsKey`
 * @param delivery IMDSv1 and IMDSv2 requests get different ones
 */
export function identityCredentials(
  instance: Instance,
  key: string,
  { nowMs, delivery }: { nowMs: number; delivery: RoleDelivery },
): { text: string; modifiedMs: number } {
  const { account, InstanceId } = instance;
  const period = credentialsPeriod(instance, nowMs);
  const credentials = makeSessionCredentials(key, { account, InstanceId, delivery, ...period });
  return {
    text: spacedJson([
      ['Code', 'Success'],
      ['LastUpdated', isoSeconds(period.madeAtMs)],
      ['Type', 'AWS-HMAC'],
      ['AccessKeyId', credentials.AccessKeyId],
      ['SecretAccessKey', credentials.SecretAccessKey],
      ['Token', credentials.Token],
      ['Expiration', isoSeconds(period.expiresAtMs)],
    ]),
    modifiedMs: period.madeAtMs,
  };
}

/** Of the set that is served at `nowMs`. With a fault, sets follow each other as they expire; with 0 all have expired. */
function credentialsPeriod({ InstanceId, Faults }: Instance, nowMs: number): Period {
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
