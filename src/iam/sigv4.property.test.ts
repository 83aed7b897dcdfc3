/**
 * Whatever AWS's signer for JavaScript and aws4 sign is verified, and no byte of it may change; whatever else comes is
 * answered with an AWS error.
 */

import aws4 from 'aws4';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../aws-errors.ts';
import { readCredential, type SignedRequest, verifySignature } from './sigv4.ts';
import { KEY, NOW, smithySigner, TIMESTAMP } from './testing.ts';

function verify(request: SignedRequest): void {
  const claim = readCredential(request);
  verifySignature(request, claim, claim.accessKeyId === KEY.accessKeyId ? KEY.secretAccessKey : '', NOW);
}

const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const name = text.filter((candidate) => candidate !== '' && candidate !== '__proto__' && !/^x-amz-/i.test(candidate));
const query = fc.dictionary(name, fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 3 })), {
  maxKeys: 5,
  noNullPrototype: true,
});
const segment = fc.oneof(text.map(encodeURIComponent), fc.constantFrom('.', '..', ''));
const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
const headers = fc.dictionary(
  fc.stringMatching(/^x-[a-z]{3,5}$/),
  fc.string({ unit: fc.constantFrom('a', 'B', ' ', '  ', '\t', ',', '"', ';', '=', 'é', '漢'), maxLength: 10 }),
  { maxKeys: 4, noNullPrototype: true },
);
const request = fc.record({ method: fc.constantFrom('GET', 'POST', 'PUT'), path, query, headers, body: text });
type Request = Parameters<Parameters<(typeof request)['map']>[0]>[0];

describe('what a client signs is verified', () => {
  test('with the header of @smithy/signature-v4', async () => {
    await fc.assert(fc.asyncProperty(request, async (sent) => verify(await signWithSmithy(sent))));
  });

  test('with the query of @smithy/signature-v4', async () => {
    await fc.assert(
      fc.asyncProperty(request, fc.integer({ min: 1, max: 604_800 }), async (sent, expiresIn) => {
        const result = await smithySigner().presign(forSmithy(sent), { expiresIn, signingDate: new Date(NOW) });
        verify(onTheWire({ ...sent, query: result.query as Request['query'] }, result.headers));
      }),
    );
  });

  test.each([false, true])('of aws4, in the query: %s', (signQuery) => {
    fc.assert(
      fc.property(request, (sent) => {
        const parameters = signQuery ? { ...sent.query, 'X-Amz-Date': TIMESTAMP } : sent.query;
        const signed = aws4.sign(
          {
            method: sent.method,
            host: 'localhost',
            path: target(sent.path, parameters),
            service: 'ec2',
            region: 'us-east-1',
            headers: signQuery ? sent.headers : { ...sent.headers, 'X-Amz-Date': TIMESTAMP },
            body: sent.body,
            signQuery,
          },
          KEY,
        );
        verify({ ...onTheWire(sent, signed.headers as Record<string, string>), target: signed.path ?? '/' });
      }),
    );
  });
});

test('no byte of what was signed may change', async () => {
  await fc.assert(
    fc.asyncProperty(request, fc.nat(), fc.integer({ min: 1, max: 255 }), async (sent, place, change) => {
      const good = await signWithSmithy({ ...sent, body: `${sent.body}.` });
      const body = good.body.with(place % good.body.length, 0);
      body[place % body.length] = (good.body[place % body.length] as number) ^ change;
      expect(() => verify({ ...good, body })).toThrow(expect.objectContaining({ code: 'AuthFailure' }));

      const values = good.rawHeaders.flatMap((header, i) => (i % 2 === 1 && header !== '' ? [i] : []));
      const index = values[place % values.length] as number;
      const value = good.rawHeaders[index] as string;
      const at = place % value.length;
      const altered = `${value.slice(0, at)}${value[at] === 'q' ? 'r' : 'q'}${value.slice(at + 1)}`;
      expect(() => verify({ ...good, rawHeaders: good.rawHeaders.with(index, altered) })).toThrow(AwsError);
    }),
  );
});

describe('garbage is answered with an AWS error', () => {
  const word = fc.constantFrom(
    'AWS4-HMAC-SHA256',
    'Credential=',
    'AKID/20261123/us-east-1/ec2/aws4_request',
    'SignedHeaders=',
    'host;x-amz-date',
    'Signature=',
    'a'.repeat(64),
    ', ',
    ' ',
    ';',
    '/',
    '=',
  );
  const noise = fc.oneof(
    fc.string({ unit: fc.nat(0xff).map((code) => String.fromCharCode(code)) }),
    fc.array(word, { maxLength: 10 }).map((words) => words.join('')),
  );
  const refuses = (garbage: Partial<SignedRequest>) =>
    expect(() => verify({ method: 'GET', target: '/', rawHeaders: [], body: new Uint8Array(), ...garbage })).toThrow(
      AwsError,
    );

  test('in headers', () => {
    fc.assert(
      fc.property(noise, noise, fc.array(noise), (Authorization, date, more) => {
        refuses({ rawHeaders: ['Host', 'localhost', 'Authorization', Authorization, 'X-Amz-Date', date, ...more] });
      }),
      { numRuns: 500 },
    );
  });

  test('in the query', () => {
    const names = fc.constantFrom('Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature', '');
    fc.assert(
      fc.property(fc.array(fc.tuple(names, noise)), noise, (parameters, garbage) => {
        const known = parameters.map(([parameter, value]) => `X-Amz-${parameter}=${encodeURIComponent(value)}`);
        refuses({ target: `/${garbage}?X-Amz-Algorithm=AWS4-HMAC-SHA256&${known.join('&')}&${garbage}` });
      }),
      { numRuns: 500 },
    );
  });
});

// ─── Clients ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function forSmithy({ headers: sent, ...rest }: Request) {
  return { ...rest, protocol: 'http:', hostname: 'localhost', headers: { host: 'localhost', ...sent } };
}

async function signWithSmithy(sent: Request): Promise<SignedRequest> {
  const result = await smithySigner().sign(forSmithy(sent), { signingDate: new Date(NOW) });
  return onTheWire(sent, result.headers);
}

/** As node:http would give it to a server: one character for each byte. */
function onTheWire(sent: Request, sentHeaders: Record<string, string | number>): SignedRequest {
  const rawHeaders = Object.entries(sentHeaders)
    .flat()
    .map((part) => Buffer.from(String(part)).toString('latin1'));
  return {
    method: sent.method,
    target: target(sent.path, sent.query),
    rawHeaders,
    body: new TextEncoder().encode(sent.body),
  };
}

function target(sentPath: string, parameters: Request['query']): string {
  const pairs = Object.entries(parameters).flatMap(([key, values]) =>
    [values].flat().map((value) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`),
  );
  return pairs.length === 0 ? sentPath : `${sentPath}?${pairs.join('&')}`;
}
