/**
 * Reads the heads of HTTP/1.x requests, for this protocol alone: small heads, and no bodies.
 *
 *   method SP target SP HTTP/1.0|1.1 CRLF *( name ":" OWS value OWS CRLF ) CRLF
 *
 * It is strict, because two readers who take one message differently are how requests are smuggled: single spaces, CRLF
 * only, no folded lines, no control characters, one Host at most (in HTTP/1.1 exactly one), one length at most. What it
 * accepts, node:http accepts and reads in the same way; request.property.test.ts holds that and lists where we are
 * stricter. Text is latin1: one character for each byte.
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
export type IllegalHead = 'characters' | 'request line' | 'target' | 'header' | 'host' | 'framing' | 'too large';

export const MAX_HEAD_BYTES = 8192;
export const MAX_HEADERS = 100;

/** Reads one head after another from the pieces in which they arrive. */
export class HeadReader {
  #text = '';
  /** Before this, no head ends. */
  #searched = 0;

  push(piece: string): void {
    this.#text = this.#text === '' ? piece : this.#text + piece;
  }

  /** The next head; undefined if it is not complete yet. After an illegal one there is nothing more to read. */
  next(): RequestHead | IllegalHead | undefined {
    const text = this.#text;
    const start = afterLineBreaks(text);
    const end = text.indexOf('\r\n\r\n', Math.max(start, this.#searched));
    if (end === -1) return this.#incomplete(text, start);
    if (end + 4 - start > MAX_HEAD_BYTES) return 'too large';
    this.#text = text.slice(end + 4);
    this.#searched = 0;
    return parseHead(text, start, end + 2);
  }

  /** How many bytes have not been read as a head. */
  get rest(): number {
    return this.#text.length;
  }

  /** Refuses as early as possible what cannot become legal any more. */
  #incomplete(text: string, start: number): IllegalHead | undefined {
    if (text.length > MAX_HEAD_BYTES) return 'too large';
    ILLEGAL_CHARACTER.lastIndex = Math.max(start, this.#searched);
    // A final CR may be half of a line break.
    this.#searched = Math.max(start, text.length - 3);
    return ILLEGAL_CHARACTER.test(text) ? 'characters' : undefined;
  }
}

/** Control characters but for tab and CRLF; a CR at the very end may become a CRLF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is for
const ILLEGAL_CHARACTER = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|(?<!\r)\n|\r(?!\n|$)/g;

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: RFC 9110 names the octets that it allows
const REQUEST_LINE = /([!#$%&'*+\-.^_`|~\dA-Za-z]+) ([!-"$-~]+) HTTP\/1\.([01])\r\n/y;
const HEADERS = /(?:[!#$%&'*+\-.^_`|~\dA-Za-z]+:[\t -~\x80-\xff]*\r\n)*/y;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: as above

/** `http://host[:port]` before a path, a query or nothing; no user names. */
const AUTHORITY = /^http:\/\/(?:[\dA-Za-z\-._~]+|\[[\dA-Fa-f:.]+\])(?::\d*)?(?=[/?]|$)/i;

/** RFC 9112, 2.2: empty lines before a request are skipped. */
function afterLineBreaks(text: string): number {
  let at = 0;
  while (text.charCodeAt(at) === 13 || text.charCodeAt(at) === 10) at++;
  return at;
}

/** @param end of the last header line, its CRLF included */
function parseHead(text: string, start: number, end: number): RequestHead | IllegalHead {
  REQUEST_LINE.lastIndex = start;
  const line = REQUEST_LINE.exec(text);
  if (!line) return 'request line';
  const path = pathOf(line[2] as string);
  if (path === undefined) return 'target';
  HEADERS.lastIndex = start + line[0].length;
  HEADERS.test(text);
  if (HEADERS.lastIndex !== end) return 'header';
  const fields = readFields(text, start + line[0].length, end);
  return typeof fields === 'string' ? fields : finish(line[1] as string, path, line[3] === '1', fields);
}

/** Of an origin-form or an absolute-form target. */
function pathOf(target: string): string | undefined {
  const origin = target.charCodeAt(0) === 47 ? target : afterAuthority(target);
  if (origin === undefined) return undefined;
  const query = origin.indexOf('?');
  return query === -1 ? origin : origin.slice(0, query);
}

function afterAuthority(target: string): string | undefined {
  const authority = AUTHORITY.exec(target)?.[0];
  if (authority === undefined) return undefined;
  const rest = target.slice(authority.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

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
type Fields = Record<Name, string | undefined>;

const NAME_OF_LENGTH: readonly (Name | undefined)[] = Array.from({ length: 40 }, (_, length) =>
  NAMES.find((name) => name.length === length),
);

/** The values of the headers that matter; the lines are known to be well formed. */
function readFields(text: string, start: number, end: number): Fields | IllegalHead {
  const fields: Fields = {
    host: undefined,
    connection: undefined,
    'content-length': undefined,
    'x-forwarded-for': undefined,
    'transfer-encoding': undefined,
    'x-aws-ec2-metadata-token': undefined,
    'x-aws-ec2-metadata-token-ttl-seconds': undefined,
  };
  let count = 0;
  for (let at = start; at < end; ) {
    if (++count > MAX_HEADERS) return 'too large';
    const colon = text.indexOf(':', at);
    const next = text.indexOf('\r\n', colon);
    const name = NAME_OF_LENGTH[colon - at];
    if (name !== undefined && text.slice(at, colon).toLowerCase() === name) {
      const value = trimmed(text, colon + 1, next);
      const before = fields[name];
      fields[name] = before === undefined ? value : `${before}, ${value}`;
    }
    at = next + 2;
  }
  return fields;
}

/** Without spaces and tabs at both ends; String.trim would take more than HTTP does. */
function trimmed(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (from < to && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

function finish(method: string, path: string, http11: boolean, fields: Fields): RequestHead | IllegalHead {
  // A comma is in no host name: it means several of them.
  if (fields.host === undefined ? http11 : fields.host.includes(',')) return 'host';
  const body = hasBody(http11, fields['content-length'], fields['transfer-encoding']);
  if (body === undefined) return 'framing';
  return {
    method,
    path,
    sessionToken: fields['x-aws-ec2-metadata-token'],
    sessionTokenTtlSeconds: fields['x-aws-ec2-metadata-token-ttl-seconds'],
    forwardedFor: fields['x-forwarded-for'] !== undefined,
    // A body is never read, so nothing can follow one.
    persistent: http11 && !body && !asksToClose(fields.connection),
  };
}

/** Undefined if the two headers do not say so in one legal way. */
function hasBody(http11: boolean, length: string | undefined, encoding: string | undefined): boolean | undefined {
  if (encoding !== undefined) {
    return length === undefined && http11 && encoding.toLowerCase() === 'chunked' ? true : undefined;
  }
  if (length === undefined) return false;
  return /^\d{1,19}$/.test(length) ? !/^0+$/.test(length) : undefined;
}

function asksToClose(connection: string | undefined): boolean {
  return connection !== undefined && /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i.test(connection);
}
