/**
 * Our parser against node:http: the same verdict, legal or illegal, and the same reading, for heads that are generated
 * legal and then damaged. Where the two differ on purpose, we are the stricter one; but for methods, see below.
 */

import { createServer, type IncomingMessage, METHODS } from 'node:http';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type IllegalHead, readHead } from './request.ts';

// ─── The oracle ──────────────────────────────────────────────────────────────────────────────────────────────────────

type Verdict = 'illegal' | IncomingMessage;

/** What node:http makes of the bytes, which must be followed by nothing. */
async function nodeReads(bytes: Buffer): Promise<Verdict> {
  const { promise, resolve } = Promise.withResolvers<Verdict>();
  const server = createServer((request) => resolve(request));
  server.on('checkContinue', resolve).on('checkExpectation', resolve).on('connect', resolve);
  server.on('clientError', () => resolve('illegal'));
  const socket = new Duplex({
    read() {},
    write(answer: Buffer, _encoding, done) {
      // It answers a missing Host by itself.
      if (answer.toString('latin1').startsWith('HTTP/1.1 400')) resolve('illegal');
      done();
    },
  });
  server.emit('connection', socket);
  socket.push(bytes);
  socket.push(null);
  socket.on('close', () => resolve('illegal'));
  const verdict = await promise;
  socket.destroy();
  return verdict;
}

// ─── The differences ─────────────────────────────────────────────────────────────────────────────────────────────────

const LEGAL_TARGET =
  /^[\r\n]*[^ \r\n]+ (?:http:\/\/(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d*)?(?:[/?][^ #\r\n]*)?|\/[^ #\r\n]*) HTTP/i;

/**
 * Heads that node:http accepts and we refuse.
 *
 * 'request line': other versions (0.9, 2.0), other protocols (RTSP, ICE), several spaces.
 * 'target': `*`, `host:port`, schemes other than http, user names, no host, fragments, no version after it.
 * 'host': more than one Host, as RFC 9112, 3.2 asks; and none with CONNECT.
 * 'framing': transfer codings other than chunked, and any of them in HTTP/1.0.
 * 'too large': half the size and fewer headers.
 */
const STRICTER: Record<IllegalHead, (text: string) => boolean> = {
  'request line': (text) => !/^[\r\n]*[A-Z-]+ [^ \r\n]+ HTTP\/1\.[01]\r\n/.test(text),
  target: (text) => !LEGAL_TARGET.test(text),
  host: (text) => (text.match(/^host:/gim) ?? []).length > 1 || /^[\r\n]*CONNECT /.test(text),
  framing: (text) => /^transfer-encoding:/im.test(text),
  'too large': (text) => text.length > 8192 || text.split('\n').length > 100,
  header: () => false,
};

/** Any token is a method here, and is answered with 405; node:http accepts those that it knows. */
const KNOWN_METHODS = new Set(METHODS);

// ─── Heads ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const method = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('GET', 'PUT', 'HEAD', 'OPTIONS') },
  fc.constantFrom('get', 'FOO', 'CONNECT', 'M-SEARCH', 'DESCRIBE', 'PRI', ''),
);
const target = fc.oneof(
  { weight: 5, arbitrary: fc.webPath().map((path) => `/${path}`) },
  fc.constantFrom('/', '//', '/a?b', '/a#b', '*', 'a:80', 'http://a', 'http://a/b?c', 'HTTP://[::1]:80/', 'http:///'),
  fc.constantFrom('ftp://a/', 'http://u@a/', 'http://a|b/', '/"<>\\^`{|}', '/%', '/\x80', 'x', '?', ''),
);
const version = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('HTTP/1.1', 'HTTP/1.0') },
  fc.constantFrom('HTTP/0.9', 'HTTP/2.0', 'HTTP/1.2', 'http/1.1', 'RTSP/1.0', 'HTTP/1.1 ', ''),
);
const name = fc.oneof(
  fc.constantFrom('Accept', 'X-aws-ec2-metadata-token', 'x-aws-ec2-metadata-token-ttl-seconds', 'X-Forwarded-For'),
  fc.constantFrom('Connection', 'Content-Length', 'Transfer-Encoding', 'Expect', 'Upgrade', 'Host', "!#$%&'*+-.^_`|~"),
  fc.constantFrom('X ', ' X', 'X\t', 'X(', '', 'X\x80'),
);
const value = fc.oneof(
  fc.constantFrom('', '0', '5', '00', '+5', '5, 5', '-1', 'a', 'chunked', 'gzip, chunked', 'chunked, gzip', 'identity'),
  fc.constantFrom('close', 'keep-alive', 'upgrade', '100-continue', ' a\t', 'a b', '\xff', '\x01', '\0', 'a\x7f'),
);
const lineEnd = fc.oneof(
  { weight: 30, arbitrary: fc.constant('\r\n') },
  fc.constantFrom('\n', '\r', '\r\n ', '\r\r\n'),
);
const space = fc.oneof({ weight: 20, arbitrary: fc.constant(' ') }, fc.constantFrom('  ', '\t', ''));

const header = fc.tuple(name, fc.constantFrom(':', ': ', ':\t ', ' : '), value, lineEnd).map((parts) => parts.join(''));
const host = fc.oneof(
  { weight: 8, arbitrary: fc.constant('Host: a\r\n') },
  fc.constantFrom('', 'Host:\r\n', 'hOST: b\r\n'),
);
const generated = fc
  .tuple(
    fc.constantFrom('', '', '\r\n', '\n', '\r'),
    fc.tuple(method, space, target, space, version, lineEnd).map((parts) => parts.join('')),
    host,
    fc.array(header, { maxLength: 3 }).map((lines) => lines.join('')),
  )
  .map((parts) => `${parts.join('')}\r\n`);

/** Bytes taken out, put in or changed. */
const damaged = fc
  .tuple(
    generated,
    fc.array(
      fc.tuple(fc.nat(), fc.nat({ max: 2 }), fc.constantFrom('', '\r', '\n', ' ', '\t', ':', '\0', '/', 'a', '\x80')),
      {
        minLength: 1,
        maxLength: 2,
      },
    ),
  )
  .map(([text, changes]) =>
    changes.reduce((now, [at, drop, put]) => {
      const index = at % now.length;
      return now.slice(0, index) + put + now.slice(index + drop);
    }, text),
  );

// ─── The comparison ──────────────────────────────────────────────────────────────────────────────────────────────────

async function compare(text: string): Promise<'both' | 'neither' | 'stricter' | 'method' | 'incomplete'> {
  const bytes = Buffer.from(text, 'latin1');
  const ours = readHead(bytes, 0);
  if (ours === undefined) return 'incomplete';
  const theirs = await nodeReads(bytes);
  if (typeof ours === 'string') {
    if (theirs === 'illegal') return 'neither';
    expect(STRICTER[ours](text), `we refuse ${JSON.stringify(text)}: ${ours}`).toBe(true);
    return 'stricter';
  }
  if (theirs === 'illegal') {
    expect(KNOWN_METHODS.has(ours.method), `node:http refuses ${JSON.stringify(text)}`).toBe(false);
    return 'method';
  }
  expect(theirs.method).toBe(ours.method);
  expect(pathOf(theirs.url ?? '')).toBe(ours.path);
  expect(theirs.headers['x-aws-ec2-metadata-token']).toBe(ours.sessionToken);
  expect(theirs.headers['x-aws-ec2-metadata-token-ttl-seconds']).toBe(ours.sessionTokenTtlSeconds);
  expect(theirs.headers['x-forwarded-for'] !== undefined).toBe(ours.forwardedFor);
  expect(Number(theirs.headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in theirs.headers).toBe(ours.hasBody);
  return 'both';
}

function pathOf(url: string): string {
  const rest = url.replace(/^http:\/\/[^/?]+/i, '').replace(/\?.*$/, '');
  return rest === '' ? '/' : rest;
}

test.each([
  ['generated', generated],
  ['damaged', damaged],
])('heads that are %s: the same verdict as node:http and the same reading', async (_, heads) => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(heads, async (text) => {
      const result = await compare(text);
      seen.set(result, (seen.get(result) ?? 0) + 1);
    }),
    { numRuns: 2500 },
  );
  // The comparison is worth something only if it meets all kinds.
  for (const kind of ['both', 'neither', 'stricter']) expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(10);
});

test('the pieces in which a head arrives do not matter', () => {
  fc.assert(
    fc.property(generated, fc.nat(), (text, at) => {
      const bytes = Buffer.from(text, 'latin1');
      const whole = readHead(bytes, 0);
      const part = readHead(bytes.subarray(0, at % bytes.length), 0);
      // Undecided, refused as early as possible, or complete already because the rest is another request.
      if (part !== undefined) expect(part).toEqual(whole);
    }),
    { numRuns: 2000 },
  );
});
