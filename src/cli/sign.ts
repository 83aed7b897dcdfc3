/**
 * Signs requests with Signature Version 4, for our own commands.
 *
 * Fifty lines on node:crypto instead of a dependency at run time: no header is signed beside host, date and session token, and
 * an SDK's signer would cost more time than the request itself. Tests compare it with another signer; our verifier in
 * `iam/sigv4.ts` on purpose shares no code with it, so that no mistake can be made twice.
 */

import { createHash, createHmac } from 'node:crypto';
import type { SigningKey } from './root-access-key.ts';

export type Signing = { key: SigningKey; region: string; service: string; nowMs: number };

/** What is signed beside the address. */
export type Unsigned = { method: string; url: URL; body?: string };

/** The headers that make it a signed request. The host header is signed as `url` has it. */
export function signRequest(
  { method, url, body = '' }: Unsigned,
  { key, region, service, nowMs }: Signing,
): Record<string, string> {
  const time = `${new Date(nowMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const token = key.SessionToken !== undefined && { 'x-amz-security-token': key.SessionToken };
  // By name, as they are signed.
  const headers = { host: url.host, 'x-amz-date': time, ...token };
  const signedHeaders = Object.keys(headers).join(';');
  const canonicalRequest = [
    method,
    canonicalPath(url),
    canonicalQuery(url),
    ...Object.entries(headers).map(([name, value]) => `${name}:${value}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n');
  const stringToSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonicalRequest)].join('\n');
  const signingKey = scope
    .split('/')
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${key.SecretAccessKey}`);
  const signature = hmac(signingKey, stringToSign).toString('hex');
  return {
    'x-amz-date': time,
    ...token,
    authorization: `AWS4-HMAC-SHA256 Credential=${key.AccessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
}

/** Encoded once more than it is sent, as for every service but S3. */
function canonicalPath({ pathname }: URL): string {
  return pathname.split('/').map(encode).join('/');
}

function canonicalQuery(url: URL): string {
  return (
    [...url.searchParams]
      .map(([name, value]) => [encode(name), encode(value)] as const)
      // By name first: in `InstanceId.1=…` and `InstanceId.10=…` the characters after the 1 must not be compared.
      .sort(([name, value], [otherName, otherValue]) => order(name, otherName) || order(value, otherValue))
      .map((pair) => pair.join('='))
      .join('&')
  );
}

/** By their bytes; nothing is left in them but ASCII. */
function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** RFC 3986: `encodeURIComponent` leaves five characters alone that must be encoded too. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
