/**
 * Reads the heads of HTTP/1.x requests, for this protocol alone: small heads, and no bodies.
 *
 *   method SP target SP "HTTP/1.0"|"HTTP/1.1" CRLF *( name ":" value CRLF ) CRLF
 *
 * It is strict, because two readers who take one message differently are how requests are smuggled: single spaces, CRLF
 * only, no folded lines, no control characters, one Host at most (in HTTP/1.1 exactly one), one length at most. What it
 * accepts, node:http accepts and reads in the same way; request.property.test.ts holds that and lists where we are
 * stricter. It looks at each byte about once and fills a single object, which makes it fast.
 */

export type ImdsRequest = {
  /** As sent; any token is legal here. */
  readonly method: string;
  /** Without scheme, authority and query; begins with a slash. */
  readonly path: string;
  /** X-aws-ec2-metadata-token; undefined when the header is missing. Several are joined by `, `, and so never good. */
  readonly sessionToken: string | undefined;
  /** X-aws-ec2-metadata-token-ttl-seconds, likewise. */
  readonly sessionTokenTtlSeconds: string | undefined;
  /** Whether X-Forwarded-For is there, with whatever value. */
  readonly forwardedFor: boolean;
  /** User-Agent, for those who look who asks; it decides nothing. */
  readonly userAgent: string | undefined;
};

export type RequestHead = ImdsRequest & {
  /** The client takes another answer on this connection, and what follows the head is the next request. */
  readonly persistent: boolean;
  /** A body follows the head; it is never read. */
  readonly hasBody: boolean;
  /** Where the head ends: the position after its empty line. */
  readonly end: number;
};

/** What is wrong with a head. */
export type IllegalHead = 'request line' | 'target' | 'header' | 'host' | 'framing' | 'too large';

export const MAX_HEAD_BYTES = 8192;
export const MAX_HEADERS = 100;

/**
 * The request head that begins at `from`; undefined if it is not complete yet. What can no longer become legal is refused
 * without waiting for the end.
 */
export function readHead(bytes: Buffer, from: number): RequestHead | IllegalHead | undefined {
  const draft = newDraft(bytes, from);
  const result = readRequestLine(bytes, draft) ?? readFields(bytes, draft) ?? conclude(draft);
  if (result !== 'incomplete') return result;
  return bytes.length - from < MAX_HEAD_BYTES ? undefined : 'too large';
}

/** A head that is being read. */
type Draft = {
  method: string;
  path: string;
  http11: boolean;
  sessionToken: string | undefined;
  sessionTokenTtlSeconds: string | undefined;
  forwardedFor: boolean;
  userAgent: string | undefined;
  hosts: number;
  connection: string | undefined;
  contentLength: string | undefined;
  transferEncoding: string | undefined;
  persistent: boolean;
  hasBody: boolean;
  /** How far it has been read. */
  end: number;
  /** How far it may go. */
  limit: number;
};

function newDraft(bytes: Buffer, from: number): Draft {
  return {
    method: '',
    path: '',
    http11: false,
    sessionToken: undefined,
    sessionTokenTtlSeconds: undefined,
    forwardedFor: false,
    userAgent: undefined,
    hosts: 0,
    connection: undefined,
    contentLength: undefined,
    transferEncoding: undefined,
    persistent: false,
    hasBody: false,
    end: from,
    limit: Math.min(bytes.length, from + MAX_HEAD_BYTES),
  };
}

// ─── Bytes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const TAB = 9;
const LF = 10;
const CR = 13;
const SP = 32;
const SLASH = 47;
const COLON = 58;

/** What a byte may be part of, one bit each: a token and a field value as in RFC 9110, a path, a query. */
const TOKEN = 1;
const PATH = 2;
const QUERY = 4;
const VALUE = 8;
const LINE_BREAK = 16;

const CLASSES = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  const isVisible = byte > SP && byte < 127;
  return (
    (/[\w!#$%&'*+\-.^`|~]/.test(character) ? TOKEN : 0) |
    (isVisible && !'#?'.includes(character) ? PATH : 0) |
    (isVisible && character !== '#' ? QUERY : 0) |
    (isVisible || byte === SP || byte === TAB || byte > 127 ? VALUE : 0) |
    (byte === CR || byte === LF ? LINE_BREAK : 0)
  );
});

/** The first position from `at` on whose byte is not of the class; `end` if all are. */
function skip(bytes: Buffer, at: number, end: number, ofClass: number): number {
  let next = at;
  while (next < end && ((CLASSES[bytes[next] as number] as number) & ofClass) !== 0) next++;
  return next;
}

/** Whether `text` is at this position. */
function isAt(bytes: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (bytes[at + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** Whether the token there is `name`, which is in lower case, in whatever case. */
function isNameAt(bytes: Buffer, at: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    // Of the characters of tokens, this bit makes only capital letters others.
    if (((bytes[at + i] as number) | 32) !== name.charCodeAt(i)) return false;
  }
  return true;
}

// ─── The request line ────────────────────────────────────────────────────────────────────────────────────────────────

/** From the space before it on. */
const VERSION_10 = ' HTTP/1.0\r\n';
const VERSION_11 = ' HTTP/1.1\r\n';

function readRequestLine(bytes: Buffer, draft: Draft): IllegalHead | 'incomplete' | undefined {
  const { limit } = draft;
  // RFC 9112, 2.2: empty lines before a request are skipped.
  const start = skip(bytes, draft.end, limit, LINE_BREAK);
  const methodEnd = skip(bytes, start, limit, TOKEN);
  if (methodEnd === limit) return 'incomplete';
  if (methodEnd === start || bytes[methodEnd] !== SP) return 'request line';
  const pathEnd = skip(bytes, methodEnd + 1, limit, PATH);
  const targetEnd = skip(bytes, pathEnd, limit, QUERY);
  if (targetEnd === limit) return 'incomplete';
  if (bytes[targetEnd] !== SP) return 'target';
  draft.end = targetEnd + VERSION_11.length;
  if (draft.end > limit) return 'incomplete';
  draft.http11 = isAt(bytes, targetEnd, VERSION_11);
  if (!draft.http11 && !isAt(bytes, targetEnd, VERSION_10)) return 'request line';
  draft.method = methodAt(bytes, start, methodEnd);
  draft.path = pathAt(bytes, methodEnd + 1, pathEnd);
  return draft.path === '' ? 'target' : undefined;
}

function methodAt(bytes: Buffer, start: number, end: number): string {
  // These need no new string.
  if (end - start === 3 && isAt(bytes, start, 'GET')) return 'GET';
  if (end - start === 3 && isAt(bytes, start, 'PUT')) return 'PUT';
  return bytes.toString('latin1', start, end);
}

/** `http://host[:port]` and then a path or nothing; no user names. */
const ABSOLUTE = /^http:\/\/(?:[\dA-Za-z\-._~]+|\[[\dA-Fa-f:.]+\])(?::\d*)?(?<path>\/.*)?$/i;

/** Of a target in origin-form or, as proxies are sent it, in absolute-form; empty for any other. */
function pathAt(bytes: Buffer, start: number, end: number): string {
  const target = bytes.toString('latin1', start, end);
  if (bytes[start] === SLASH) return target;
  const absolute = ABSOLUTE.exec(target);
  return absolute ? (absolute.groups?.path ?? '/') : '';
}

// ─── Header fields ───────────────────────────────────────────────────────────────────────────────────────────────────

/** The headers that matter here. Few names have the same length, which finds them fast. */
const NAMES = [
  'host',
  'connection',
  'user-agent',
  'content-length',
  'x-forwarded-for',
  'transfer-encoding',
  'x-aws-ec2-metadata-token',
  'x-aws-ec2-metadata-token-ttl-seconds',
] as const;

type Name = (typeof NAMES)[number];

const NAMES_OF_LENGTH: readonly (readonly Name[])[] = Array.from({ length: 37 }, (_, length) =>
  NAMES.filter((name) => name.length === length),
);

function readFields(bytes: Buffer, draft: Draft): IllegalHead | 'incomplete' | undefined {
  const { limit } = draft;
  for (let at = draft.end, count = 0; at < limit; count++) {
    if (bytes[at] === CR) {
      draft.end = at + 2;
      return draft.end > limit ? 'incomplete' : bytes[at + 1] === LF ? undefined : 'header';
    }
    if (count === MAX_HEADERS) return 'too large';
    const colon = skip(bytes, at, limit, TOKEN);
    if (colon === limit) return 'incomplete';
    if (colon === at || bytes[colon] !== COLON) return 'header';
    const valueEnd = skip(bytes, colon + 1, limit, VALUE);
    if (valueEnd === limit) return 'incomplete';
    if (bytes[valueEnd] !== CR) return 'header';
    if (valueEnd + 1 === limit) return 'incomplete';
    if (bytes[valueEnd + 1] !== LF) return 'header';
    const name = nameAt(bytes, at, colon);
    if (name === 'host') draft.hosts++;
    else if (name !== undefined) addField(draft, name, valueAt(bytes, colon + 1, valueEnd));
    at = valueEnd + 2;
  }
  return 'incomplete';
}

/** The name there, if it matters. */
function nameAt(bytes: Buffer, start: number, end: number): Name | undefined {
  const names = NAMES_OF_LENGTH[end - start];
  if (names === undefined) return undefined;
  for (const name of names) if (isNameAt(bytes, start, name)) return name;
  return undefined;
}

/** Property by property: a computed name would cost more than all the rest. */
function addField(draft: Draft, name: Exclude<Name, 'host'>, value: string): void {
  switch (name) {
    case 'connection':
      draft.connection = joined(draft.connection, value);
      break;
    case 'content-length':
      draft.contentLength = joined(draft.contentLength, value);
      break;
    case 'x-forwarded-for':
      draft.forwardedFor = true;
      break;
    case 'user-agent':
      draft.userAgent = joined(draft.userAgent, value);
      break;
    case 'transfer-encoding':
      draft.transferEncoding = joined(draft.transferEncoding, value);
      break;
    case 'x-aws-ec2-metadata-token':
      draft.sessionToken = joined(draft.sessionToken, value);
      break;
    case 'x-aws-ec2-metadata-token-ttl-seconds':
      draft.sessionTokenTtlSeconds = joined(draft.sessionTokenTtlSeconds, value);
  }
}

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}

/** Without the spaces and tabs around it. */
function valueAt(bytes: Buffer, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(bytes[from])) from++;
  while (from < to && isBlank(bytes[to - 1])) to--;
  return bytes.toString('latin1', from, to);
}

function isBlank(byte: number | undefined): boolean {
  return byte === SP || byte === TAB;
}

// ─── What they mean together ─────────────────────────────────────────────────────────────────────────────────────────

function conclude(draft: Draft): RequestHead | IllegalHead {
  const { http11, hosts, connection } = draft;
  if (hosts > 1 || (http11 && hosts === 0)) return 'host';
  const hasBody = announcesBody(draft);
  if (hasBody === undefined) return 'framing';
  draft.hasBody = hasBody;
  draft.persistent = http11 && !hasBody && !asksToClose(connection);
  return draft;
}

/** Undefined if the two headers do not say so in one legal way. */
function announcesBody({ http11, contentLength, transferEncoding }: Draft): boolean | undefined {
  if (transferEncoding !== undefined) {
    return http11 && contentLength === undefined && transferEncoding.toLowerCase() === 'chunked' ? true : undefined;
  }
  if (contentLength === undefined) return false;
  return /^\d{1,19}$/.test(contentLength) ? !/^0+$/.test(contentLength) : undefined;
}

function asksToClose(connection: string | undefined): boolean {
  return connection !== undefined && /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i.test(connection);
}
