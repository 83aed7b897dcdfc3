/** Sessions of users and roles: nobody's but this installation's are recognised, and every claim is under the MAC. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeSessionCredentials, verifySessionToken } from './session-credentials.ts';
import {
  makeStsCredentials,
  packedPercent,
  roleCredentialsKey,
  type StsClaims,
  stsKey,
  verifyStsToken,
} from './sts-session.ts';

const INSTALLATION = new Uint8Array(32).fill(7);
const CLAIMS: StsClaims = {
  account: '123456789012',
  owner: { kind: 'assumed-role', RoleName: 'admin', RoleId: 'AROAAAAAAAAAAAAAAAAAA', RoleSessionName: 'me' },
  session: {
    issuedAtMs: Date.UTC(2026, 10, 23, 10),
    expiresAtMs: Date.UTC(2026, 10, 23, 11),
    Policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"}]}',
    Tags: [{ Key: 'team', Value: 'blue' }],
    TransitiveTagKeys: ['team'],
  },
};
const ON_INSTANCE: StsClaims = {
  ...CLAIMS,
  owner: {
    kind: 'assumed-role',
    RoleName: 'admin',
    RoleId: 'AROAAAAAAAAAAAAAAAAAA',
    RoleSessionName: 'i-0123456789abcdef0',
  },
  session: {
    issuedAtMs: CLAIMS.session.issuedAtMs,
    expiresAtMs: CLAIMS.session.expiresAtMs,
    instance: { InstanceId: 'i-0123456789abcdef0', region: 'us-east-1', delivery: '2.0' },
  },
};
const HOST = { account: '123456789012', InstanceId: 'i-0123456789abcdef0', RoleId: 'AROAAAAAAAAAAAAAAAAAA' };

const make = (claims: StsClaims) => makeStsCredentials(stsKey(INSTALLATION), claims);
const makeOnHost = (host: typeof HOST, claims = ON_INSTANCE) =>
  makeStsCredentials(roleCredentialsKey(INSTALLATION, host), claims);

describe('a session token is not recognised', () => {
  const { Token } = make(CLAIMS);

  test.each(['', 'x', 'AgEA', Token.slice(0, -4), `${Token}AAAA`, ` ${Token}`, 'A'.repeat(100_000)])('%s', (token) => {
    expect(verifyStsToken(INSTALLATION, token)).toBeUndefined();
  });

  test('with any byte changed', () => {
    const bytes = Buffer.from(Token, 'base64');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      expect(verifyStsToken(INSTALLATION, changed.toString('base64')), `byte ${at}`).toBeUndefined();
    }
  });

  test('by another installation, or as one of the other kind', () => {
    expect(verifyStsToken(new Uint8Array(32).fill(8), Token)).toBeUndefined();
    expect(verifySessionToken(INSTALLATION, Token)).toBeUndefined();
    const identity = { account: '123456789012', InstanceId: 'i-1', delivery: '2.0' as const };
    const other = makeSessionCredentials(stsKey(INSTALLATION), { ...identity, madeAtMs: 1, expiresAtMs: 2 });
    expect(verifyStsToken(INSTALLATION, other.Token)).toBeUndefined();
  });

  test.each([
    ['another instance', { ...HOST, InstanceId: 'i-00000000000000000' }],
    ['another role', { ...HOST, RoleId: 'AROABBBBBBBBBBBBBBBBB' }],
    ['another account', { ...HOST, account: '999999999999' }],
  ])('when a host made it with the key of %s', (_what, host) => {
    expect(verifyStsToken(INSTALLATION, makeOnHost(host).Token)).toBeUndefined();
  });

  test('when a host made it for something else than a role on its instance', () => {
    const root: StsClaims = { ...ON_INSTANCE, owner: { kind: 'root' } };
    expect(verifyStsToken(INSTALLATION, makeOnHost(HOST, root).Token)).toBeUndefined();
    expect(verifyStsToken(INSTALLATION, makeOnHost(HOST, CLAIMS).Token)).toBeUndefined();
  });

  test.each<[string, StsClaims]>([
    ['tags', { ...ON_INSTANCE, session: { ...ON_INSTANCE.session, Tags: [{ Key: 'team', Value: 'blue' }] } }],
    ['a source identity', { ...ON_INSTANCE, session: { ...ON_INSTANCE.session, SourceIdentity: 'alice' } }],
    ['another name', { ...ON_INSTANCE, owner: CLAIMS.owner }],
    [
      'more than six hours',
      {
        ...ON_INSTANCE,
        session: { ...ON_INSTANCE.session, expiresAtMs: CLAIMS.session.issuedAtMs + 6 * 3_600_000 + 1 },
      },
    ],
  ])('when a host gave it %s, as only STS may', (_what, claims) => {
    expect(verifyStsToken(INSTALLATION, makeOnHost(HOST, claims).Token)).toBeUndefined();
  });

  test('whatever it is, and nothing is thrown', () => {
    const almost = fc.uint8Array({ minLength: 34, maxLength: 200 }).map((bytes) => Uint8Array.of(2, 1, ...bytes));
    const garbage = fc.oneof(
      fc.string(),
      fc.base64String(),
      almost.map((bytes) => Buffer.from(bytes).toString('base64')),
    );
    fc.assert(
      fc.property(garbage, (token) => {
        expect(verifyStsToken(INSTALLATION, token)).toBeUndefined();
      }),
    );
  });
});

test.each([
  ['of a role', CLAIMS],
  ['of a user', { ...CLAIMS, owner: { kind: 'user', UserName: 'a', UserId: 'AIDAAAAAAAAAAAAAAAAAA' } } as StsClaims],
  ['of root', { ...CLAIMS, owner: { kind: 'root' } } as StsClaims],
])('what STS made is recognised, with what it claims: %s', (_whose, claims) => {
  const credentials = make(claims);
  expect(verifyStsToken(INSTALLATION, credentials.Token)).toEqual({ ...credentials, ...claims });
});

test('what a host made for the role of its instance is recognised', () => {
  const credentials = makeOnHost(HOST);
  expect(verifyStsToken(INSTALLATION, credentials.Token)).toEqual({ ...credentials, ...ON_INSTANCE });
});

test('they have the form of temporary credentials, and usual ones are short', () => {
  const { AccessKeyId, SecretAccessKey, Token } = make(CLAIMS);
  expect(AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  expect(SecretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
  expect(Token).toMatch(/^[A-Za-z0-9+/]+=*$/);
  expect(Token.length).toBeLessThan(400);
});

test('a token of more than 2 KB is more than full, and never recognised', () => {
  const { session, ...rest } = CLAIMS;
  const random = (seed: number) =>
    Buffer.from(Array.from({ length: 180 }, (_, i) => (i * i * seed) % 251)).toString('hex');
  const Tags = Array.from({ length: 9 }, (_, index) => ({ Key: `k${index}`, Value: random(index + 7) }));
  const credentials = make({ ...rest, session: { ...session, Tags } });
  expect(credentials.Token.length).toBeGreaterThan(2048);
  expect(packedPercent(credentials)).toBeGreaterThan(100);
  expect(verifyStsToken(INSTALLATION, credentials.Token)).toBeUndefined();
  expect(packedPercent(make(CLAIMS))).toBeLessThan(20);
});
