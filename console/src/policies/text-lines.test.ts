/** Places in a text: where lines begin, what belongs to a mark, and in which column of the screen it stands. */

import { expect, test } from 'vitest';
import { lineStarts, offsetOf, screenColumn, tokenLength } from './text-lines.ts';

test('a place is found in the text', () => {
  const text = 'a\n  "b": 1\n';
  const starts = lineStarts(text);
  expect(starts).toEqual([0, 2, 11]);
  expect(text[offsetOf(starts, { line: 2, column: 3 })]).toBe('"');
});

test.each([
  ['"a \\" b": 1', 8],
  ['"never ends\n"', 11],
  ['true,', 4],
  ['}', 1],
  ['', 1],
])('what begins with %j reaches that far', (text, length) => expect(tokenLength(text, 0)).toBe(length));

test('a tab is as wide as it is shown', () => {
  expect(screenColumn('\t"a"', 1, 2)).toBe(2);
  expect(screenColumn(' \t"a"', 2, 2)).toBe(2);
  expect(screenColumn('  "a"', 2, 2)).toBe(2);
});
