/**
 * What holds of the Query protocol for every request and every answer, and a bounded fuzz of its reader.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../aws-errors.ts';
import { ec2 } from './ec2.ts';
import { operations } from './ec2-overlay.ts';
import { iam } from './iam.ts';
import { iamOperations } from './iam-overlay.ts';
import type { Service, Shape } from './model.ts';
import { parseForm, readInput } from './query-request.ts';
import { writeResponse } from './query-response.ts';
import { escapeText, isRepresentable } from './xml.ts';

const anyOperation = fc.constantFrom<[Service, string]>(
  ...operations.map((name): [Service, string] => [ec2, name]),
  ...iamOperations.map((name): [Service, string] => [iam, name]),
);

function inputOf(service: Service, name: string): Shape {
  return service.operations.get(name)?.input as Shape;
}

const representable = fc.string({ unit: 'binary', maxLength: 20 }).filter(isRepresentable);

describe('decode(encode(x)) = x', () => {
  test('for every form', () => {
    const pairs = fc.uniqueArray(fc.tuple(representable.filter(Boolean), representable), {
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(pairs, (parameters) => {
        expect([...parseForm(encode(parameters))]).toEqual(parameters);
        expect([...parseForm(new URLSearchParams(parameters).toString())]).toEqual(parameters);
      }),
    );
  });

  test('for every input of every operation, whatever the order of the parameters and the numbers in lists', () => {
    const request = anyOperation.chain(([service, name]) =>
      fc.record({
        service: fc.constant(service),
        name: fc.constant(name),
        input: anyValue(inputOf(service, name)),
        first: fc.nat(3),
        step: fc.integer({ min: 1, max: 9 }),
      }),
    );
    fc.assert(
      fc.property(request, fc.infiniteStream(fc.nat()), ({ service, name, input, first, step }, numbers) => {
        const dot = service.protocol === 'ec2' ? '.' : '.member.';
        const parameters = flatten(inputOf(service, name), input, '', (index) => `${dot}${first + index * step}`);
        const shuffled = parameters
          .map((parameter) => ({ parameter, place: numbers.next().value ?? 0 }))
          .sort((a, b) => a.place - b.place)
          .map(({ parameter }) => parameter);
        expect(readInput(name, parseForm(encode(shuffled)), service)).toEqual(input);
      }),
    );
  });

  test('for every text in an answer', () => {
    fc.assert(
      fc.property(representable, (text) => {
        expect(unescapeText(escapeText(text))).toBe(text);
      }),
    );
  });
});

describe('garbage', () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc
      .array(
        fc.constantFrom(
          'a',
          '.',
          '1',
          '=',
          '&',
          '%',
          '+',
          '%00',
          '%C3',
          'InstanceId',
          'Filter',
          'member',
          '__proto__',
          '-',
        ),
        {
          maxLength: 40,
        },
      )
      .map((parts) => parts.join('')),
  );
  const names = fc.constantFrom(
    'InstanceId',
    'Filter',
    'MetadataOptions',
    'TagSpecification',
    'MaxCount',
    'DryRun',
    'UserData',
    'UserName',
    'Tags',
  );
  const parts = fc.oneof(
    names,
    fc.constantFrom('1', '0', '-1', 'member', 'Tag', 'Value', 'HttpTokens', 'constructor', '__proto__', ''),
  );
  const almostRequest = fc
    .array(fc.tuple(fc.array(parts, { minLength: 1, maxLength: 5 }), representable), { maxLength: 6 })
    .map((parameters) => encode(parameters.map(([path, value]) => [path.join('.'), value])));

  test('as a request is answered with an AWS error or read; nothing else is thrown', () => {
    fc.assert(
      fc.property(anyOperation, fc.oneof(noise, almostRequest), ([service, operation], garbage) => {
        try {
          const input = readInput(operation, parseForm(garbage), service);
          expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('in an answer leaves it well formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), (Value) => {
        const xml = writeResponse('DescribeTags', { Tags: [{ Value }] }, 'rid');
        expect(isRepresentable(xml)).toBe(true);
        expect(/<value>([^<>]*)<\/value>|<value\/>/.test(xml)).toBe(true);
      }),
    );
  });
});

// ─── The other side ──────────────────────────────────────────────────────────────────────────────────────────────────

type Parameter = [name: string, value: string];

function encode(parameters: readonly Parameter[]): string {
  return parameters.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
}

/** The parameters that say `value`; `numbered` gives the number of a list's item, with what stands before it. */
function flatten(shape: Shape, value: unknown, path: string, numbered: (index: number) => string): Parameter[] {
  if (shape.kind === 'list') {
    return (value as unknown[]).flatMap((item, index) =>
      flatten(shape.element, item, `${path}${numbered(index)}`, numbered),
    );
  }
  if (shape.kind === 'structure') {
    return shape.members.flatMap(({ name, queryName, shape: memberShape }) => {
      const member = (value as Record<string, unknown>)[name];
      const memberPath = path === '' ? queryName : `${path}.${queryName}`;
      return member === undefined ? [] : flatten(memberShape, member, memberPath, numbered);
    });
  }
  if (value instanceof Date) return [[path, value.toISOString()]];
  if (value instanceof Uint8Array) return [[path, Buffer.from(value).toString('base64')]];
  return [[path, String(value)]];
}

/** Any value of a shape that a request can say: it has no way to say an empty list or structure. */
function anyValue(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'structure': {
      const members = Object.fromEntries(shape.members.map((member) => [member.name, anyValue(member.shape)]));
      const needed = shape.required.length > 0 ? shape.required : shape.members.slice(0, 1);
      return fc.record(members, { requiredKeys: needed.map((member) => member.name), noNullPrototype: true });
    }
    case 'list':
      return fc.array(anyValue(shape.element), { minLength: 1, maxLength: 2 });
    case 'map':
      throw new Error('no operation takes a map');
    case 'string':
      return representable;
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.maxSafeInteger();
    case 'double':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'timestamp':
      return fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
    case 'blob':
      return fc.uint8Array({ maxLength: 20 });
  }
}

function unescapeText(xml: string): string {
  return xml.replaceAll('&#13;', '\r').replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
