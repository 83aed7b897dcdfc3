/** An instance's own credentials: which set is served when, and how it looks (aws-behaviour 2.1). */

import { describe, expect, test } from 'vitest';
import { instanceCredentialsKey, verifySessionToken } from '../iam/session-credentials.ts';
import { identityCredentials, identityInfo } from './identity-credentials.ts';
import { desiredInstance, NOW } from './testing.ts';

const HOUR_MS = 3_600_000;
const INSTALLATION = new Uint8Array(32).fill(3);
const { instance } = desiredInstance();
const KEY = instanceCredentialsKey(INSTALLATION, instance.account, instance.InstanceId);

type Served = Record<
  'Code' | 'LastUpdated' | 'Type' | 'AccessKeyId' | 'SecretAccessKey' | 'Token' | 'Expiration',
  string
>;

const textAt = (nowMs: number, delivery: '1.0' | '2.0' = '2.0', of = instance) =>
  identityCredentials(of, KEY, { nowMs, delivery }).text;
const at = (...asked: Parameters<typeof textAt>) => JSON.parse(textAt(...asked)) as Served;

test('their form is that of role credentials: order, two spaces, ` : `, no line feed at the end', () => {
  expect(textAt(NOW)).toMatch(
    /^\{\n {2}"Code" : "Success",\n {2}"LastUpdated" : "[^"]+Z",\n {2}"Type" : "AWS-HMAC",\n {2}"AccessKeyId" : "ASIA[A-Z2-7]{16}",\n {2}"SecretAccessKey" : "[^"]{40}",\n {2}"Token" : "[^"]+",\n {2}"Expiration" : "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"\n\}$/,
  );
});

test('info says whose account it is, and when the present credentials were made', () => {
  const { text } = identityInfo(instance, NOW);
  expect(text).toBe(
    `{\n  "Code" : "Success",\n  "LastUpdated" : "${at(NOW).LastUpdated}",\n  "AccountId" : "123456789012"\n}`,
  );
});

test('the control plane recognises them, and how they were delivered', () => {
  for (const delivery of ['1.0', '2.0'] as const) {
    const served = at(NOW, delivery);
    expect(verifySessionToken(INSTALLATION, served.Token)).toMatchObject({
      AccessKeyId: served.AccessKeyId,
      SecretAccessKey: served.SecretAccessKey,
      InstanceId: instance.InstanceId,
      delivery,
      expiresAtMs: Date.parse(served.Expiration),
    });
  }
});

test('IMDSv1 and IMDSv2 requests get different ones', () => {
  expect(at(NOW, '1.0').AccessKeyId).not.toBe(at(NOW, '2.0').AccessKeyId);
});

describe('over a day', () => {
  const minutes = Array.from({ length: 24 * 60 }, (_, minute) => NOW + minute * 60_000);

  test('at every moment those that are served are good for five to six hours more', () => {
    for (const nowMs of minutes) {
      const left = Date.parse(at(nowMs).Expiration) - nowMs;
      expect(left).toBeGreaterThan(5 * HOUR_MS);
      expect(left).toBeLessThanOrEqual(6 * HOUR_MS);
    }
  });

  test('there is a new set every hour, and the same one within it', () => {
    const sets = new Set(minutes.map((nowMs) => textAt(nowMs)));
    expect([24, 25]).toContain(sets.size);
  });

  test('instances get theirs at different minutes', () => {
    const made = ['a', 'b', 'c', 'd'].map(
      (last) => at(NOW, '2.0', { ...instance, InstanceId: `i-0123456789abcde${last}0` }).LastUpdated,
    );
    expect(new Set(made).size).toBeGreaterThan(1);
  });
});

describe('with a fault of credentials', () => {
  const faulty = (seconds: number) => ({ ...instance, Faults: { CredentialsLifetimeSeconds: seconds } });

  test('they expire so many seconds after they were made, and the next ones follow', () => {
    const first = at(NOW, '2.0', faulty(60));
    expect(Date.parse(first.Expiration) - Date.parse(first.LastUpdated)).toBe(60_000);
    expect(at(NOW + 59_000, '2.0', faulty(60))).toEqual(first);
    expect(at(NOW + 60_000, '2.0', faulty(60)).AccessKeyId).not.toBe(first.AccessKeyId);
  });

  test('with 0 seconds they have expired when they are served', () => {
    const { Expiration } = at(NOW + 500, '2.0', faulty(0));
    expect(Date.parse(Expiration)).toBeLessThanOrEqual(NOW + 500);
  });
});
