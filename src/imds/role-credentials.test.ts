/** What is below `iam/`, as a request of each version reads it (aws-behaviour 2.1). */

import { describe, expect, test } from 'vitest';
import { roleCredentialsKey, verifyStsToken } from '../iam/sts-session.ts';
import type { DesiredInstance, DesiredProfile } from '../model.ts';
import { desiredInstance, NOW } from './testing.ts';
import { metadataTree } from './tree.ts';

const HOUR_MS = 3_600_000;
const INSTALLATION = new Uint8Array(32).fill(3);
const { instance } = desiredInstance();
const RoleId = 'AROAJQABLZS4A3QDU576Q';
const { account, InstanceId } = instance;
const role = {
  RoleName: 'web',
  RoleId,
  credentialsKey: roleCredentialsKey(INSTALLATION, { account, InstanceId, RoleId }),
};
const PROFILE: DesiredProfile = {
  InstanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/p',
  InstanceProfileId: 'AIPAJQABLZS4A3QDU576Q',
  Timestamp: '2026-11-23T09:00:00Z',
  exists: true,
  role,
};

type Asked = { nowMs?: number; delivery?: '1.0' | '2.0'; of?: DesiredInstance };

/** The body at a path below `/latest/meta-data/`. */
function read(path: string, { nowMs = NOW, delivery = '2.0', of = withProfile() }: Asked = {}): string | undefined {
  const find = metadataTree(of, { nowMs, modifiedMs: NOW });
  return find(`/latest/meta-data/${path}`, { nowMs, delivery })?.after.slice(2);
}

function withProfile(fields: Partial<DesiredProfile> = {}): DesiredInstance {
  const { role: given, ...rest } = { ...PROFILE, ...fields };
  return { ...desiredInstance(), profile: { ...rest, ...(given && { role: given }) } };
}

const json = (...asked: Parameters<typeof read>) => JSON.parse(read(...asked) ?? 'null') as Record<string, string>;
const CREDENTIALS = 'iam/security-credentials/web';

describe('without a profile', () => {
  test.each(['iam', 'iam/', 'iam/info', 'iam/security-credentials/', CREDENTIALS])('%s is not there', (path) => {
    expect(read(path, { of: desiredInstance() })).toBeUndefined();
  });

  test('no listing shows it', () => {
    expect(read('', { of: desiredInstance() })?.split('\n')).not.toContain('iam/');
  });
});

test('the listings: botocore appends the last one to a URL as it is', () => {
  expect(read('')?.split('\n')).toContain('iam/');
  expect(read('iam')).toBe('info\nsecurity-credentials/');
  expect(read('iam/security-credentials/')).toBe('web');
  expect(read('iam/security-credentials-extended/')).toBeUndefined();
  expect(read('iam/security-credentials/other')).toBeUndefined();
});

test('iam/info has the profile, spaced as AWS spaces it', () => {
  expect(read('iam/info')).toMatch(
    /^\{\n {2}"Code" : "Success",\n {2}"LastUpdated" : "[^"]+Z",\n {2}"InstanceProfileArn" : "arn:aws:iam::123456789012:instance-profile\/p",\n {2}"InstanceProfileId" : "AIPAJQABLZS4A3QDU576Q"\n\}$/,
  );
});

test('credentials have AWS’s form, and the control plane recognises them as the role’s on this instance', () => {
  const text = read(CREDENTIALS) ?? '';
  expect(text).toMatch(
    /^\{\n {2}"Code" : "Success",\n {2}"LastUpdated" : "[^"]+Z",\n {2}"Type" : "AWS-HMAC",\n {2}"Acc/,
  );
  const served = json(CREDENTIALS);
  expect(Object.keys(served)).toEqual([
    ...['Code', 'LastUpdated', 'Type', 'AccessKeyId', 'SecretAccessKey', 'Token', 'Expiration'],
  ]);
  expect(verifyStsToken(INSTALLATION, served.Token ?? '')).toMatchObject({
    AccessKeyId: served.AccessKeyId,
    SecretAccessKey: served.SecretAccessKey,
    account,
    owner: { kind: 'assumed-role', RoleName: 'web', RoleId, RoleSessionName: InstanceId },
    session: { expiresAtMs: Date.parse(served.Expiration ?? ''), instance: { InstanceId, delivery: '2.0' } },
  });
});

test('IMDSv1 and IMDSv2 requests get different ones, each with how it was delivered', () => {
  const [v1, v2] = (['1.0', '2.0'] as const).map((delivery) => json(CREDENTIALS, { delivery }));
  expect(v1?.AccessKeyId).not.toBe(v2?.AccessKeyId);
  expect(verifyStsToken(INSTALLATION, v1?.Token ?? '')?.session.instance?.delivery).toBe('1.0');
});

describe('their time', () => {
  test('over a day they are good for five to six hours more, and others come each hour', () => {
    const seen = new Set<string | undefined>();
    for (let nowMs = NOW; nowMs < NOW + 24 * HOUR_MS; nowMs += 60_000) {
      const { Expiration = '', AccessKeyId } = json(CREDENTIALS, { nowMs });
      const left = Date.parse(Expiration) - nowMs;
      expect(left).toBeGreaterThan(5 * HOUR_MS);
      expect(left).toBeLessThanOrEqual(6 * HOUR_MS);
      seen.add(AccessKeyId);
    }
    expect(seen.size).toBeGreaterThanOrEqual(24);
    expect(seen.size).toBeLessThanOrEqual(25);
  });

  test('none is older than the association', () => {
    const Timestamp = new Date(NOW - 1000).toISOString().replace('.000Z', 'Z');
    const { LastUpdated } = json(CREDENTIALS, { of: withProfile({ Timestamp }) });
    expect(LastUpdated).toBe(Timestamp);
  });

  test('with a fault they have expired already', () => {
    const of = withProfile();
    const faulty = { ...of, instance: { ...of.instance, Faults: { CredentialsLifetimeSeconds: 0 } } };
    expect(Date.parse(json(CREDENTIALS, { of: faulty }).Expiration ?? '')).toBeLessThanOrEqual(NOW);
  });
});

describe('what is wrong is said with status 200', () => {
  test('a role that does not trust EC2: listed, and why there are no credentials', () => {
    const of = withProfile({ role: { RoleName: 'web', RoleId } });
    expect(read('iam/security-credentials/', { of })).toBe('web');
    expect(json('iam/info', { of }).Code).toBe('Success');
    const { Code, Message, ...others } = json(CREDENTIALS, { of });
    expect(Code).toBe('AssumeRoleUnauthorizedAccess');
    expect(Message).toMatch(/^EC2 cannot assume the role web\. Please see documentation at https:/);
    expect(Object.keys(others)).toEqual(['LastUpdated']);
  });

  test('a profile without a role', () => {
    const { role: _role, ...empty } = PROFILE;
    const of = { ...desiredInstance(), profile: empty };
    expect(read('iam', { of })).toBe('info');
    const { Code, Message } = json('iam/info', { of });
    expect(Code).toBe('Success');
    expect(Message).toMatch(/^Instance Profile does not contain a role\. /);
  });

  test('a profile that was deleted', () => {
    const { role: _role, ...gone } = { ...PROFILE, exists: false };
    const { Code, InstanceProfileId } = json('iam/info', { of: { ...desiredInstance(), profile: gone } });
    expect(Code).toBe('InstanceProfileNotFound');
    expect(InstanceProfileId).toBe(PROFILE.InstanceProfileId);
  });
});
