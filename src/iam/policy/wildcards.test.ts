/** Matching: what `*` and `?` mean, against a definition that is slow and plainly right, and how long a match may take. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeApartFixed } from './variables.ts';
import { matchAnything, matcherOf } from './wildcards.ts';

const matches = (pattern: string, text: string) => matcherOf(takeApartFixed(pattern))(text);

test.each([
  ['', 'a', false],
  ['', '', true],
  ['a', 'A', false],
  ['a', 'ab', false],
  ['*', '', true],
  ['**', 'abc', true],
  ['?', '', false],
  ['?', 'a', true],
  ['?', 'ab', false],
  ['*?', '', false],
  ['?*', 'abc', true],
  ['a*', 'ba', false],
  ['a*', 'abc', true],
  ['*c', 'abc', true],
  ['*b*', 'abc', true],
  ['*b*', 'ac', false],
  ['a*c', 'ac', true],
  ['a*a', 'a', false],
  ['ab*ba', 'aba', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['a?c*', 'abcdef', true],
  ['*aab', 'aaab', true],
  ['*a?b', 'aaacb', true],
  ['[a]', 'a', false],
  ['a.c', 'abc', false],
  ['\\*', '\\x', true],
  ['?', '😀', false],
  ['??', '😀', true],
])('%j on %j: %s', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

test('* alone is known to match anything', () => {
  expect(matcherOf(takeApartFixed('***'))).toBe(matchAnything);
});

describe('whatever the pattern', () => {
  /** The meaning itself: try everything that a `*` could take. */
  function means(pattern: string, text: string): boolean {
    if (pattern === '') return text === '';
    const rest = pattern.slice(1);
    if (pattern.startsWith('*'))
      return Array.from({ length: text.length + 1 }, (_, at) => text.slice(at)).some((tail) => means(rest, tail));
    return text !== '' && (pattern.startsWith('?') || pattern[0] === text[0]) && means(rest, text.slice(1));
  }

  test('it matches what it means', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', ':'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (a, b) => {
        expect(matches(a, b)).toBe(means(a, b));
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['*a*a*a*a*a*a*a*a*b', 'a'.repeat(100_000)],
    [`${'*a'.repeat(5000)}*b`, 'a'.repeat(100_000)],
    [`*${'a'.repeat(1000)}b*`, 'a'.repeat(20_000)],
    [`*${'?'.repeat(1000)}b`, 'a'.repeat(20_000)],
    [`${'?*'.repeat(1000)}b`, 'a'.repeat(20_000)],
    ['*'.repeat(1_000_000), 'a'.repeat(1_000_000)],
  ])('made to be slow, it ends (%#)', (pattern, text) => {
    expect(matches(pattern, text)).toBe(!pattern.includes('b'));
  });
});
