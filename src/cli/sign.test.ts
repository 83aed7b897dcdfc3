/**
 * Our signer against another one: both must sign a request alike, whatever is in its query.
 */

import aws4 from 'aws4';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signRequest } from './sign.ts';

const key = { AccessKeyId: 'AKIDEXAMPLE', SecretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const nowMs = Date.parse('2026-11-23T10:00:00.999Z');
const service = 'openimds';

function signedByAnother(url: URL, region: string, sessionToken?: string): unknown {
  const { headers } = aws4.sign(
    {
      host: url.host,
      path: `${url.pathname}${url.search}`,
      service,
      region,
      headers: { 'X-Amz-Date': '20261123T100000Z' },
    },
    { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey, ...(sessionToken && { sessionToken }) },
  );
  return headers?.Authorization;
}

test('a GET without a query', () => {
  const url = new URL('http://127.0.0.1:4566/openimds/instances');
  const { authorization } = signRequest({ method: 'GET', url }, { key, region: 'us-east-1', service, nowMs });
  expect(authorization).toBe(signedByAnother(url, 'us-east-1'));
  expect(authorization).toMatch(/Credential=AKIDEXAMPLE\/20261123\/us-east-1\/openimds\/aws4_request/);
});

test('with temporary credentials, whose token is sent and signed', () => {
  const url = new URL('http://127.0.0.1:4566/openimds/instances?InstanceId=i-1');
  const SessionToken = 'AgE+/w==';
  const signing = { key: { ...key, SessionToken }, region: 'us-east-1', service, nowMs };
  const headers = signRequest({ method: 'GET', url }, signing);
  expect(headers['x-amz-security-token']).toBe(SessionToken);
  expect(headers.authorization).toBe(signedByAnother(url, 'us-east-1', SessionToken));
  expect(headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token,');
});

test('a part of the path that is any text', () => {
  // As `.` and `..` it would be resolved before anybody signs it.
  const part = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/^\.+$/.test(text));
  fc.assert(
    fc.property(part, (text) => {
      const url = new URL(`http://127.0.0.1:4566/openimds/instances/${encodeURIComponent(text)}/events`);
      const { authorization } = signRequest({ method: 'GET', url }, { key, region: 'us-east-1', service, nowMs });
      expect(authorization).toBe(signedByAnother(url, 'us-east-1'));
    }),
  );
});

test('parameters with numbers, of which one name begins with another', () => {
  const url = new URL('http://127.0.0.1:4566/openimds/instances');
  for (let number = 1; number <= 11; number++) url.searchParams.set(`InstanceId.${number}`, `i-${number}`);
  const { authorization } = signRequest({ method: 'GET', url }, { key, region: 'us-east-1', service, nowMs });
  expect(authorization).toBe(signedByAnother(url, 'us-east-1'));
});

test('an IPv6 address, a repeated parameter, and every kind of character', () => {
  const value = fc.string({ unit: 'grapheme', minLength: 1 });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 3 }), value, (ids, token) => {
      const url = new URL('http://[::1]:4566/openimds/instances');
      for (const id of ids) url.searchParams.append('InstanceId', id);
      url.searchParams.set('NextToken', token);
      // The other one reads `+` as itself, as URLs have it; URLSearchParams means a space by it.
      url.search = url.search.replaceAll('+', '%20');
      const { authorization } = signRequest({ method: 'GET', url }, { key, region: 'eu-west-1', service, nowMs });
      expect(authorization).toBe(signedByAnother(url, 'eu-west-1'));
    }),
  );
});
