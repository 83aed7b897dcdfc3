/**
 * Which heads are refused, which are incomplete, and how legal ones read.
 */

import { describe, expect, test } from 'vitest';
import { MAX_HEAD_BYTES, MAX_HEADERS, type RequestHead, readHead } from './request.ts';

const HOST = 'Host: 169.254.169.254\r\n';
const TOKEN = 'AQAEAIXkhdOR3sIqAVRdg0mVAdHYRr_fkfFDU7SDzH9whlWZJwANKg==';

const read = (text: string) => readHead(Buffer.from(text, 'latin1'), 0);

/** The parts of a head that must be legal. */
function legal(text: string): RequestHead {
  const head = read(text);
  if (typeof head !== 'object') throw new Error(`${JSON.stringify(text)} is ${head ?? 'incomplete'}`);
  return head;
}

describe('illegal heads', () => {
  test.each([
    ['request line', ' GET / HTTP/1.1\r\n'],
    ['request line', ':'],
    ['request line', 'GE(T / HTTP/1.1\r\n'],
    ['request line', 'GET\t/ HTTP/1.1\r\n'],
    ['request line', 'GET / HTTP/0.9\r\n'],
    ['request line', 'GET / HTTP/2.0\r\n'],
    ['request line', 'GET / http/1.1\r\n'],
    ['request line', 'GET / HTTP/1.1 \r\n'],
    ['request line', 'GET / HTTP/1.1\nHost: a\n\n'],
    ['request line', 'GET / RTSP/1.0\r\n'],
    ['request line', 'GET  / HTTP/1.1\r\n'],
    ['target', 'GET /\r\n'],
    ['target', 'GET /a\tb HTTP/1.1\r\n'],
    ['target', 'GET /a#b HTTP/1.1\r\n'],
    ['target', 'GET /\x7f HTTP/1.1\r\n'],
    ['target', 'GET /\x80 HTTP/1.1\r\n'],
    ['target', `GET x HTTP/1.1\r\n${HOST}\r\n`],
    ['target', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`],
    ['target', `CONNECT a:80 HTTP/1.1\r\n${HOST}\r\n`],
    ['target', `GET ftp://a/ HTTP/1.1\r\n${HOST}\r\n`],
    ['target', `GET http:///a HTTP/1.1\r\n${HOST}\r\n`],
    ['target', `GET http://u:p@a/ HTTP/1.1\r\n${HOST}\r\n`],
    ['header', 'GET / HTTP/1.1\r\nHost: a\n'],
    ['header', 'GET / HTTP/1.1\r\nHost: a\r\r'],
    ['header', 'GET / HTTP/1.1\r\nHost: a\rX: b\r\n'],
    ['header', 'GET / HTTP/1.1\r\nHost: a\0'],
    ['header', 'GET / HTTP/1.1\r\nHost: a\x7f'],
    ['header', 'GET / HTTP/1.1\r\nHost : a\r\n'],
    ['header', 'GET / HTTP/1.1\r\n: a\r\n'],
    ['header', 'GET / HTTP/1.1\r\nHost\r\n'],
    ['header', 'GET / HTTP/1.1\r\n Host: a\r\n'],
    ['header', 'GET / HTTP/1.1\r\nHost: a\r\n b\r\n'],
    ['header', 'GET / HTTP/1.1\r\nHost: a\r\n\n'],
    ['header', 'GET / HTTP/1.1\r\nHost: a\r\n\r\r'],
    ['host', 'GET / HTTP/1.1\r\n\r\n'],
    ['host', 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n'],
    ['host', 'GET / HTTP/1.0\r\nHost: a\r\nhOST: b\r\n\r\n'],
    ['framing', `GET / HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`],
    ['framing', `GET / HTTP/1.1\r\n${HOST}Content-Length:\r\n\r\n`],
    ['framing', `GET / HTTP/1.1\r\n${HOST}Content-Length: 0, 0\r\n\r\n`],
    ['framing', `GET / HTTP/1.1\r\n${HOST}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`],
    ['framing', `GET / HTTP/1.1\r\n${HOST}Content-Length: 99999999999999999999\r\n\r\n`],
    ['framing', `GET / HTTP/1.1\r\n${HOST}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['framing', `GET / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n`],
    ['framing', `GET / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['framing', `GET / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`],
    ['too large', `GET /${'a'.repeat(MAX_HEAD_BYTES)}`],
    ['too large', `GET / HTTP/1.1\r\nX: ${'a'.repeat(MAX_HEAD_BYTES)}\r\n${HOST}\r\n`],
    ['too large', '\r\n'.repeat(MAX_HEAD_BYTES)],
    ['too large', `GET / HTTP/1.1\r\n${'X: a\r\n'.repeat(MAX_HEADERS)}${HOST}\r\n`],
  ])('%s: %j', (what, text) => expect(read(text)).toBe(what));
});

describe('a head that is not complete', () => {
  const whole = `\r\nPUT http://a/latest/api/token?x HTTP/1.1\r\n${HOST}X-aws-ec2-metadata-token-ttl-seconds: 60\r\n\r\n`;
  test('is undecided at every byte before the last', () => {
    for (let length = 0; length < whole.length; length++) expect(read(whole.slice(0, length))).toBeUndefined();
    expect(legal(whole).path).toBe('/latest/api/token');
  });

  test('may be as large as the limit, and no larger', () => {
    const filled = (size: number) => {
      const rest = `GET / HTTP/1.1\r\n${HOST}X: \r\n\r\n`;
      return rest.replace('X: ', `X: ${'a'.repeat(size - rest.length)}`);
    };
    expect(legal(filled(MAX_HEAD_BYTES)).end).toBe(MAX_HEAD_BYTES);
    expect(read(filled(MAX_HEAD_BYTES + 1))).toBe('too large');
    expect(read(filled(MAX_HEAD_BYTES).slice(0, -1))).toBeUndefined();
  });

  test('may have as many headers as the limit', () => {
    expect(legal(`GET / HTTP/1.1\r\n${'X: a\r\n'.repeat(MAX_HEADERS - 1)}${HOST}\r\n`).method).toBe('GET');
  });
});

describe('a legal head', () => {
  test('as curl writes it', () => {
    const text = `GET /latest/meta-data/ HTTP/1.1\r\n${HOST}User-Agent: curl/7.88.1\r\nAccept: */*\r\nX-aws-ec2-metadata-token: ${TOKEN}\r\n\r\n`;
    expect(legal(text)).toMatchObject({
      method: 'GET',
      path: '/latest/meta-data/',
      sessionToken: TOKEN,
      sessionTokenTtlSeconds: undefined,
      forwardedFor: false,
      userAgent: 'curl/7.88.1',
      persistent: true,
      hasBody: false,
      end: text.length,
    });
  });

  test('names of headers are in any case, and values lose the blanks around them', () => {
    const head = legal(
      `PUT /latest/api/token HTTP/1.1\r\nhOsT:a\r\nX-AWS-EC2-METADATA-TOKEN-TTL-SECONDS:\t 60 \t\r\nx-aws-ec2-metadata-token:\r\nX-FORWARDED-FOR:\r\n\r\n`,
    );
    expect(head).toMatchObject({ sessionTokenTtlSeconds: '60', sessionToken: '', forwardedFor: true });
  });

  test('names of the same length are not mistaken for each other', () => {
    const head = legal(
      `GET / HTTP/1.1\r\n${HOST}X-aws-ec2-metadata-tokem: a\r\nX-Forwarded-Foo: a\r\nHosu: a\r\nUser-Agens: a\r\n\r\n`,
    );
    expect(head).toMatchObject({ sessionToken: undefined, forwardedFor: false, userAgent: undefined });
    const closing = legal(`GET / HTTP/1.1\r\n${HOST}User-Agent: close\r\nConnection: close\r\n\r\n`);
    expect(closing).toMatchObject({ userAgent: 'close', persistent: false });
    expect(legal(`GET / HTTP/1.1\r\n${HOST}User-Agent: close\r\n\r\n`).persistent).toBe(true);
  });

  test('a header that comes twice is joined, so that no token is good', () => {
    const head = legal(`GET / HTTP/1.1\r\n${HOST}X-aws-ec2-metadata-token: a\r\nX-aws-ec2-metadata-token: b\r\n\r\n`);
    expect(head.sessionToken).toBe('a, b');
  });

  test.each([
    ['/', '/'],
    ['/a?b', '/a'],
    ['/?', '/'],
    ['/a?b?c/d', '/a'],
    ['//a//b', '//a//b'],
    ['http://metadata.invalid/latest/', '/latest/'],
    ['HTTP://169.254.169.254:80/a?b', '/a'],
    ['http://[fd00:ec2::254]/a', '/a'],
    ['http://a', '/'],
    ['http://a?b', '/'],
    ['http://a:', '/'],
  ])('the target %s has the path %s', (target, path) => {
    expect(legal(`GET ${target} HTTP/1.1\r\n${HOST}\r\n`).path).toBe(path);
  });

  test('HTTP/1.0 needs no Host, and its connection is not kept', () => {
    expect(legal('GET / HTTP/1.0\r\n\r\n').persistent).toBe(false);
    expect(legal('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n').persistent).toBe(false);
  });

  test.each([
    ['close', false],
    ['Close', false],
    ['keep-alive, close', false],
    ['close , te', false],
    ['keep-alive', true],
    ['closed', true],
    ['not-close', true],
    ['', true],
  ])('with Connection: %s the connection is kept: %s', (connection, persistent) => {
    expect(legal(`GET / HTTP/1.1\r\n${HOST}Connection: ${connection}\r\n\r\n`).persistent).toBe(persistent);
  });

  test.each([
    ['Content-Length: 0', false],
    ['Content-Length: 000', false],
    ['Content-Length: 5', true],
    ['Transfer-Encoding: Chunked', true],
    ['Expect: 100-continue', false],
  ])('%s announces a body: %s; after a body, nothing more is read', (header, hasBody) => {
    expect(legal(`PUT / HTTP/1.1\r\n${HOST}${header}\r\n\r\n`)).toMatchObject({ hasBody, persistent: !hasBody });
  });

  test('begins where the one before ends', () => {
    const first = `GET /1 HTTP/1.1\r\n${HOST}\r\n`;
    const both = Buffer.from(`${first}HEAD /2 HTTP/1.1\r\n${HOST}\r\n`);
    expect(readHead(both, 0)).toMatchObject({ path: '/1', end: first.length });
    expect(readHead(both, first.length)).toMatchObject({ method: 'HEAD', path: '/2', end: both.length });
    expect(readHead(both, both.length)).toBeUndefined();
  });
});
