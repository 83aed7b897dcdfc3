/**
 * Signatures: what is refused, whatever part of a request was altered, and what is verified, from AWS's own signer, from
 * aws4, from AWS's published examples and by hand.
 */

import { createHash, createHmac } from 'node:crypto';
import aws4 from 'aws4';
import { describe, expect, test } from 'vitest';
import { type Claim, readCredential, type SignedRequest, verifySignature } from './sigv4.ts';
import { KEY, NOW, smithySigner, TIMESTAMP } from './testing.ts';

const MINUTE = 60_000;
const EMPTY_HASH = createHash('sha256').digest('hex');

function verify(request: SignedRequest, nowMs = NOW, secret = KEY.secretAccessKey): void {
  const claim = readCredential(request);
  verifySignature(request, claim, claim.accessKeyId === KEY.accessKeyId ? secret : 'of another key', nowMs);
}

describe('a request without a usable signature', () => {
  test('has no authentication token', () => {
    expect(() => readCredential(get('/?Action=DescribeRegions', {}))).toThrow(
      expect.objectContaining({ code: 'MissingAuthenticationToken', status: 403 }),
    );
  });

  const scope = 'AKIDEXAMPLE/20261123/us-east-1/ec2/aws4_request';
  const signature = 'a'.repeat(64);
  test.each([
    ['an empty header', ''],
    ['another scheme', 'Basic dGVzdDp0ZXN0'],
    ['another algorithm', `AWS4-HMAC-MD5 Credential=${scope}, SignedHeaders=host, Signature=${signature}`],
    ['no Credential', `AWS4-HMAC-SHA256 SignedHeaders=host, Signature=${signature}`],
    ['no SignedHeaders', `AWS4-HMAC-SHA256 Credential=${scope}, Signature=${signature}`],
    ['no Signature', `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host`],
    ['Signature twice', `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=a, Signature=b`],
    ['four elements in Credential', header('AKID/20261123/us-east-1/aws4_request', 'host', signature)],
    ['six elements in Credential', header(`a/${scope}`, 'host', signature)],
    ['an empty Region', header('AKID/20261123//ec2/aws4_request', 'host', signature)],
    ['a key that would forge a line in the log', header('A\nB/20261123/us-east-1/ec2/aws4_request', 'host', signature)],
    ['another terminator', header('AKID/20261123/us-east-1/ec2/aws5_request', 'host', signature)],
    ['a date that is none', header('AKID/2026-11-23/us-east-1/ec2/aws4_request', 'host', signature)],
    ['host not signed', header(scope, 'x-amz-date', signature)],
    ['a signed header twice', header(scope, 'host;host', signature)],
    ['a signed header in upper case', header(scope, 'Host', signature)],
    ['a signature that is too short', header(scope, 'host', 'abc')],
    ['a signature in upper case', header(scope, 'host', 'A'.repeat(64))],
  ])('%s is an incomplete signature', (_what, authorization) => {
    const request = get('/', { authorization, 'x-amz-date': TIMESTAMP });
    expect(() => readCredential(request)).toThrow(
      expect.objectContaining({ code: 'IncompleteSignature', status: 400 }),
    );
  });

  test.each([
    ['none', {}],
    ['not in basic format', { 'x-amz-date': '2026-11-23T10:00:00Z' }],
    ['30 February', { 'x-amz-date': '20260230T100000Z' }],
    ['a Date header that is none', { date: 'yesterday' }],
  ])('a date that is %s is an incomplete signature', (_what, dates) => {
    const request = get('/', { authorization: header(scope, 'host', signature), ...dates });
    expect(() => readCredential(request)).toThrow(expect.objectContaining({ code: 'IncompleteSignature' }));
  });

  test('two Authorization headers are an incomplete signature', async () => {
    const request = await signed();
    const rawHeaders = [...request.rawHeaders, 'Authorization', header(scope, 'host', signature)];
    expect(() => readCredential({ ...request, rawHeaders })).toThrow(
      expect.objectContaining({ code: 'IncompleteSignature' }),
    );
  });

  test('the message never repeats what was sent', () => {
    expect(() => readCredential(get('/', { authorization: 'Basic c2VjcmV0' }))).toThrow(/^(?!.*c2VjcmV0)/);
  });
});

describe('a signed request', () => {
  test('is verified, and says who signed it and for where', async () => {
    const request = await signed();
    expect(readCredential(request)).toMatchObject({
      form: 'header',
      accessKeyId: 'AKIDEXAMPLE',
      date: '20261123',
      region: 'us-east-1',
      service: 'ec2',
      timestamp: TIMESTAMP,
      signedAtMs: NOW,
    } satisfies Partial<Claim>);
    expect(() => verify(request)).not.toThrow();
  });

  test.each<[string, (request: SignedRequest) => SignedRequest]>([
    ['another method', (r) => ({ ...r, method: 'PUT' })],
    ['another path', (r) => ({ ...r, target: r.target.replace('/', '/a') })],
    ['another value in the query', (r) => ({ ...r, target: r.target.replace('x=1', 'x=2') })],
    ['one more parameter', (r) => ({ ...r, target: `${r.target}&z=` })],
    ['another body', (r) => ({ ...r, body: new TextEncoder().encode('Action=TerminateInstances') })],
    ['no body', (r) => ({ ...r, body: new Uint8Array() })],
    ['another host', (r) => withHeader(r, 'host', 'elsewhere')],
    ['another value of a signed header', (r) => withHeader(r, 'content-type', 'text/plain')],
    ['a signed header twice', (r) => ({ ...r, rawHeaders: [...r.rawHeaders, 'Content-Type', 'text/plain'] })],
    ['a signed header missing', (r) => withoutHeader(r, 'content-type')],
    ['one more x-amz- header', (r) => ({ ...r, rawHeaders: [...r.rawHeaders, 'X-Amz-Target', 'x'] })],
    ['another second', (r) => withHeader(r, 'x-amz-date', '20261123T100001Z')],
    ['another key', (r) => changed(r, 'Credential=A', 'Credential=B')],
    ['another Region', (r) => changed(r, 'us-east-1', 'us-west-2')],
    ['another service', (r) => changed(r, '/ec2/', '/iam/')],
    ['another date in the scope', (r) => changed(r, '/20261123/', '/20261124/')],
    ['a header less in the list', (r) => changed(r, 'content-type;', '')],
    [
      'another signature',
      (r) => changed(r, /Signature=./, (found) => (found.endsWith('0') ? 'Signature=1' : 'Signature=0')),
    ],
  ])('is refused with %s', async (_what, alter) => {
    const altered = alter(await signed());
    expect(() => verify(altered)).toThrow(authFailure);
  });

  test('is refused with another secret, and with none', async () => {
    const request = await signed();
    expect(() => verify(request, NOW, 'test')).toThrow(authFailure);
    expect(() => verify(request, NOW, '')).toThrow(authFailure);
  });

  test.each([
    [-15 * MINUTE, true],
    [15 * MINUTE, true],
    [-15 * MINUTE - 1, false],
    [15 * MINUTE + 1, false],
  ])('is good for 15 minutes either way: %d ms is %s', async (skew, good) => {
    const request = await signed();
    if (good) expect(() => verify(request, NOW + skew)).not.toThrow();
    else expect(() => verify(request, NOW + skew)).toThrow(expired);
  });

  test('x-amz-content-sha256 must be the hash of the body', async () => {
    const body = 'Action=DescribeRegions';
    const hash = createHash('sha256').update(body).digest('hex');
    expect(() => verify(aws4Signed({ body, headers: { 'X-Amz-Content-Sha256': hash } }))).not.toThrow();
    for (const value of ['UNSIGNED-PAYLOAD', EMPTY_HASH]) {
      const request = aws4Signed({ body, headers: { 'X-Amz-Content-Sha256': value } });
      expect(() => verify(request), value).toThrow(authFailure);
    }
  });

  test('headers that nobody signed may come on the way', async () => {
    const request = await signed();
    const rawHeaders = ['Connection', 'close', ...request.rawHeaders, 'X-Amzn-Trace-Id', 'Root=1'];
    expect(() => verify({ ...request, rawHeaders })).not.toThrow();
  });

  test('may have a Date header in place of X-Amz-Date', () => {
    const signer = new aws4.RequestSigner(
      {
        host: 'localhost',
        path: '/',
        service: 'ec2',
        region: 'us-east-1',
        headers: { Date: 'Mon, 23 Nov 2026 10:00:00 GMT' },
        doNotModifyHeaders: true,
      },
      KEY,
    );
    expect(() => verify(fromAws4(signer.sign()))).not.toThrow();
    const canonical = ['GET', '/', '', `date:${TIMESTAMP}`, 'host:localhost', '', 'date;host', EMPTY_HASH].join('\n');
    const authorization = header(SCOPE, 'date;host', signByHand(canonical));
    expect(() => verify(get('/', { host: 'localhost', date: TIMESTAMP, authorization }))).not.toThrow();
  });

  test('may carry a session token', async () => {
    const request = await signed({ sessionToken: 'FwoG+/=' });
    expect(readCredential(request).sessionToken).toBe('FwoG+/=');
    expect(() => verify(request)).not.toThrow();
    expect(() => verify(withHeader(request, 'x-amz-security-token', 'another'))).toThrow(authFailure);
  });
});

describe('a presigned request', () => {
  test('is verified, and says how long it is good', async () => {
    const request = await presigned(3600);
    expect(readCredential(request)).toMatchObject({ form: 'query', accessKeyId: 'AKIDEXAMPLE', expiresSeconds: 3600 });
    expect(() => verify(request)).not.toThrow();
  });

  test('of aws4 is verified; without X-Amz-Expires it is good for 15 minutes', () => {
    const path = `/?Action=DescribeRegions&X-Amz-Date=${TIMESTAMP}`;
    const request = aws4Signed({ path, signQuery: true });
    expect(readCredential(request).expiresSeconds).toBeUndefined();
    expect(() => verify(request, NOW + 15 * MINUTE)).not.toThrow();
    expect(() => verify(request, NOW + 15 * MINUTE + 1)).toThrow(expired);
  });

  test.each([
    [-15 * MINUTE - 1, false],
    [-15 * MINUTE, true],
    [60_000, true],
    [60_001, false],
  ])('for 60 seconds, %d ms later: %s', async (later, good) => {
    const request = await presigned(60);
    if (good) expect(() => verify(request, NOW + later)).not.toThrow();
    else expect(() => verify(request, NOW + later)).toThrow(expired);
  });

  test.each(['0', '604801', '-1', '1.5', 'x', ''])('with X-Amz-Expires=%s is incomplete', async (value) => {
    const request = await presigned(60);
    const target = request.target.replace('X-Amz-Expires=60', `X-Amz-Expires=${value}`);
    expect(() => readCredential({ ...request, target })).toThrow(
      expect.objectContaining({ code: 'IncompleteSignature' }),
    );
  });

  test.each(['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-SignedHeaders', 'X-Amz-Signature'])(
    'without %s, or with two, is incomplete',
    async (name) => {
      const request = await presigned(60);
      const without = request.target.replace(new RegExp(`${name}=[^&]*&?`), '');
      for (const target of [without, `${request.target}&${name}=x`]) {
        expect(() => readCredential({ ...request, target })).toThrow(
          expect.objectContaining({ code: 'IncompleteSignature' }),
        );
      }
    },
  );

  test.each<[string, (request: SignedRequest) => SignedRequest]>([
    ['another action', (r) => ({ ...r, target: r.target.replace('DescribeRegions', 'TerminateInstances') })],
    ['one more parameter', (r) => ({ ...r, target: `${r.target}&InstanceId.1=i-1` })],
    ['a body that nobody signed', (r) => ({ ...r, body: new TextEncoder().encode('InstanceId.1=i-1') })],
    ['a longer life', (r) => ({ ...r, target: r.target.replace('Expires=3600', 'Expires=3601') })],
    ['another method', (r) => ({ ...r, method: 'POST' })],
    ['another host', (r) => withHeader(r, 'host', 'elsewhere')],
  ])('is refused with %s', async (_what, alter) => {
    const altered = alter(await presigned(3600));
    expect(() => verify(altered)).toThrow(authFailure);
  });

  test('may be a POST, whose body is signed too', async () => {
    const body = 'Action=DescribeRegions&Version=2016-11-15';
    const request = await presigned(60, { method: 'POST', body, query: {} });
    expect(() => verify(request)).not.toThrow();
    expect(() => verify({ ...request, body: new TextEncoder().encode(`${body}&AllRegions=true`) })).toThrow(
      authFailure,
    );
  });
});

describe('the canonical form', () => {
  test.each([
    // AWS's published examples: the first of its test suite, and ListUsers of its documentation.
    [
      '/',
      { host: 'example.amazonaws.com' },
      'service',
      '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    ],
    [
      '/?Action=ListUsers&Version=2010-05-08',
      { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', host: 'iam.amazonaws.com' },
      'iam',
      '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
    ],
  ])('of AWS’s example %s', (target, headers, service, signature) => {
    const signedHeaders = [...Object.keys(headers), 'x-amz-date'].join(';');
    const authorization = header(`AKIDEXAMPLE/20150830/us-east-1/${service}/aws4_request`, signedHeaders, signature);
    const request = get(target, { ...headers, 'x-amz-date': '20150830T123600Z', authorization });
    expect(() => verify(request, Date.parse('2015-08-30T12:36:00Z'))).not.toThrow();
  });

  // Each canonical request is written out by hand, as AWS's description of the algorithm has it.
  test.each([
    ['a path is normalised and encoded twice', '/a/./b//../c%20d/', {}, '/a/c%2520d/', '', []],
    ['dots do not lead above the root', '/../../x', {}, '/x', '', []],
    ['a name that begins as another is sorted by itself', '/?a-=2&a=1', {}, '/', 'a=1&a-=2', []],
    ['values of one name are sorted', '/?b=2&a=z&b=10&B=1', {}, '/', 'B=1&a=z&b=10&b=2', []],
    ['what needs no encoding loses it, what needs it gets it', '/?%61=%7e%2d+%2B*', {}, '/', 'a=~-%20%2B%2A', []],
    ['a name alone has an empty value', '/?acl&', {}, '/', 'acl=', []],
    ['bytes beyond ASCII stay bytes', '/?n=%c3%a4%ff', {}, '/', 'n=%C3%A4%FF', []],
    ['a percent sign alone is text', '/?n=5%&m=%zz', {}, '/', 'm=%25zz&n=5%25', []],
    ['blanks in a header are folded', '/', { 'my-header': '  a \t  b  ' }, '/', '', ['my-header:a b']],
    ['a header given twice is joined', '/', { 'my-header': ['b', 'a'] }, '/', '', ['my-header:b,a']],
  ])('%s', (_what, target, headers, path, query, headerLines) => {
    const names = ['host', ...Object.keys(headers), 'x-amz-date'];
    const canonical = [
      'GET',
      path,
      query,
      'host:localhost',
      ...headerLines,
      `x-amz-date:${TIMESTAMP}`,
      '',
      names.join(';'),
      EMPTY_HASH,
    ].join('\n');
    const authorization = header(SCOPE, names.join(';'), signByHand(canonical));
    const request = get(target, { host: 'localhost', ...headers, 'x-amz-date': TIMESTAMP, authorization });
    expect(() => verify(request)).not.toThrow();
  });
});

// ─── Requests ────────────────────────────────────────────────────────────────────────────────────────────────────────

const SCOPE = 'AKIDEXAMPLE/20261123/us-east-1/ec2/aws4_request';
const authFailure = expect.objectContaining({ code: 'AuthFailure', status: 401 });
const expired = expect.objectContaining({ code: 'RequestExpired', status: 400 });

function header(credential: string, signedHeaders: string, signature: string): string {
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

function get(target: string, headers: Record<string, string | string[]>): SignedRequest {
  return { method: 'GET', target, rawHeaders: raw(headers), body: new Uint8Array() };
}

function raw(headers: Record<string, string | string[]>): string[] {
  return Object.entries(headers).flatMap(([name, values]) => [values].flat().flatMap((value) => [name, String(value)]));
}

function withHeader(request: SignedRequest, name: string, value: string): SignedRequest {
  const rest = withoutHeader(request, name);
  return { ...rest, rawHeaders: [...rest.rawHeaders, name, value] };
}

function withoutHeader(request: SignedRequest, name: string): SignedRequest {
  const kept = request.rawHeaders.filter((_, i, all) => all[i - (i % 2)]?.toLowerCase() !== name);
  return { ...request, rawHeaders: kept };
}

/** The request with something replaced in its Authorization header. */
function changed(
  request: SignedRequest,
  search: string | RegExp,
  replacement: string | ((found: string) => string),
): SignedRequest {
  const rawHeaders = request.rawHeaders.map((text) =>
    text.startsWith('AWS4-') ? text.replace(search, replacement as string) : text,
  );
  expect(rawHeaders).not.toEqual(request.rawHeaders);
  return { ...request, rawHeaders };
}

async function signed({ sessionToken }: { sessionToken?: string } = {}): Promise<SignedRequest> {
  const body = 'Action=DescribeRegions&Version=2016-11-15';
  const { method, headers } = await smithySigner(sessionToken).sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: 'localhost',
      path: '/',
      query: { x: '1' },
      headers: { host: 'localhost:4566', 'content-type': 'application/x-www-form-urlencoded' },
      body,
    },
    { signingDate: new Date(NOW) },
  );
  return { method, target: '/?x=1', rawHeaders: raw(headers), body: new TextEncoder().encode(body) };
}

async function presigned(
  expiresIn: number,
  {
    method = 'GET',
    body = '',
    query = { Action: 'DescribeRegions', Version: '2016-11-15' } as Record<string, string>,
  } = {},
): Promise<SignedRequest> {
  const request = {
    method,
    protocol: 'http:',
    hostname: 'localhost',
    path: '/',
    query,
    headers: { host: 'localhost' },
    body,
  };
  const result = await smithySigner().presign(request, { expiresIn, signingDate: new Date(NOW) });
  const target = `/?${new URLSearchParams(result.query as Record<string, string>)}`;
  return { method, target, rawHeaders: raw(result.headers), body: new TextEncoder().encode(body) };
}

function aws4Signed(options: Partial<aws4.Request>): SignedRequest {
  const headers = options.signQuery ? {} : { 'X-Amz-Date': TIMESTAMP, ...options.headers };
  return fromAws4(
    aws4.sign({ host: 'localhost', path: '/', service: 'ec2', region: 'us-east-1', ...options, headers }, KEY),
  );
}

function fromAws4(request: aws4.Request): SignedRequest {
  return {
    method: request.method ?? 'GET',
    target: request.path ?? '/',
    rawHeaders: raw(request.headers as Record<string, string>),
    body: new TextEncoder().encode(String(request.body ?? '')),
  };
}

function signByHand(canonical: string): string {
  const hash = createHash('sha256').update(canonical).digest('hex');
  const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest();
  const date = hmac(`AWS4${KEY.secretAccessKey}`, '20261123');
  const key = hmac(hmac(hmac(date, 'us-east-1'), 'ec2'), 'aws4_request');
  const scope = SCOPE.slice('AKIDEXAMPLE/'.length);
  return hmac(key, `AWS4-HMAC-SHA256\n${TIMESTAMP}\n${scope}\n${hash}`).toString('hex');
}
