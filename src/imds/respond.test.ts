/**
 * The whole decision, in AWS's order, byte for byte (aws-behaviour 1.2 to 1.5): who is refused first, then who is answered.
 */

import { describe, expect, test } from 'vitest';
import type { DesiredInstance } from '../model.ts';
import type { ImdsRequest } from './request.ts';
import { respond } from './respond.ts';
import { encodeResponse, middleLines } from './response.ts';
import { desiredInstance, NOW, prepare, request } from './testing.ts';
import { mintToken } from './token.ts';

const APPLIED = NOW - 600_000;
const MIDDLE = 'Date: Mon, 23 Nov 2026 10:00:00 GMT\r\nServer: EC2ws\r\nConnection: close\r\n';
const NO_BODY = `Content-Length: 0\r\n${MIDDLE}Content-Type: text/plain\r\n\r\n`;
const UNAUTHORIZED = `HTTP/1.1 401 Unauthorized\r\n${NO_BODY}`;
const FORBIDDEN = `HTTP/1.1 403 Forbidden\r\n${NO_BODY}`;
const BAD_REQUEST = `HTTP/1.1 400 Bad Request\r\n${NO_BODY}`;

const TOKEN_PATH = '/latest/api/token';
const INSTANCE_ID = '/latest/meta-data/instance-id';
const TTL = { sessionTokenTtlSeconds: '21600' };

const optional = desiredInstance();
const required = desiredInstance({ options: { HttpTokens: 'required' } });
const disabled = desiredInstance({ options: { HttpEndpoint: 'disabled' } });

/** The bytes that the instance's metadata service answers at NOW. */
function answer(desired: DesiredInstance, asked: ImdsRequest): string {
  const response = respond(asked, prepare(desired, APPLIED), NOW);
  return encodeResponse(response, middleLines(NOW, 'close'));
}

/** A token of the instance, minted some seconds before NOW. */
function token(desired: DesiredInstance, ttlSeconds = 21_600, secondsAgo = 0): string {
  return mintToken(prepare(desired, APPLIED).tokenKey, ttlSeconds, NOW - secondsAgo * 1000);
}

const get = (path: string, headers: Partial<ImdsRequest> = {}) => request('GET', path, headers);
const put = (path: string, headers: Partial<ImdsRequest> = {}) => request('PUT', path, headers);
const statusOf = (text: string) => Number(text.slice(9, 12));
const bodyOf = (text: string) => text.slice(text.indexOf('\r\n\r\n') + 4);

describe('HttpEndpoint=disabled: 403 with an empty body, whatever is asked', () => {
  test.each([
    ['the token PUT', put(TOKEN_PATH, TTL)],
    ['a GET without a token', get(INSTANCE_ID)],
    ['a GET with a token that was good', get(INSTANCE_ID, { sessionToken: token(disabled) })],
    ['a GET of what does not exist', get('/nothing')],
    ['a GET of the token path', get(TOKEN_PATH)],
    ['a HEAD', request('HEAD', '/')],
    ['a POST', request('POST', INSTANCE_ID)],
    ['an OPTIONS', request('OPTIONS', TOKEN_PATH)],
  ])('%s', (_, asked) => expect(answer(disabled, asked)).toBe(FORBIDDEN));
});

describe('HttpTokens=required', () => {
  test.each(['/', '/latest', INSTANCE_ID, '/latest/user-data', '/latest/meta-data/nothing', '/latest/api', '/%'])(
    'GET %s without a token is 401, whether it exists or not',
    (path) => expect(answer(required, get(path))).toBe(UNAUTHORIZED),
  );

  test('HEAD without a token is 401', () => {
    expect(answer(required, request('HEAD', INSTANCE_ID))).toBe(UNAUTHORIZED);
  });

  test('with a token it answers, and says how many seconds are left', () => {
    expect(answer(required, get(INSTANCE_ID, { sessionToken: token(required, 21_600, 82) }))).toBe(
      `HTTP/1.1 200 OK\r\nX-Aws-Ec2-Metadata-Token-Ttl-Seconds: 21518\r\nContent-Type: text/plain\r\nAccept-Ranges: none\r\nLast-Modified: Mon, 23 Nov 2026 09:50:00 GMT\r\nContent-Length: 19\r\n${MIDDLE}\r\ni-0123456789abcdef0`,
    );
  });

  test('a token that is given out while tokens are optional is good after they are required', () => {
    expect(statusOf(answer(required, get(INSTANCE_ID, { sessionToken: token(optional) })))).toBe(200);
  });
});

describe('a request that carries a token is IMDSv2: a bad one is 401 even while tokens are optional', () => {
  const other = desiredInstance({ instance: { InstanceId: 'i-0fedcba9876543210' } });
  const restarted = desiredInstance({ instance: { tokenGeneration: 2 } });
  test.each([
    ['empty', ''],
    ['not a token', 'AQAEA'],
    ['of another instance', token(other)],
    ['of a later start', token(restarted)],
    ['expired', token(optional, 60, 60)],
    ['twice', `${token(optional)}, ${token(optional)}`],
  ])('%s', (_, sessionToken) => expect(answer(optional, get(INSTANCE_ID, { sessionToken }))).toBe(UNAUTHORIZED));

  test('the endpoint answers what does not exist with 401 too', () => {
    expect(answer(optional, get('/nothing', { sessionToken: 'bad' }))).toBe(UNAUTHORIZED);
  });
});

describe('X-Forwarded-For', () => {
  test('a GET with a token is 403, be the token good or bad', () => {
    const forwardedFor = true;
    expect(answer(optional, get(INSTANCE_ID, { sessionToken: token(optional), forwardedFor }))).toBe(FORBIDDEN);
    expect(answer(required, get(INSTANCE_ID, { sessionToken: 'bad', forwardedFor }))).toBe(FORBIDDEN);
  });

  test('PUT requests are rejected with 403, before their lifetime is looked at', () => {
    expect(answer(optional, put(TOKEN_PATH, { ...TTL, forwardedFor: true }))).toBe(FORBIDDEN);
    expect(answer(optional, put(TOKEN_PATH, { forwardedFor: true }))).toBe(FORBIDDEN);
  });

  test('an IMDSv1 GET answers while tokens are optional, and is 401 while they are required', () => {
    expect(statusOf(answer(optional, get(INSTANCE_ID, { forwardedFor: true })))).toBe(200);
    expect(answer(required, get(INSTANCE_ID, { forwardedFor: true }))).toBe(UNAUTHORIZED);
  });
});

describe('PUT /latest/api/token', () => {
  test.each([undefined, '', '0', '-1', '21601', '1.5', '1e3', ' 60', '60s', '+60', '60, 60', '9999999999', '٣'])(
    'is 400 when X-aws-ec2-metadata-token-ttl-seconds is %j',
    (sessionTokenTtlSeconds) => expect(answer(optional, put(TOKEN_PATH, { sessionTokenTtlSeconds }))).toBe(BAD_REQUEST),
  );

  test.each(['1', '60', '00060', '21600'])('gives a token for %s seconds', (sessionTokenTtlSeconds) => {
    const seconds = Number(sessionTokenTtlSeconds);
    expect(answer(required, put(TOKEN_PATH, { sessionTokenTtlSeconds }))).toBe(
      `HTTP/1.1 200 OK\r\nX-Aws-Ec2-Metadata-Token-Ttl-Seconds: ${seconds}\r\nContent-Length: 56\r\n${MIDDLE}Content-Type: text/plain\r\n\r\n${token(required, seconds)}`,
    );
  });

  test('the token is 56 characters of URL-safe base64, as on Nitro', () => {
    expect(bodyOf(answer(optional, put(TOKEN_PATH, TTL)))).toMatch(/^AQAEA[\w-]{49}==$/);
  });

  test.each([
    '/latest/api/token/',
    '/2021-03-23/api/token',
    '/latest/api',
    '/latest/api/tokens',
    '/Latest/api/token',
    '/latest/api/%74oken',
    '/latest/meta-data/instance-id',
    '/',
  ])('a PUT to %s is 403', (path) => expect(answer(optional, put(path, TTL))).toBe(FORBIDDEN));

  test('repeated slashes are folded', () => {
    expect(statusOf(answer(optional, put('//latest///api//token', TTL)))).toBe(200);
  });

  test('the hop limit is on the answers to the token PUT, and on no other', () => {
    const instance = prepare(desiredInstance({ options: { HttpPutResponseHopLimit: 3 } }), APPLIED);
    const hopLimit = (asked: ImdsRequest) => respond(asked, instance, NOW).hopLimit;
    expect(hopLimit(put(TOKEN_PATH, TTL))).toBe(3);
    expect(hopLimit(put(TOKEN_PATH))).toBe(3);
    expect(hopLimit(put('/latest/api/token/', TTL))).toBeUndefined();
    expect(hopLimit(get(TOKEN_PATH))).toBeUndefined();
    expect(hopLimit(get(INSTANCE_ID))).toBeUndefined();
  });
});

describe('other methods', () => {
  test.each(['GET', 'HEAD', 'POST', 'DELETE', 'PATCH', 'get', 'CONNECT'])(
    '%s on the token path is 405 Not Allowed, which allows OPTIONS and PUT',
    (method) =>
      expect(answer(required, request(method, TOKEN_PATH))).toBe(
        `HTTP/1.1 405 Not Allowed\r\nAllow: OPTIONS, PUT\r\n${NO_BODY}`,
      ),
  );

  test('OPTIONS on the token path says the same with 200', () => {
    expect(answer(required, request('OPTIONS', TOKEN_PATH))).toBe(
      `HTTP/1.1 200 OK\r\nAllow: OPTIONS, PUT\r\n${NO_BODY}`,
    );
  });

  test.each(['POST', 'DELETE', 'PATCH', 'OPTIONS', 'get', 'TRACE'])('%s on a metadata path is 405', (method) =>
    expect(answer(required, request(method, INSTANCE_ID))).toBe(
      `HTTP/1.1 405 Not Allowed\r\nAllow: GET, HEAD\r\n${NO_BODY}`,
    ),
  );
});

describe('GET while tokens are optional', () => {
  test('an unknown path is 404 with a page of 339 bytes', () => {
    const page =
      '<?xml version="1.0" encoding="iso-8859-1"?>\n' +
      '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"\n' +
      '\t\t "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n' +
      '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">\n' +
      ' <head>\n  <title>404 - Not Found</title>\n </head>\n' +
      ' <body>\n  <h1>404 - Not Found</h1>\n </body>\n</html>\n';
    expect(page).toHaveLength(339);
    expect(answer(optional, get('/latest/meta-data/nothing'))).toBe(
      `HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 339\r\n${MIDDLE}\r\n${page}`,
    );
  });

  test('an IMDSv1 answer has no header about a token', () => {
    expect(answer(optional, get('/latest/meta-data/instance-id'))).toBe(
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nAccept-Ranges: none\r\nLast-Modified: Mon, 23 Nov 2026 09:50:00 GMT\r\nContent-Length: 19\r\n${MIDDLE}\r\ni-0123456789abcdef0`,
    );
  });

  test('user-data is application/octet-stream, its bytes as they were before base64', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const desired = desiredInstance({ instance: { UserData: bytes.toString('base64') } });
    const text = answer(desired, get('/latest/user-data'));
    expect(text).toContain('\r\nContent-Type: application/octet-stream\r\n');
    expect(text).toContain('\r\nContent-Length: 256\r\n');
    expect(Buffer.from(bodyOf(text), 'latin1')).toEqual(bytes);
  });

  test('a value that is not ASCII is UTF-8, and its length is counted in bytes', () => {
    const text = answer(optional, get('/latest/meta-data/tags/instance/team:owner'));
    expect(text).toContain('\r\nContent-Length: 4\r\n');
    expect(Buffer.from(bodyOf(text), 'latin1').toString('utf8')).toBe('Zoë');
  });

  test.each(['/latest/meta-data/instance-id', '/latest/meta-data/', '/latest/nothing', '/'])(
    'HEAD %s has the headers of GET and no body',
    (path) => {
      const text = answer(optional, get(path));
      expect(answer(optional, request('HEAD', path))).toBe(text.slice(0, text.indexOf('\r\n\r\n') + 4));
    },
  );
});

describe('paths', () => {
  test.each([
    '/latest//meta-data/instance-id',
    '//latest/meta-data/instance-id',
    '/latest/meta-data/instance-id/',
    '/latest/meta-data//instance-id//',
    '/latest/meta-data/%69nstance-id',
    '/latest/meta-data/instance%2did',
  ])('%s is the instance id', (path) => expect(bodyOf(answer(optional, get(path)))).toBe('i-0123456789abcdef0'));

  test.each([
    '/latest/meta-data/instance-id/more',
    '/latest/meta-data/Instance-id',
    '/latest/meta-data%2Finstance-id',
    '/latest/meta-data/%',
    '/latest/meta-data/%ff',
    '/latest/meta-data/../user-data',
    '/latest/api',
    '/latest/api/token/',
    '/2021-03-23/api/token',
    '/2020-01-01/meta-data',
    '/meta-data/instance-id',
    '/constructor',
    '/latest/__proto__',
  ])('%s is not found', (path) => expect(statusOf(answer(optional, get(path)))).toBe(404));
});
