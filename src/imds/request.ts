/**
 * Reads the heads of HTTP/1.x requests, for this protocol alone: small heads, and no bodies.
 *
 *   method SP target SP "HTTP/1.0"|"HTTP/1.1" CRLF *( name ":" value CRLF ) CRLF
 *
 * It is strict, because two readers who take one message differently are how requests are smuggled: single spaces, CRLF
 * only, no folded lines, no control characters, one Host at most (in HTTP/1.1 exactly one), one length at most. What it
 * accepts, node:http accepts and reads in the same way; request.property.test.ts holds that and lists where we are
 * stricter. It works on bytes and looks at each about once, which makes it fast.
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
};

/** `persistent`: the client takes another answer on this connection, and what follows the head is the next request. */
export type RequestHead = ImdsRequest & { readonly persistent: boolean };

/** What is wrong with a head. */
export type IllegalHead = 'request line' | 'target' | 'header' | 'host' | 'framing' | 'too large';

export const MAX_HEAD_BYTES = 8192;
export const MAX_HEADERS = 100;

const NOTHING: Buffer = Buffer.alloc(0);

/** Reads one head after another from the pieces in which they arrive. */
export class HeadReader {
  #bytes = NOTHING;
  /** Where the next head begins. */
  #at = 0;

  push(piece: Buffer): void {
    this.#bytes = this.rest === 0 ? piece : Buffer.concat([this.#bytes.subarray(this.#at), piece]);
    this.#at = 0;
  }

  /**
   * The next head; undefined if it is not complete yet. What can no longer become legal is refused without waiting for
   * its end, and after that there is nothing more to read.
   */
  next(): RequestHead | IllegalHead | undefined {
    if (this.rest === 0) return undefined;
    const end = Math.min(this.#bytes.length, this.#at + MAX_HEAD_BYTES);
    const line = readRequestLine(this.#bytes, this.#at, end);
    const fields = typeof line === 'object' ? readFields(this.#bytes, line.end, end) : line;
    if (typeof fields === 'string') return fields;
    if (line === undefined || typeof line === 'string' || fields === undefined) {
      return this.rest < MAX_HEAD_BYTES ? undefined : 'too large';
    }
    this.#at = fields.end;
    return headOf(line, fields);
  }

  /** How many bytes have not been read as a head. */
  get rest(): number {
    return this.#bytes.length - this.#at;
  }
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

/** Whether `text` is at this position; ASCII letters compare in lower case if `text` is in lower case. */
function isAt(bytes: Buffer, at: number, text: string, toLowerCase: 0 | 32 = 0): boolean {
  for (let i = 0; i < text.length; i++) {
    if (((bytes[at + i] as number) | toLowerCase) !== text.charCodeAt(i)) return false;
  }
  return true;
}

// ─── The request line ────────────────────────────────────────────────────────────────────────────────────────────────

type RequestLine = { method: string; path: string; http11: boolean; end: number };

/** From the space before the version on. */
const VERSION_10 = ' HTTP/1.0\r\n';
const VERSION_11 = ' HTTP/1.1\r\n';

function readRequestLine(bytes: Buffer, from: number, end: number): RequestLine | IllegalHead | undefined {
  // RFC 9112, 2.2: empty lines before a request are skipped.
  const start = skip(bytes, from, end, LINE_BREAK);
  const methodEnd = skip(bytes, start, end, TOKEN);
  if (methodEnd === end) return undefined;
  if (methodEnd === start || bytes[methodEnd] !== SP) return 'request line';
  const pathEnd = skip(bytes, methodEnd + 1, end, PATH);
  const targetEnd = skip(bytes, pathEnd, end, QUERY);
  if (targetEnd === end) return undefined;
  if (bytes[targetEnd] !== SP) return 'target';
  if (targetEnd + VERSION_11.length > end) return undefined;
  const http11 = isAt(bytes, targetEnd, VERSION_11);
  if (!http11 && !isAt(bytes, targetEnd, VERSION_10)) return 'request line';
  const path = pathOf(bytes, methodEnd + 1, pathEnd);
  if (path === undefined) return 'target';
  return { method: methodAt(bytes, start, methodEnd), path, http11, end: targetEnd + VERSION_11.length };
}

function methodAt(bytes: Buffer, start: number, end: number): string {
  // These need no new string.
  if (end - start === 3 && isAt(bytes, start, 'GET')) return 'GET';
  if (end - start === 3 && isAt(bytes, start, 'PUT')) return 'PUT';
  return bytes.toString('latin1', start, end);
}

/** `http://host[:port]` and then a path or nothing; no user names. */
const ABSOLUTE = /^http:\/\/(?:[\dA-Za-z\-._~]+|\[[\dA-Fa-f:.]+\])(?::\d*)?(?<path>\/.*)?$/i;

/** Of a target in origin-form or, as proxies are sent it, in absolute-form. */
function pathOf(bytes: Buffer, start: number, end: number): string | undefined {
  const target = bytes.toString('latin1', start, end);
  if (bytes[start] === SLASH) return target;
  const absolute = ABSOLUTE.exec(target);
  return absolute ? (absolute.groups?.path ?? '/') : undefined;
}

// ─── Header fields ───────────────────────────────────────────────────────────────────────────────────────────────────

/** The headers that matter here. No two names have the same length, which finds them fast. */
const NAMES = [
  'host',
  'connection',
  'content-length',
  'x-forwarded-for',
  'transfer-encoding',
  'x-aws-ec2-metadata-token',
  'x-aws-ec2-metadata-token-ttl-seconds',
] as const;

type Name = (typeof NAMES)[number];

const NAME_OF_LENGTH: readonly (Name | undefined)[] = Array.from({ length: 37 }, (_, length) =>
  NAMES.find((name) => name.length === length),
);

type Fields = {
  hosts: number;
  connection: string | undefined;
  contentLength: string | undefined;
  transferEncoding: string | undefined;
  forwardedFor: boolean;
  sessionToken: string | undefined;
  sessionTokenTtlSeconds: string | undefined;
  end: number;
};

function readFields(bytes: Buffer, start: number, end: number): Fields | IllegalHead | undefined {
  const fields = noFields();
  for (let at = start, count = 0; at + 1 < end; count++) {
    if (bytes[at] === CR) {
      fields.end = at + 2;
      return bytes[at + 1] === LF ? fields : 'header';
    }
    if (count === MAX_HEADERS) return 'too large';
    const colon = skip(bytes, at, end, TOKEN);
    if (colon === end) return undefined;
    if (colon === at || bytes[colon] !== COLON) return 'header';
    const valueEnd = skip(bytes, colon + 1, end, VALUE);
    if (valueEnd === end) return undefined;
    if (bytes[valueEnd] !== CR) return 'header';
    if (valueEnd + 1 === end) return undefined;
    if (bytes[valueEnd + 1] !== LF) return 'header';
    const name = nameAt(bytes, at, colon);
    if (name === 'host') fields.hosts++;
    else if (name !== undefined) addField(fields, name, valueAt(bytes, colon + 1, valueEnd));
    at = valueEnd + 2;
  }
  return undefined;
}

function noFields(): Fields {
  return {
    hosts: 0,
    connection: undefined,
    contentLength: undefined,
    transferEncoding: undefined,
    forwardedFor: false,
    sessionToken: undefined,
    sessionTokenTtlSeconds: undefined,
    end: 0,
  };
}

/** The name there, if it matters. */
function nameAt(bytes: Buffer, start: number, end: number): Name | undefined {
  const name = NAME_OF_LENGTH[end - start];
  return name !== undefined && isAt(bytes, start, name, 32) ? name : undefined;
}

/** Property by property: a computed name would cost more than all the rest. */
function addField(fields: Fields, name: Exclude<Name, 'host'>, value: string): void {
  switch (name) {
    case 'connection':
      fields.connection = joined(fields.connection, value);
      break;
    case 'content-length':
      fields.contentLength = joined(fields.contentLength, value);
      break;
    case 'x-forwarded-for':
      fields.forwardedFor = true;
      break;
    case 'transfer-encoding':
      fields.transferEncoding = joined(fields.transferEncoding, value);
      break;
    case 'x-aws-ec2-metadata-token':
      fields.sessionToken = joined(fields.sessionToken, value);
      break;
    case 'x-aws-ec2-metadata-token-ttl-seconds':
      fields.sessionTokenTtlSeconds = joined(fields.sessionTokenTtlSeconds, value);
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

// ─── What they mean ──────────────────────────────────────────────────────────────────────────────────────────────────

function headOf({ method, path, http11 }: RequestLine, fields: Fields): RequestHead | IllegalHead {
  if (fields.hosts > 1 || (http11 && fields.hosts === 0)) return 'host';
  const body = hasBody(http11, fields.contentLength, fields.transferEncoding);
  if (body === undefined) return 'framing';
  return {
    method,
    path,
    sessionToken: fields.sessionToken,
    sessionTokenTtlSeconds: fields.sessionTokenTtlSeconds,
    forwardedFor: fields.forwardedFor,
    // A body is never read, so nothing can follow one.
    persistent: http11 && !body && !asksToClose(fields.connection),
  };
}

/** Undefined if the two headers do not say so in one legal way. */
function hasBody(http11: boolean, length: string | undefined, encoding: string | undefined): boolean | undefined {
  if (encoding !== undefined) {
    return http11 && length === undefined && encoding.toLowerCase() === 'chunked' ? true : undefined;
  }
  if (length === undefined) return false;
  return /^\d{1,19}$/.test(length) ? !/^0+$/.test(length) : undefined;
}

function asksToClose(connection: string | undefined): boolean {
  return connection !== undefined && /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i.test(connection);
}
