/**
 * AWS Signature Version 4, the server's side: who a request says that it is from, and whether that is so.
 *
 *   readCredential ── the claim: access key, scope, signature ──> (caller finds the secret) ──> verifySignature
 *
 * It promises: the method, the path, the query, every signed header and the whole body are what the key's owner signed,
 * not long ago; whatever the request looks like, only AwsError is thrown; comparing takes the same time for every wrong
 * signature. Derived keys are not kept: that would save microseconds, and tell by the time taken which keys are in use.
 *
 * The request is taken as bytes: text in `target` and `rawHeaders` has one character for each byte, as node:http gives it.
 * A signature may be in the Authorization header or in the query ("presigned"). Rules are those for every service but S3.
 */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { authFailure, incompleteSignature, missingAuthenticationToken, requestExpired } from '../aws-errors.ts';

export type SignedRequest = {
  method: string;
  /** Path and query as they were sent. */
  target: string;
  /** Names and values in turn, as they were sent. */
  rawHeaders: readonly string[];
  body: Uint8Array;
};

/** What a request says of its signature; nothing of it is proven. */
export type Claim = {
  form: 'header' | 'query';
  accessKeyId: string;
  /** Eight digits. */
  date: string;
  region: string;
  service: string;
  /** Lower case. */
  signedHeaders: readonly string[];
  /** 64 hexadecimal digits. */
  signature: string;
  /** For example `20261123T100000Z`. */
  timestamp: string;
  signedAtMs: number;
  /** Of a presigned request that says how long it is good. */
  expiresSeconds?: number;
  sessionToken?: string;
};

const ALGORITHM = 'AWS4-HMAC-SHA256';
const TERMINATOR = 'aws4_request';
const MOST_SKEW_MS = 15 * 60 * 1000;
const LONGEST_EXPIRES_SECONDS = 7 * 24 * 60 * 60;

// ─── The claim ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** @throws MissingAuthenticationToken, IncompleteSignature */
export function readCredential(request: SignedRequest): Claim {
  const headers = headersOf(request);
  if (headers.has('authorization')) return readAuthorization(headers);
  const query = queryOf(request);
  if (query.some(([name]) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Signature')) return readPresigned(query);
  throw missingAuthenticationToken();
}

/** `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…` beside an X-Amz-Date or Date header. */
function readAuthorization(headers: Headers): Claim {
  const authorization = only(headers.get('authorization'), 'Authorization') ?? '';
  const [algorithm = '', rest = ''] = splitOnce(authorization.trim(), ' ');
  if (algorithm !== ALGORITHM) throw incompleteSignature(`Authorization header requires the algorithm ${ALGORITHM}.`);
  const parameters = rest.split(',').map((parameter) => splitOnce(parameter.trim(), '='));
  const take = (name: string) => {
    const found = parameters.filter(([candidate]) => candidate === name);
    return required(
      only(
        found.map(([, value]) => value),
        name,
      ),
      `Authorization header requires '${name}' parameter.`,
    );
  };
  const sessionToken = only(headers.get('x-amz-security-token'), 'X-Amz-Security-Token');
  return {
    form: 'header',
    ...readScope(take('Credential')),
    signedHeaders: readSignedHeaders(take('SignedHeaders')),
    signature: readSignature(take('Signature')),
    ...readHeaderTime(headers),
    ...(sessionToken !== undefined && { sessionToken }),
  };
}

/** The parameters `X-Amz-Algorithm`, `-Credential`, `-Date`, `-Expires`, `-SignedHeaders`, `-Signature` of the query. */
function readPresigned(query: Parameter[]): Claim {
  const find = (name: string) => {
    const found = query.filter(([candidate]) => candidate === name);
    return only(
      found.map(([, value]) => value),
      name,
    );
  };
  const take = (name: string) => required(find(name), `AWS query-string parameters must include '${name}'.`);
  if (take('X-Amz-Algorithm') !== ALGORITHM) throw incompleteSignature(`X-Amz-Algorithm must be ${ALGORITHM}.`);
  const expires = find('X-Amz-Expires');
  const sessionToken = find('X-Amz-Security-Token');
  return {
    form: 'query',
    ...readScope(take('X-Amz-Credential')),
    signedHeaders: readSignedHeaders(take('X-Amz-SignedHeaders')),
    signature: readSignature(take('X-Amz-Signature')),
    ...readTime(take('X-Amz-Date')),
    ...(expires !== undefined && { expiresSeconds: readExpires(expires) }),
    ...(sessionToken !== undefined && { sessionToken }),
  };
}

/** `KEY/20261123/us-east-1/ec2/aws4_request`. The key gets into the log, so that nothing but plain characters may be in it. */
function readScope(credential: string): Pick<Claim, 'accessKeyId' | 'date' | 'region' | 'service'> {
  const parts = credential.split('/');
  const [accessKeyId = '', date = '', region = '', service = '', terminator] = parts;
  if (parts.length !== 5 || !parts.every((part) => /^[\w.-]{1,128}$/.test(part)) || !/^\d{8}$/.test(date)) {
    throw incompleteSignature(
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.',
    );
  }
  if (terminator !== TERMINATOR) {
    throw incompleteSignature(`Credential should be scoped with a valid terminator: '${TERMINATOR}'.`);
  }
  return { accessKeyId, date, region, service };
}

function readSignedHeaders(list: string): string[] {
  const names = list.split(';');
  if (!names.every((name) => /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) || new Set(names).size < names.length) {
    throw incompleteSignature("'SignedHeaders' must be names of headers in lower case, each once, separated by ';'.");
  }
  if (!names.includes('host')) throw incompleteSignature("'Host' must be a 'SignedHeader' in the AWS Authorization.");
  return names;
}

function readSignature(signature: string): string {
  if (!/^[0-9a-f]{64}$/.test(signature)) throw incompleteSignature("'Signature' must be 64 hexadecimal digits.");
  return signature;
}

function readExpires(text: string): number {
  const seconds = Number(text);
  if (!/^\d{1,6}$/.test(text) || seconds < 1 || seconds > LONGEST_EXPIRES_SECONDS) {
    throw incompleteSignature(`X-Amz-Expires must be a number of seconds from 1 to ${LONGEST_EXPIRES_SECONDS}.`);
  }
  return seconds;
}

type Time = Pick<Claim, 'timestamp' | 'signedAtMs'>;

/** Old clients have only a Date header, which may be in HTTP's own form. */
function readHeaderTime(headers: Headers): Time {
  const amzDate = only(headers.get('x-amz-date'), 'X-Amz-Date');
  if (amzDate !== undefined) return readTime(amzDate);
  const date = required(
    only(headers.get('date'), 'Date'),
    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
  );
  const isHttpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(date);
  const ms = isHttpDate ? Date.parse(date) : Number.NaN;
  return readTime(Number.isNaN(ms) ? date : basicFormat(ms));
}

function readTime(timestamp: string): Time {
  const iso = timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const signedAtMs = iso === timestamp ? Number.NaN : Date.parse(iso);
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(signedAtMs) || basicFormat(signedAtMs) !== timestamp) {
    throw incompleteSignature("Date must be in ISO-8601 'basic format', for example 20261123T100000Z.");
  }
  return { timestamp, signedAtMs };
}

function basicFormat(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

// ─── The proof ───────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Returns when `secret` signed this request, not longer ago than 15 minutes or than the presigned request says.
 *
 * @throws RequestExpired, AuthFailure
 */
export function verifySignature(request: SignedRequest, claim: Claim, secret: string, nowMs: number): void {
  checkTime(claim, nowMs);
  const headers = headersOf(request);
  const bodyHash = sha256(request.body);
  checkWhatIsSigned(claim, headers, bodyHash);
  const canonical = canonicalRequest(request, claim, headers, bodyHash);
  const scope = [claim.date, claim.region, claim.service, TERMINATOR];
  const stringToSign = [ALGORITHM, claim.timestamp, scope.join('/'), sha256(Buffer.from(canonical, 'latin1'))].join(
    '\n',
  );
  const signingKey = scope.reduce(hmac, Buffer.from(`AWS4${secret}`));
  if (!timingSafeEqual(hmac(signingKey, stringToSign), Buffer.from(claim.signature, 'hex'))) {
    throw authFailure('the signature does not match');
  }
}

/** aws-behaviour 3.1: more than 15 minutes off, either way. */
function checkTime({ signedAtMs, expiresSeconds }: Claim, nowMs: number): void {
  const goodForMs = expiresSeconds === undefined ? MOST_SKEW_MS : expiresSeconds * 1000;
  if (nowMs > signedAtMs + goodForMs || nowMs < signedAtMs - MOST_SKEW_MS) throw requestExpired();
}

/** What could be changed without changing the signature may not be there. */
function checkWhatIsSigned(claim: Claim, headers: Headers, bodyHash: string): void {
  if (!claim.timestamp.startsWith(claim.date)) throw authFailure('the scope has another date than the request');
  for (const name of claim.signedHeaders) {
    if (!headers.has(name)) throw authFailure(`the signed header ${name} is absent`);
  }
  for (const [name, values] of headers) {
    if (name.startsWith('x-amz-') && !claim.signedHeaders.includes(name)) {
      throw authFailure(`the header ${name} is not signed`);
    }
    // So UNSIGNED-PAYLOAD, which only S3 takes, is refused.
    if (name === 'x-amz-content-sha256' && values.some((value) => value !== bodyHash)) {
      throw authFailure('x-amz-content-sha256 is not the hash of the body');
    }
  }
}

/** What was hashed to be signed, one character for each byte. */
function canonicalRequest(request: SignedRequest, claim: Claim, headers: Headers, bodyHash: string): string {
  const signedHeaders = claim.signedHeaders.toSorted();
  const canonicalHeaders = signedHeaders.map((name) => `${name}:${(headers.get(name) ?? []).join(',')}\n`);
  return [
    request.method,
    canonicalPath(request),
    canonicalQuery(request, claim.form),
    canonicalHeaders.join(''),
    signedHeaders.join(';'),
    bodyHash,
  ].join('\n');
}

/** Dots and repeated slashes are resolved, then the path, encoded as it was sent, is encoded once more. */
function canonicalPath({ target }: SignedRequest): string {
  const [path] = splitOnce(target, '?');
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

/** Every parameter but the signature itself, encoded anew, in order of name and then value. */
function canonicalQuery(request: SignedRequest, form: Claim['form']): string {
  return queryOf(request)
    .filter(([name]) => form === 'header' || name !== 'X-Amz-Signature')
    .map(([name, value]): Parameter => [encode(name), encode(value)])
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map((parameter) => parameter.join('='))
    .join('&');
}

// ─── The request's parts ─────────────────────────────────────────────────────────────────────────────────────────────

/** Values by lower-case name, trimmed, runs of blanks made one. */
type Headers = ReadonlyMap<string, string[]>;
type Parameter = [name: string, value: string];

function headersOf({ rawHeaders }: SignedRequest): Headers {
  const headers = new Map<string, string[]>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase();
    const value = (rawHeaders[i + 1] as string).replace(/[ \t]+/g, ' ').replace(/^ | $/g, '');
    const values = headers.get(name);
    if (values) values.push(value);
    else headers.set(name, [value]);
  }
  return headers;
}

function queryOf({ target }: SignedRequest): Parameter[] {
  const [, query] = splitOnce(target, '?');
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name, value] = splitOnce(pair, '=');
      return [decode(name), decode(value)];
    });
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Everything but letters, digits and `-._~` as `%XX`. */
function encode(bytes: string): string {
  return bytes.replace(/[^\w.~-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

function only(values: readonly string[] | undefined, name: string): string | undefined {
  if (values && values.length > 1) throw incompleteSignature(`'${name}' must be given once.`);
  return values?.[0];
}

function required(value: string | undefined, message: string): string {
  if (value === undefined || value === '') throw incompleteSignature(message);
  return value;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
