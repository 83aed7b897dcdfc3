/**
 * What becomes of requests because of faults: nothing without them, nothing while the endpoint is disabled, and otherwise
 * the same each time, so that tests of clients can count on it.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FaultStatus, Faults, MetadataOptions } from '../model.ts';
import { type ConnectionSoFar, type Fate, type FaultsInForce, fateOf, faultsInForce, newTraffic } from './faults.ts';
import type { ImdsRequest } from './request.ts';
import { encodeResponse } from './response.ts';
import { desiredInstance, NOW, request } from './testing.ts';

const GET = request('GET', '/latest/meta-data/');
const PUT = request('PUT', '/latest/api/token', { sessionTokenTtlSeconds: '60' });
const FIRST: ConnectionSoFar = { isFresh: true, hasWaited: false };
const NEXT: ConnectionSoFar = { isFresh: false, hasWaited: false };

function inForce(faults: Faults | undefined, options: Partial<MetadataOptions> = {}, throttle?: number) {
  const { instance } = desiredInstance({ options, ...(faults && { instance: { Faults: faults } }) });
  return faultsInForce(instance, { traffic: newTraffic(), throttle });
}

/** A service with these faults, asked at a time that moves on when the test says so. */
function service(faults: Faults, options: Partial<MetadataOptions> = {}) {
  const force = inForce(faults, options) as FaultsInForce;
  let nowMs = NOW;
  return {
    ask: (asked: ImdsRequest | 'illegal' = GET, connection = FIRST) =>
      fateOf(asked === 'illegal' ? undefined : asked, force, connection, nowMs),
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

/** How many of some requests in a row met an error. */
const errors = (fates: Fate[]) => fates.filter((fate) => typeof fate === 'object').length;

const anyFaults: fc.Arbitrary<Faults> = fc.record(
  {
    LatencyMs: fc.integer({ min: 1, max: 60_000 }),
    Errors: fc.record({
      Status: fc.constantFrom<FaultStatus>(429, 500, 502, 503, 504),
      Share: fc.double({ min: 1e-6, max: 1, noNaN: true }),
    }),
    HangTokenPut: fc.constant(true as const),
    PacketsPerSecond: fc.integer({ min: 1, max: 1_000_000 }),
    CredentialsLifetimeSeconds: fc.integer({ min: 0, max: 21_600 }),
  },
  { requiredKeys: [] },
);

describe('none is in force', () => {
  test('where the instance has none, nor such that concern its credentials alone', () => {
    expect(inForce(undefined)).toBeUndefined();
    expect(inForce({})).toBeUndefined();
    expect(inForce({ CredentialsLifetimeSeconds: 0 })).toBeUndefined();
  });

  test('while HttpEndpoint is disabled, whatever the faults: each request gets 403, at once', () => {
    fc.assert(
      fc.property(anyFaults, fc.option(fc.integer({ min: 1 }), { nil: undefined }), (faults, throttle) => {
        expect(inForce(faults, { HttpEndpoint: 'disabled' }, throttle)).toBeUndefined();
      }),
    );
  });
});

test('of anything that becomes of a request, it is one of these, and errors say nothing of the instance', () => {
  const anyRequest = fc.constantFrom(
    GET,
    PUT,
    'illegal' as const,
    request('PUT', '/'),
    request('POST', '//latest/api//token'),
  );
  fc.assert(
    fc.property(anyFaults, fc.array(anyRequest, { maxLength: 20 }), fc.boolean(), (faults, asked, hasWaited) => {
      fc.pre(Object.keys(faults).some((name) => name !== 'CredentialsLifetimeSeconds'));
      const { ask } = service(faults);
      for (const each of asked) {
        const fate = ask(each, { isFresh: true, hasWaited });
        if (typeof fate === 'number') expect(fate).toBe(faults.LatencyMs);
        else if (typeof fate === 'string') expect(['as usual', 'dropped', 'hangs']).toContain(fate);
        else {
          const status = faults.Errors?.Status;
          expect(encodeResponse(fate, 'Date: now\r\n')).toMatch(
            new RegExp(
              `^HTTP/1\\.1 ${status} [A-Z][A-Za-z ]+\\r\\nContent-Length: 0\\r\\nDate: now\\r\\nContent-Type: text/plain\\r\\n\\r\\n$`,
            ),
          );
        }
      }
    }),
  );
});

describe('LatencyMs', () => {
  test('each request has to wait once, legal or not', () => {
    const { ask } = service({ LatencyMs: 250 });
    for (const asked of [GET, PUT, 'illegal'] as const) {
      expect(ask(asked)).toBe(250);
      expect(ask(asked, { ...FIRST, hasWaited: true })).toBe('as usual');
    }
  });

  test('the other faults come after it, and are counted once', () => {
    const { ask } = service({ LatencyMs: 250, Errors: { Status: 503, Share: 0.5 } });
    const whole = () => [ask(), ask(GET, { ...FIRST, hasWaited: true })];
    expect(whole()).toEqual([250, expect.objectContaining({ status: 503 })]);
    expect(whole()).toEqual([250, 'as usual']);
  });
});

describe('Errors', () => {
  test.each([
    [1, 'EEEEEEEE'],
    [0.5, 'E.E.E.E.'],
    [0.25, 'E...E...'],
    [1 / 3, 'E..E..E.'],
    [2 / 3, 'E.EE.EE.'],
    [0.1, 'E.......'],
  ])('a share of %d, from the first request on: %s', (Share, expected) => {
    const { ask } = service({ Errors: { Status: 503, Share } });
    const pattern = Array.from(expected, () => (typeof ask() === 'object' ? 'E' : '.')).join('');
    expect(pattern).toBe(expected);
  });

  test('of any n requests in a row whose n-th part the share is, exactly as many as it says', () => {
    const share = fc
      .integer({ min: 1, max: 40 })
      .chain((of) => fc.tuple(fc.integer({ min: 1, max: of }), fc.constant(of)));
    fc.assert(
      fc.property(share, ([count, of]) => {
        const { ask } = service({ Errors: { Status: 500, Share: count / of } });
        const fates = Array.from({ length: 50 * of }, () => ask());
        for (let from = 0; from + of <= fates.length; from++) expect(errors(fates.slice(from, from + of))).toBe(count);
      }),
    );
  });

  test('of any requests in a row as many as any share says, but for one', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1, noNaN: true }), fc.nat(200), fc.nat(500), (Share, before, length) => {
        const { ask } = service({ Errors: { Status: 500, Share } });
        for (let count = 0; count < before; count++) ask();
        const found = errors(Array.from({ length }, () => ask()));
        expect(Math.abs(found - length * Share)).toBeLessThan(1 + 1e-6);
      }),
    );
  });

  test('what is no request is 400 as ever, and is not counted', () => {
    const { ask } = service({ Errors: { Status: 503, Share: 0.5 } });
    expect(ask('illegal')).toBe('as usual');
    expect(ask()).toMatchObject({ status: 503 });
    expect(ask('illegal')).toBe('as usual');
    expect(ask()).toBe('as usual');
  });

  test('the answer to a token PUT has the hop limit as every other has, and no other answer has it', () => {
    const { ask } = service({ Errors: { Status: 429, Share: 1 } }, { HttpPutResponseHopLimit: 3 });
    for (const asked of [PUT, request('PUT', '//latest//api/token'), request('PUT', '/latest/api/token')]) {
      expect(ask(asked)).toMatchObject({ status: 429, hopLimit: 3 });
    }
    for (const asked of [GET, request('GET', '/latest/api/token'), request('PUT', '/latest/api/token/')]) {
      expect(ask(asked)).toMatchObject({ status: 429, hopLimit: undefined });
    }
  });

  test.each([
    [429, 'Too Many Requests'],
    [500, 'Internal Server Error'],
    [502, 'Bad Gateway'],
    [503, 'Service Unavailable'],
    [504, 'Gateway Timeout'],
  ] as const)('%d %s', (Status, reason) => {
    expect(service({ Errors: { Status, Share: 1 } }).ask()).toMatchObject({
      before: `HTTP/1.1 ${Status} ${reason}\r\nContent-Length: 0\r\n`,
    });
  });
});

test('HangTokenPut: the token PUT alone, good or bad, and it is no request that Errors count', () => {
  const { ask } = service({ HangTokenPut: true, Errors: { Status: 503, Share: 0.5 } });
  expect(ask(PUT)).toBe('hangs');
  expect(ask(request('PUT', '/latest//api/token', { forwardedFor: true }))).toBe('hangs');
  expect(ask()).toMatchObject({ status: 503 });
  for (const other of [GET, request('PUT', '/latest/api/token/'), request('GET', '/latest/api/token')]) {
    expect(ask(other)).not.toBe('hangs');
  }
  expect(ask('illegal')).toBe('as usual');
});

describe('PacketsPerSecond', () => {
  /** How many are answered until one is not. */
  const answered = (ask: () => Fate) => {
    let count = 0;
    while (ask() === 'as usual') count++;
    return count;
  };

  test("AWS's 1024: a connection with one request takes five packets, a further request on it two", () => {
    expect(answered(service({ PacketsPerSecond: 1024 }).ask)).toBe(204);
    const { ask } = service({ PacketsPerSecond: 1024 });
    expect(answered(() => ask(GET, NEXT))).toBe(512);
  });

  test('what is dropped costs nothing, and a second later as many get through again', () => {
    const { ask, pass } = service({ PacketsPerSecond: 100 });
    expect(answered(ask)).toBe(20);
    for (let count = 0; count < 1000; count++) expect(ask()).toBe('dropped');
    pass(49);
    expect(ask()).toBe('dropped');
    pass(1);
    expect([ask(), ask()]).toEqual(['as usual', 'dropped']);
    pass(3600_000);
    expect(answered(ask)).toBe(20);
  });

  test('in no time that is longer do more get through than that time allows, and the second before', () => {
    const waits = fc.array(fc.nat(400), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 200 }), waits, (PacketsPerSecond, gaps) => {
        const { ask, pass } = service({ PacketsPerSecond });
        const through = gaps.filter((ms) => {
          pass(ms);
          return ask() === 'as usual';
        });
        const seconds = gaps.reduce((sum, ms) => sum + ms, 0) / 1000;
        expect(through.length * 5).toBeLessThanOrEqual(PacketsPerSecond * (seconds + 1) + 1e-6);
      }),
    );
  });

  test('the slowest lets one request through every five seconds', () => {
    const { ask, pass } = service({ PacketsPerSecond: 1 });
    expect([ask(), ask()]).toEqual(['as usual', 'dropped']);
    pass(4999);
    expect(ask()).toBe('dropped');
    pass(1);
    expect([ask(), ask()]).toEqual(['as usual', 'dropped']);
  });

  test('a clock that goes back does not let more through, and stops nothing for longer', () => {
    const { ask, pass } = service({ PacketsPerSecond: 5 });
    expect(ask()).toBe('as usual');
    pass(-3600_000);
    expect(ask()).toBe('dropped');
    pass(1000);
    expect(ask()).toBe('as usual');
  });

  test('what is no request, or would hang, takes packets too', () => {
    const { ask } = service({ PacketsPerSecond: 10, HangTokenPut: true });
    expect([ask('illegal'), ask(PUT), ask('illegal'), ask(PUT)]).toEqual(['as usual', 'hangs', 'dropped', 'dropped']);
  });

  test('of all instances holds where the instance has none of its own', () => {
    expect(inForce(undefined, {}, 1024)).toMatchObject({ PacketsPerSecond: 1024 });
    expect(inForce({ LatencyMs: 5 }, {}, 1024)).toMatchObject({ PacketsPerSecond: 1024, LatencyMs: 5 });
    expect(inForce({ PacketsPerSecond: 7 }, {}, 1024)).toMatchObject({ PacketsPerSecond: 7 });
  });
});
