/** Credentials of instances: nobody's but this installation's are recognised, and every claim is under the MAC. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  instanceCredentialsKey,
  makeSessionCredentials,
  type SessionClaims,
  verifySessionToken,
} from './session-credentials.ts';

const INSTALLATION = new Uint8Array(32).fill(7);
const CLAIMS: SessionClaims = {
  account: '123456789012',
  InstanceId: 'i-0123456789abcdef0',
  delivery: '2.0',
  madeAtMs: Date.UTC(2026, 10, 23, 10),
  expiresAtMs: Date.UTC(2026, 10, 23, 16),
};

const keyOf = ({ account, InstanceId }: SessionClaims) => instanceCredentialsKey(INSTALLATION, account, InstanceId);
const make = (claims: SessionClaims) => makeSessionCredentials(keyOf(claims), claims);

describe('a session token is not recognised', () => {
  const { Token } = make(CLAIMS);

  test.each([
    '',
    'x',
    'AAAA',
    'IQoJb3JpZ2luX2VjEJ',
    Token.slice(0, -4),
    `${Token}AAAA`,
    ` ${Token}`,
    Token.replace(/=*$/, ''),
  ])('%s', (token) => {
    expect(token === Token ? undefined : verifySessionToken(INSTALLATION, token)).toBeUndefined();
  });

  test('with any byte changed', () => {
    const bytes = Buffer.from(Token, 'base64');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      expect(verifySessionToken(INSTALLATION, changed.toString('base64')), `byte ${at}`).toBeUndefined();
    }
  });

  test('by another installation', () => {
    expect(verifySessionToken(new Uint8Array(32).fill(8), Token)).toBeUndefined();
  });

  test('when a host made it with the key of another instance', () => {
    const other = instanceCredentialsKey(INSTALLATION, CLAIMS.account, 'i-00000000000000000');
    expect(verifySessionToken(INSTALLATION, makeSessionCredentials(other, CLAIMS).Token)).toBeUndefined();
  });

  test('whatever it is, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary' })), (token) => {
        expect(verifySessionToken(INSTALLATION, token)).toBeUndefined();
      }),
    );
  });
});

test('what was made is recognised, with what it claims', () => {
  const credentials = make(CLAIMS);
  expect(verifySessionToken(INSTALLATION, credentials.Token)).toEqual({ ...credentials, ...CLAIMS });
});

test('they have the form of temporary credentials', () => {
  const { AccessKeyId, SecretAccessKey, Token } = make(CLAIMS);
  expect(AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  expect(SecretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
  expect(Token).toMatch(/^[A-Za-z0-9+/]+=*$/);
});

test('IMDSv1 and IMDSv2 requests get different credentials', () => {
  const [one, two] = [make({ ...CLAIMS, delivery: '1.0' }), make(CLAIMS)];
  for (const part of ['AccessKeyId', 'SecretAccessKey', 'Token'] as const) expect(one[part]).not.toBe(two[part]);
});
