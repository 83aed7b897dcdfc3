/**
 * Holds our reading and writing against the AWS SDK's own, for every operation of a service and not only those that we
 * serve.
 *
 * A real SDK client sends a sample input; what readInput makes of the request has to be that input. A sample output is
 * written by writeResponse; what the client makes of the answer has to be that output. Samples come from the SDK's
 * schemas, not from our model, so that what the model lacks is noticed.
 */

import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import {
  buildModel,
  LIST_OF,
  MAP,
  MAP_OF,
  type Overlay,
  operationSchemas,
  resolve,
  SIMPLE,
  STRUCTURE,
  UNION,
} from './build-model.ts';
import { ec2Overlay } from './ec2-overlay.ts';
import { iamOverlay } from './iam-overlay.ts';
import { linkService } from './model.ts';
import { parseForm, readInput } from './query-request.ts';
import { writeError, writeErrorResponse, writeResponse } from './query-response.ts';
import { stsOverlay } from './sts-overlay.ts';

type Client = { send(command: unknown): Promise<{ $metadata: object }> };
type Side = { sdk: object; overlay: Overlay; atLeast: number; connect: (settings: ClientSettings) => Client };

const SIDES: Record<string, Side> = {
  EC2: { sdk: ec2, overlay: ec2Overlay, atLeast: 700, connect: (s) => new ec2.EC2Client(s) as Client },
  IAM: { sdk: iam, overlay: iamOverlay, atLeast: 160, connect: (s) => new iam.IAMClient(s) as Client },
  STS: { sdk: sts, overlay: stsOverlay, atLeast: 8, connect: (s) => new sts.STSClient(s) as Client },
};

/** Operations whose input has a map; none is served. */
const TAKES_A_MAP = new Set(['AcquireRole', 'PutAccountProperties']);

describe.each(Object.entries(SIDES))('every operation of %s, with the AWS SDK as the other side', (_name, side) => {
  const schemas = operationSchemas(side.sdk);
  const everyOperation = linkService(buildModel(side.sdk, side.overlay, [...schemas.keys()]));
  const isFlat = side.overlay.protocol === 'ec2';

  test('there are many', () => {
    expect(schemas.size).toBeGreaterThan(side.atLeast);
  });

  test.each([
    ['every member', 1],
    ['some members', 0.3],
  ])('%s of an input survives SDK -> readInput', async (_name, density) => {
    for (const [name, schema] of schemas) {
      if (TAKES_A_MAP.has(name)) continue;
      // EC2 has no way to say an empty list.
      const sampling = { random: randomFrom(name), density, emptyLists: !isFlat };
      const input = sample((schema as unknown[])[4], sampling);
      const { request } = await send(side, name, input, '<Response/>');
      expect(readInput(name, parseForm(request.body), everyOperation), name).toEqual(input);
    }
  });

  test.each([
    ['every member', 1],
    ['some members', 0.3],
  ])('%s of an output survives writeResponse -> SDK', async (_name, density) => {
    for (const [name, schema] of schemas) {
      const output = sample((schema as unknown[])[5], { random: randomFrom(name), density, emptyLists: true });
      const answer = writeResponse(name, output, 'a-request', everyOperation);
      const { $metadata, ...received } = (await send(side, name, {}, answer)).output;
      expect(received, name).toEqual(output);
    }
  });

  test('an error reaches the caller of the SDK with its code and message', async () => {
    const error = { code: 'NoSuch.Thing', status: 404, message: "The <thing> 'i-1' does not exist" };
    const answer = isFlat
      ? writeError(error.code, error.message, 'a-request')
      : writeErrorResponse(everyOperation, error, 'a-request');
    const [first = ''] = schemas.keys();
    await expect(send(side, first, {}, answer, 404)).rejects.toMatchObject({
      name: 'NoSuch.Thing',
      message: "The <thing> 'i-1' does not exist",
      $metadata: { httpStatusCode: 404 },
    });
  });
});

// ─── The SDK's side ──────────────────────────────────────────────────────────────────────────────────────────────────

type Sent = { request: { body: string }; output: { $metadata: object } };
type CommandClass = new (input: object) => unknown;
type ClientSettings = ReturnType<typeof clientSettings>;

function clientSettings(handle: (sent: { body: string }) => Promise<{ response: object }>) {
  return {
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: { handle } as never,
  };
}

/** Sends `input` with the SDK's client, which is answered with `answer`. */
async function send(side: Side, operation: string, input: object, answer: string, statusCode = 200): Promise<Sent> {
  let request = { body: '' };
  const client = side.connect(
    clientSettings(async (sent) => {
      request = sent;
      return { response: { statusCode, headers: {}, body: new TextEncoder().encode(answer) } };
    }),
  );
  const Command = (side.sdk as Record<string, CommandClass>)[`${operation}Command`] as CommandClass;
  return { output: await client.send(new Command(input)), request };
}

// ─── Samples ─────────────────────────────────────────────────────────────────────────────────────────────────────────

type Sampling = { random: () => number; density: number; emptyLists: boolean };

const STRINGS = [
  'i-0123456789abcdef0',
  '',
  ' a  b ',
  '<&>"\']]>&amp;',
  'line\r\nline\rline\ttab',
  'a=b&c=d+e%20f;g.h',
  'ÄÖ 漢字 🙂 \u2028',
  '__proto__',
];

/** A value of a schema; `density` is how many of the members that may be absent are there. */
function sample(reference: unknown, sampling: Sampling): object {
  const { schema } = resolve(reference);
  return schema === 'unit' ? {} : (value(schema, sampling) as object);
}

function value(reference: unknown, sampling: Sampling): unknown {
  const { random } = sampling;
  const { schema } = resolve(reference);
  if (typeof schema === 'number') return numberedValue(schema, sampling);
  const [kind, , name, , fourth, fifth, requiredCount] = schema as unknown[];
  if (kind === SIMPLE) return numberedValue(fourth as number, sampling);
  if (kind === MAP) return map(fifth, sampling);
  if (kind !== STRUCTURE && kind !== UNION) return list(fourth, sampling);
  const names = kind === UNION ? [pick(fourth as string[], random)] : (fourth as string[]);
  const result: Record<string, unknown> = {};
  names.forEach((member, index) => {
    const memberReference = (fifth as unknown[])[(fourth as string[]).indexOf(member)];
    const needed = index < Math.max(1, (requiredCount as number | undefined) ?? 0);
    if (needed || fillsItself(name, member, memberReference) || random() < sampling.density) {
      result[member] = value(memberReference, sampling);
    }
  });
  return result;
}

/** Members that the SDK sends whether or not they were given: idempotency tokens (trait 4), and one of CopySnapshot. */
function fillsItself(shape: unknown, member: string, reference: unknown): boolean {
  const traits: unknown = Array.isArray(reference) ? reference[1] : 0;
  const isToken = traits === 4 || (typeof traits === 'object' && traits !== null && 'idempotencyToken' in traits);
  return isToken || (shape === 'CopySnapshotRequest' && member === 'PresignedUrl');
}

function list(element: unknown, sampling: Sampling): unknown[] {
  const lengths = sampling.emptyLists ? [0, 1, 2] : [1, 2];
  return Array.from({ length: pick(lengths, sampling.random) }, () => value(element, sampling));
}

function map(each: unknown, sampling: Sampling): object {
  const keys = ['a', '<&>', 'ÄÖ'].slice(0, Math.floor(sampling.random() * 4));
  return Object.fromEntries(keys.map((key) => [key, value(each, sampling)]));
}

function numberedValue(schema: number, sampling: Sampling): unknown {
  const { random } = sampling;
  if (schema >= MAP_OF) return map(schema - MAP_OF, sampling);
  if (schema >= LIST_OF) return list(schema - LIST_OF, sampling);
  const values: Record<number, () => unknown> = {
    0: () => pick(STRINGS, random),
    1: () => pick([0, 1, -1, 64, 2 ** 31, Number.MAX_SAFE_INTEGER], random),
    2: () => random() < 0.5,
    4: () => new Date(Math.floor(random() * 4e12)),
    21: () => Uint8Array.from({ length: Math.floor(random() * 5) }, () => random() * 256),
  };
  const make = values[schema];
  if (!make) throw new Error(`no sample for schema ${schema}`);
  return make();
}

function pick<T>(values: readonly T[], random: () => number): T {
  return values[Math.floor(random() * values.length)] as T;
}

/** The same numbers from 0 to 1 for the same seed, on every run (mulberry32). */
function randomFrom(seed: string): () => number {
  let state = [...seed].reduce((sum, character) => Math.imul(sum, 31) + (character.codePointAt(0) ?? 0), 7);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
