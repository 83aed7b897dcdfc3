/**
 * Filter patterns, against a regular expression that means the same, and against patterns made to be slow.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matches } from './filters.ts';

test.each([
  ['web', 'web', true],
  ['web', 'Web', false],
  ['web', 'web1', false],
  ['web*', 'web', true],
  ['*b', 'web', true],
  ['w?b', 'web', true],
  ['w?b', 'wb', false],
  ['', '', true],
  ['*', '', true],
  ['?', '', false],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'axb', false],
  ['a\\', 'a\\', true],
])('%j on %j', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

test('means what the regular expression for it means', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
  fc.assert(
    fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 }), (pattern, text) => {
      const oracle = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      expect(matches(pattern, text)).toBe(oracle.test(text));
    }),
  );
});

test('a pattern made to be slow ends at once', () => {
  expect(matches(`${'*a'.repeat(50)}*b`, 'a'.repeat(10_000))).toBe(false);
});
