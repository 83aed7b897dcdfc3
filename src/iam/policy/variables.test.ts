/** Variables: what is one, what is text, and what is wrong with one. What they stand for is in cases/variables.json. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of policies.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contextOf } from '../context.ts';
import { isFixed, problemWithVariables, putIn, takeApart, variablesIn } from './variables.ts';

describe('a variable cannot be read when', () => {
  test.each([
    ['${', 'a variable is not closed with `}`'],
    ['a${aws:username', 'a variable is not closed with `}`'],
    ['${aws:username}${aws:userid', 'a variable is not closed with `}`'],
    ['${}', 'a variable has no name'],
    ['${ aws:username}', "a variable is a key, and after a comma perhaps a default in quotation marks: `'none'`"],
    ['${aws:user name}', "a variable is a key, and after a comma perhaps a default in quotation marks: `'none'`"],
    ['${aws:username, none}', "a variable is a key, and after a comma perhaps a default in quotation marks: `'none'`"],
    ["${aws:username, 'none}", "a variable is a key, and after a comma perhaps a default in quotation marks: `'none'`"],
    ["${, 'none'}", "a variable is a key, and after a comma perhaps a default in quotation marks: `'none'`"],
    ['${**}x${', 'a variable is not closed with `}`'],
  ])('%s', (text, problem) => {
    expect(problemWithVariables(text)).toBe(problem);
  });
});

test.each([
  '',
  'text',
  '$',
  '$x',
  'a$',
  '${aws:username}',
  "${k, 'd'}",
  "${k,'d'}",
  "${k, ''}",
  "${k, 'a } b'}",
  '${*}${?}${$}',
  '{}',
])('%s has nothing wrong with it', (text) => {
  expect(problemWithVariables(text)).toBeUndefined();
});

test('text, wildcards and variables are taken apart', () => {
  expect(takeApart("a*${aws:UserName}?${*}$${k, 'd'}", true)).toEqual([
    { text: 'a' },
    { wildcard: '*' },
    { key: 'aws:UserName', lower: 'aws:username', otherwise: undefined },
    { wildcard: '?' },
    { text: '*' },
    { text: '$' },
    { key: 'k', lower: 'k', otherwise: 'd' },
  ]);
});

test('in the older version of the language a variable is text', () => {
  const pieces = takeApart('${aws:username}', false);
  expect(isFixed(pieces)).toBe(true);
  expect(putIn(pieces, contextOf({ 'aws:username': 'alice' }))).toEqual([{ text: '$' }, { text: '{aws:username}' }]);
});

test('the keys of a text', () => {
  expect(variablesIn("${a:b}-${*}-${c, 'd'}")).toEqual(['a:b', 'c']);
});

test('whatever the text, it is taken apart without loss and in bounded time', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('$', '{', '}', '*', '?', 'a', "'", ',', ' ') }),
  );
  fc.assert(
    fc.property(text, (given) => {
      const pieces = takeApart(given, false);
      expect(
        pieces.map((piece) => ('text' in piece ? piece.text : 'wildcard' in piece ? piece.wildcard : '')).join(''),
      ).toBe(given);
      expect(() => takeApart(given, true)).not.toThrow();
      expect(() => problemWithVariables(given)).not.toThrow();
    }),
  );
  for (const slow of ['${'.repeat(200_000), '${a'.repeat(200_000), "${a,'".repeat(200_000), '${a, '.repeat(200_000)]) {
    expect(takeApart(slow, true).length).toBeGreaterThan(0);
    expect(problemWithVariables(slow)).toBeDefined();
  }
});
