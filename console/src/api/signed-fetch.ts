/**
 * Sends a request that is signed with Signature Version 4, to the address that the console itself comes from.
 *
 * SHA-256 is computed in JavaScript: browsers have `crypto.subtle` only at addresses that they trust, and a console at
 * plain HTTP on another machine is not at one. The secret never leaves this page.
 */

import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { ApiError } from './api-error.ts';

export type AccessKey = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** With which key, and for which Region. */
export type Signer = { key: AccessKey; region: string };

export type Unsigned = {
  service: string;
  method: string;
  path: string;
  query?: Record<string, string | string[]>;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal | undefined;
};

/** Milliseconds by which the server's clock is ahead of the browser's, once that was too many. */
let aheadMs = 0;
/** AWS refuses what was signed a quarter of an hour ago. */
const MOST_SKEW_MS = 5 * 60_000;

/** Milliseconds since 1970 by the server's clock, as far as it matters: what it tells times of is compared with this. */
export function serverNowMs(): number {
  return Date.now() + aheadMs;
}

/** @throws ApiError where nothing answers; an answer of any status is returned */
export async function signedFetch(signer: Signer, request: Unsigned): Promise<Response> {
  const answer = await sendOnce(signer, request);
  if (answer.ok) return answer;
  const serverMs = Date.parse(answer.headers.get('date') ?? '');
  const skewMs = serverMs - serverNowMs();
  if (!(Math.abs(skewMs) > MOST_SKEW_MS)) return answer;
  aheadMs += skewMs;
  return sendOnce(signer, request);
}

async function sendOnce({ key, region }: Signer, request: Unsigned): Promise<Response> {
  const { service, method, path, query = {}, headers = {}, body, signal } = request;
  const signer = new SignatureV4({ service, region, credentials: key, sha256: Sha256, applyChecksum: false });
  const { protocol, host, hostname } = window.location;
  const signed = await signer.sign(
    { method, protocol, hostname, path, query, headers: { ...headers, host }, ...(body !== undefined && { body }) },
    { signingDate: new Date(serverNowMs()) },
  );
  // A browser sets it itself, to the same.
  const { host: _host, ...sent } = signed.headers;
  const url = `${path}${searchOf(query)}`;
  try {
    return await fetch(url, { method, headers: sent, body: body ?? null, signal: signal ?? null, credentials: 'omit' });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError('NoAnswer', `${host} does not answer: is OpenIMDS still running?`, { status: 0 });
  }
}

function searchOf(query: Record<string, string | string[]>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => [value].flat().map((each) => [name, each]));
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}
