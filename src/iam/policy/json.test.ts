/** JSON with places: it accepts what JSON.parse accepts, but for names that come twice and nesting beyond reason. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clip, JsonError, type JsonValue, placesIn, readJson } from './json.ts';

function errorOf(text: string): { message: string; at: number } | undefined {
  try {
    readJson(text);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(JsonError);
    const { message, at } = error as JsonError;
    return { message, at };
  }
}

describe('refused, with the place', () => {
  test.each([
    ['', 'the JSON does not end', 0],
    ['{', 'the JSON does not end', 1],
    ['{"a"', 'the JSON does not end', 4],
    ['{"a":', 'the JSON does not end', 5],
    ['[1', 'the JSON does not end', 2],
    ['{a: 1}', 'expected a name in quotation marks', 1],
    ["{'a': 1}", 'expected a name in quotation marks', 1],
    ['{"a" 1}', 'expected a colon', 5],
    ['{"a": 1,}', 'expected a name in quotation marks', 8],
    ['{"a": 1 "b": 2}', 'expected a comma or `}`', 8],
    ['[1,]', 'expected a value', 3],
    ['[1 2]', 'expected a comma or `]`', 3],
    ['[,1]', 'expected a value', 1],
    ['{} {}', 'something follows the end of the JSON', 3],
    ['truex', 'something follows the end of the JSON', 4],
    ['// comment\n{}', 'expected a value', 0],
    ['\uFEFF{}', 'expected a value', 0],
    ['01', 'something follows the end of the JSON', 1],
    ['+1', 'expected a value', 0],
    ['.5', 'expected a value', 0],
    ['NaN', 'expected a value', 0],
    ['"a', 'a string does not end', 0],
    ['"a\\"', 'a string does not end', 0],
    ['"a\nb"', 'a string holds a character that must be escaped, or a bad escape', 2],
    ['"\\x"', 'a string holds a character that must be escaped, or a bad escape', 1],
    ['"\\u12g4"', 'a string holds a character that must be escaped, or a bad escape', 1],
    ['{"a": 1, "b": {"a": 1, "a": 2}}', '`a` comes twice in one object', 23],
    ['{"a": 1, "\\u0061": 2}', '`a` comes twice in one object', 9],
  ])('%j: %s', (text, message, at) => {
    expect(errorOf(text)).toEqual({ message, at });
  });

  test('nesting beyond 32', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(errorOf(nested(33))).toBeUndefined();
    expect(errorOf(nested(34))).toEqual({ message: 'nested more than 32 deep', at: 33 });
    expect(errorOf('['.repeat(1_000_000))?.message).toBe('nested more than 32 deep');
  });
});

test('every value has its place, and numbers their spelling', () => {
  expect(readJson(' [2.0, {"a": true}, null] ')).toMatchObject({
    kind: 'list',
    at: 1,
    end: 25,
    items: [
      { kind: 'number', text: '2.0', at: 2, end: 5 },
      {
        kind: 'object',
        at: 7,
        end: 18,
        members: new Map([['a', { keyAt: 8, value: { kind: 'boolean', text: 'true', at: 13, end: 17 } }]]),
      },
      { kind: 'null', at: 20, end: 24 },
    ],
  });
});

test('names that objects have of themselves are names like others', () => {
  const value = readJson('{"__proto__": 1, "constructor": 2}');
  expect(value.kind === 'object' && [...value.members.keys()]).toEqual(['__proto__', 'constructor']);
});

test('lines and columns begin at 1, and a line ends with LF', () => {
  const place = placesIn('ab\r\nc\n\nd');
  expect([0, 1, 3, 4, 5, 6, 7, 8].map(place)).toEqual([
    { line: 1, column: 1 },
    { line: 1, column: 2 },
    { line: 1, column: 4 },
    { line: 2, column: 1 },
    { line: 2, column: 2 },
    { line: 3, column: 1 },
    { line: 4, column: 1 },
    { line: 4, column: 2 },
  ]);
});

test('what goes into a message is short', () => {
  expect(clip('x'.repeat(80))).toHaveLength(80);
  expect(clip('x'.repeat(100_000))).toHaveLength(81);
});

describe('whatever the text', () => {
  /** What JSON.parse would make of it. */
  function plain(value: JsonValue): unknown {
    if (value.kind === 'list') return value.items.map(plain);
    if (value.kind === 'object')
      return Object.fromEntries([...value.members].map(([key, member]) => [key, plain(member.value)]));
    if (value.kind === 'null') return null;
    return value.kind === 'string' ? value.text : JSON.parse(value.text);
  }

  test('what JSON.stringify writes is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary', maxDepth: 8 }), fc.constantFrom(0, 2, '\t'), (json, space) => {
        const text = JSON.stringify(JSON.parse(json), null, space);
        expect(plain(readJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('what JSON.parse refuses is refused, and nothing else than JsonError is thrown', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        '"',
        ':',
        ',',
        '1',
        'e',
        '-',
        '.',
        'true',
        'null',
        '\\',
        'u00',
        ' ',
        '\n',
        'é',
        '\u0000',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((list) => list.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          let isJson = true;
          try {
            JSON.parse(text);
          } catch {
            isJson = false;
          }
          const error = errorOf(text);
          if (!isJson) expect(error).toBeDefined();
          else if (error) expect(error.message).toMatch(/comes twice|nested/);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
