/** What is remembered of requests, and what never is; how they are counted; that it stays small. */

import { describe, expect, test } from 'vitest';
import type { MetadataOptions } from '../model.ts';
import { BAD_REQUEST, FAULTY } from './refusals.ts';
import type { ImdsRequest } from './request.ts';
import { REMEMBERED, RequestRecord, type SeenRequest } from './request-record.ts';
import { respond } from './respond.ts';
import { desiredInstance, NOW, prepare, request } from './testing.ts';
import { mintToken } from './token.ts';

const INSTANCE_ID = '/latest/meta-data/instance-id';
const TTL = { sessionTokenTtlSeconds: '60' };
const tokenPut = request('PUT', '/latest/api/token', TTL);
const get = (path: string = INSTANCE_ID, headers: Partial<ImdsRequest> = {}) => request('GET', path, headers);

const origin = (hops: number) => ({ hops, sourceIp: Uint8Array.of(172, 31, 0, hops) });

/** A record of an instance's requests, each a second after the one before; they are decided as they always are. */
function recording(options: Partial<MetadataOptions> = {}) {
  const instance = prepare(desiredInstance({ options }));
  const record = new RequestRecord(NOW);
  let nowMs = NOW;
  const note = (seen: Partial<SeenRequest>) => {
    nowMs += 1000;
    record.add({ request: undefined, response: undefined, origin: undefined, hopLimit: undefined, ...seen }, nowMs);
  };
  const ask = (asked: ImdsRequest, seen: Partial<SeenRequest> = {}) =>
    note({ request: asked, response: respond(asked, instance, nowMs + 1000), ...seen });
  return { record, note, ask, token: mintToken(instance.tokenKey, 60, NOW) };
}

const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

const NOTHING = {
  Since: at(0),
  NoToken: 0,
  NoTokenRejected: 0,
  Token: 0,
  TokenPut: 0,
  TokenPutOutOfReach: 0,
  Refused: {},
  Hops: [],
};

test('nobody has asked', () => {
  const { record } = recording();
  expect(record.counts()).toEqual(NOTHING);
  expect(record.after(0)).toEqual([]);
  expect(record.after(7)).toEqual([]);
});

describe('a session token is not remembered', () => {
  const escaped = (text: string) => text.replace(/./g, (each) => `%${each.charCodeAt(0).toString(16)}`);

  test('where it belongs', () => {
    const { record, ask, token } = recording();
    ask(get(INSTANCE_ID, { sessionToken: token }));
    expect(record.after(0)[0]).toMatchObject({ Version: 2, Status: 200 });
    expect(JSON.stringify(record.after(0))).not.toContain(token.slice(0, 14));
  });

  test.each([
    ['in a path', (token: string) => get(`/latest/meta-data/${token}`)],
    ['in a path, encoded', (token: string) => get(`/latest/${token.replaceAll('=', '%3D')}/x`)],
    ['in a path, its first character encoded', (token: string) => get(`/latest/%41${token.slice(1)}`)],
    ['in a path, all of it encoded', (token: string) => get(`/${escaped(token)}`)],
    ['where an encoded path is cut', (token: string) => get(`/${'%41'.repeat(240)}${escaped(token)}`)],
    ['in a User-Agent, encoded', (token: string) => get('/', { userAgent: escaped(token) })],
    ['in a User-Agent', (token: string) => get('/', { userAgent: `x/${token} y` })],
    ['where a User-Agent is cut', (token: string) => get('/', { userAgent: 'x'.repeat(215) + token })],
    ['in a method', (token: string) => request(token, '/')],
  ])('%s', (_, asked) => {
    const { record, ask, token } = recording();
    ask(asked(token));
    const text = JSON.stringify(record.after(0));
    expect(text).toContain('[redacted]');
    const said = text + text.replace(/%[0-9a-f]{2}/gi, decodeURIComponent);
    for (let start = 0; start + 16 <= token.length; start++) expect(said).not.toContain(token.slice(start, start + 16));
  });

  test('what else is encoded stays as it was', () => {
    const { record, ask } = recording();
    ask(get('/latest/%41%2F%7e'));
    expect(record.after(0)).toMatchObject([{ Path: '/latest/%41%2F%7e' }]);
  });
});

describe('version, status and reason (aws-behaviour 1.2)', () => {
  const BAD = { sessionToken: 'bad' };
  test.each<[string, Partial<MetadataOptions>, ImdsRequest, object]>([
    ['IMDSv1', {}, get(), { Version: 1, Status: 200 }],
    [
      'IMDSv1 where it is off',
      { HttpTokens: 'required' },
      get(),
      { Version: 1, Status: 401, Reason: 'token-required' },
    ],
    ['a bad token', {}, get('/', BAD), { Version: 2, Status: 401, Reason: 'token-not-valid' }],
    ['the token PUT', {}, tokenPut, { Version: 2, Status: 200 }],
    ['the token PUT with slashes', {}, { ...tokenPut, path: '//latest//api/token' }, { Version: 2, Status: 200 }],
    [
      'without a lifetime',
      {},
      request('PUT', '/latest/api/token'),
      { Version: 2, Status: 400, Reason: 'token-lifetime' },
    ],
    ['forwarded', {}, { ...tokenPut, forwardedFor: true }, { Version: 2, Status: 403, Reason: 'forwarded' }],
    ['forwarded with a token', {}, get('/', { ...BAD, forwardedFor: true }), { Status: 403, Reason: 'forwarded' }],
    ['a PUT elsewhere', {}, request('PUT', '/latest/'), { Version: 1, Status: 403, Reason: 'put-elsewhere' }],
    ['another method', {}, request('POST', '/'), { Version: 1, Status: 405, Reason: 'method' }],
    ['GET of a token', {}, get('/latest/api/token'), { Version: 1, Status: 405, Reason: 'method' }],
    ['nothing there', {}, get('/x'), { Version: 1, Status: 404, Reason: 'not-found' }],
    ['no endpoint', { HttpEndpoint: 'disabled' }, get(), { Version: 1, Status: 403, Reason: 'endpoint-disabled' }],
  ])('%s', (_, options, asked, expected) => {
    const { record, ask } = recording(options);
    ask(asked);
    const [seen] = record.after(0);
    expect(seen).toMatchObject({ Method: asked.method, Path: asked.path, ...expected });
    expect(seen?.Reason).toBe((expected as { Reason?: string }).Reason);
  });

  test('what is no HTTP request has no method, path and version', () => {
    const { record, note } = recording();
    note({ response: BAD_REQUEST });
    expect(record.after(0)).toEqual([{ Number: 1, Time: at(1), Status: 400, Reason: 'malformed' }]);
  });

  test('what a fault answers, and what it keeps back', () => {
    const { record, note } = recording();
    note({ request: get(), response: FAULTY[503] });
    note({ request: tokenPut });
    const [failed, lost] = record.after(0);
    expect(failed).toMatchObject({ Status: 503, Reason: 'fault' });
    expect(lost).toMatchObject({ Path: '/latest/api/token', Reason: 'fault' });
    expect(lost).not.toHaveProperty('Status');
    expect(record.counts()).toEqual({ ...NOTHING, Refused: { 503: 1 } });
  });
});

describe('who asked', () => {
  test('is not known without a User-Agent and an origin', () => {
    const { record, ask } = recording();
    ask(get());
    expect(Object.keys(record.after(0)[0] ?? {})).toEqual(['Number', 'Time', 'Method', 'Path', 'Version', 'Status']);
  });

  test('shows as text that cannot act on a terminal', () => {
    const { record, ask } = recording();
    ask(get(INSTANCE_ID, { userAgent: 'a\tb\x9bc\xff' }));
    expect(record.after(0)[0]?.UserAgent).toBe('a?b?c?');
  });

  test.each([
    ['172.31.0.5', Uint8Array.of(172, 31, 0, 5)],
    ['fd00::1:2', Uint8Array.of(0xfd, ...Array<number>(11).fill(0), 0, 1, 0, 2)],
  ])('is at %s', (SourceIp, sourceIp) => {
    const { record, ask } = recording();
    ask(get(), { origin: { hops: 2, sourceIp } });
    expect(record.after(0)[0]).toMatchObject({ SourceIp, Hops: 2 });
  });
});

describe('counts', () => {
  test('IMDSv1 that is let in, whether it finds something or not', () => {
    const { record, ask } = recording();
    ask(get());
    ask(request('HEAD', '/'));
    ask(get('/nothing'));
    ask(request('OPTIONS', '/latest/api/token'));
    ask(request('POST', '/'));
    expect(record.counts()).toEqual({
      ...NOTHING,
      NoToken: 3,
      LastNoTokenTime: at(3),
      Refused: { 404: 1, 405: 1 },
    });
  });

  test('IMDSv1 that is refused because tokens are required, and nothing else that gets 401', () => {
    const { record, ask } = recording({ HttpTokens: 'required' });
    ask(get());
    ask(get(INSTANCE_ID, { sessionToken: 'bad' }));
    expect(record.counts()).toEqual({
      ...NOTHING,
      NoTokenRejected: 1,
      LastNoTokenRejectedTime: at(1),
      Refused: { 401: 2 },
    });
  });

  test('IMDSv2: tokens that were given out, and requests with good ones', () => {
    const { record, ask, token } = recording({ HttpTokens: 'required' });
    ask(tokenPut);
    ask(request('PUT', '/latest/api/token'));
    ask(get(INSTANCE_ID, { sessionToken: token }));
    ask(get('/nothing', { sessionToken: token }));
    expect(record.counts()).toEqual({ ...NOTHING, TokenPut: 1, Token: 2, Refused: { 400: 1, 404: 1 } });
  });

  test('hops, the nearest first, and tokens that cannot have arrived', () => {
    const { record, ask } = recording();
    ask(tokenPut, { origin: origin(2), hopLimit: 1 });
    ask(tokenPut, { origin: origin(1), hopLimit: 1 });
    ask(tokenPut, { origin: origin(2), hopLimit: 2 });
    ask(get(), { origin: origin(2) });
    // Where it is not enforced every answer arrives.
    ask(tokenPut, { origin: origin(2) });
    expect(record.counts()).toMatchObject({
      TokenPut: 4,
      TokenPutOutOfReach: 1,
      LastTokenPutOutOfReachTime: at(1),
      Hops: [
        { Hops: 1, Requests: 1, LastTime: at(2) },
        { Hops: 2, Requests: 4, LastTime: at(5) },
      ],
    });
    expect(record.after(0)[0]).toMatchObject({ Hops: 2, HttpPutResponseHopLimit: 1 });
    expect(record.after(0)[3]).not.toHaveProperty('HttpPutResponseHopLimit');
  });
});

describe('it stays small', () => {
  test('the last are remembered, the oldest first, and all are counted', () => {
    const { record, ask } = recording();
    for (let i = 0; i < REMEMBERED * 2 + 3; i++) ask(get(`/${i}`));
    const numbers = record.after(0).map(({ Number: number, Path }) => [number, Path]);
    expect(numbers).toEqual(
      Array.from({ length: REMEMBERED }, (_, i) => [REMEMBERED + 4 + i, `/${REMEMBERED + 3 + i}`]),
    );
    expect(record.counts().NoToken).toBe(REMEMBERED * 2 + 3);
  });

  test('those after a number; all, where there is no such number because counting began anew', () => {
    const { record, ask } = recording();
    for (const path of ['/1', '/2', '/3']) ask(get(path));
    expect(record.after(1).map(({ Path }) => Path)).toEqual(['/2', '/3']);
    expect(record.after(3)).toEqual([]);
    expect(record.after(4)).toHaveLength(3);
  });

  test('method, path and User-Agent are cut', () => {
    const { record, ask } = recording();
    ask(request('M'.repeat(17), `/${'p'.repeat(256)}`, { userAgent: 'u'.repeat(257) }));
    expect(record.after(0)[0]).toMatchObject({
      Method: 'M'.repeat(16),
      Path: `/${'p'.repeat(255)}`,
      UserAgent: 'u'.repeat(256),
    });
  });
});
