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

function signedByAnother(url: URL, region: string): unknown {
  const { headers } = aws4.sign(
    {
      host: url.host,
      path: `${url.pathname}${url.search}`,
      service,
      region,
      headers: { 'X-Amz-Date': '20261123T100000Z' },
    },
    { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey },
  );
  return headers?.Authorization;
}

test('a GET without a query', () => {
  const url = new URL('http://127.0.0.1:4566/openimds/instances');
  const { authorization } = signRequest({ method: 'GET', url }, { key, region: 'us-east-1', service, nowMs });
  expect(authorization).toBe(signedByAnother(url, 'us-east-1'));
  expect(authorization).toMatch(/Credential=AKIDEXAMPLE\/20261123\/us-east-1\/openimds\/aws4_request/);
});

test('every kind of character in the path, encoded as one part of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
      fc.pre(!/^\.{1,2}$/.test(id));
      const url = new URL(`http://127.0.0.1:4566/openimds/instances/${encodeURIComponent(id)}/faults`);
      const { authorization } = signRequest({ method: 'GET', url }, { key, region: 'us-east-1', service, nowMs });
      expect(authorization).toBe(signedByAnother(url, 'us-east-1'));
    }),
  );
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
