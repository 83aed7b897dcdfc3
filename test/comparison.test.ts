/**
 * Holds docs/comparison.md to its word: what it says of OpenIMDS is proved by tests that exist.
 */

import { describe, expect, test } from 'vitest';
import { hasTest, readFromDisk, readLinks } from './architecture/named-tests.ts';

const COLUMNS = 7;

/** What is wrong with the rows of a document's tables, as sentences. */
function wrongs(markdown: string, read: (path: string) => string | undefined): string[] {
  return rowsOf(markdown).flatMap(([what = '', ...cells]) => {
    const tests = readLinks(cells.at(-1) ?? '');
    return [
      ...(cells.length === COLUMNS - 1 && cells.every((cell) => cell !== '') ? [] : [`"${what}" has an empty column`]),
      ...(tests.length > 0 ? [] : [`"${what}" is held by no test`]),
      ...tests
        .filter(({ path, text }) => !hasTest(path, read(path), text))
        .map(({ path, text }) => `"${what}": ${path} has no test "${text}"`),
    ];
  });
}

function rowsOf(markdown: string): string[][] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| what |'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('the check sees', () => {
  const check = (row: string) =>
    wrongs(row, (path) => (path === 'src/a.test.ts' ? "test('a is so', () => {});" : undefined));

  test('a row that is right', () => {
    expect(check('| A | yes | no | no | no | no | [a is so](../src/a.test.ts) |')).toEqual([]);
  });

  test.each([
    ['| A | yes | no | no | no | no | |', 'is held by no test'],
    ['| A | yes | no | no | | no | [a is so](../src/a.test.ts) |', 'has an empty column'],
    ['| A | yes | no | no | no | [a is so](../src/a.test.ts) |', 'has an empty column'],
    ['| A | yes | no | no | no | no | [b is so](../src/a.test.ts) |', 'has no test "b is so"'],
    ['| A | yes | no | no | no | no | [a is so](../src/b.test.ts) |', 'src/b.test.ts has no test'],
  ])('%s', (row, wrong) => {
    expect(check(row)).toContainEqual(expect.stringContaining(wrong));
  });
});

test('each row of the comparison is held by tests that exist', () => {
  const text = readFromDisk('docs/comparison.md') ?? '';
  expect(rowsOf(text).length).toBeGreaterThan(25);
  expect(wrongs(text, readFromDisk)).toEqual([]);
});
