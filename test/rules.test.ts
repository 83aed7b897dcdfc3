/**
 * Holds docs/rules.md to its word: every rule of the source has a row, every row names files that hold it and tests that
 * prove it, and what it names exists.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasTest, type Link, readFromDisk, readLinks } from './architecture/named-tests.ts';
import { readSource } from './architecture/source.ts';
import { type File, isTest, isTypeScript, ROOT, readTree } from './architecture/tree.ts';

const TABLE = 'docs/rules.md';

type Row = { sentence: string; rules: string[]; planned: boolean; files: Link[]; tests: Link[] };

/** The rows of every table with the columns sentence, rule, files, tests. */
function readRows(markdown: string): Row[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| AWS says'))
    .map((line) => {
      const [sentence = '', rule = '', files = '', tests = ''] = line
        .slice(1)
        .split('|')
        .map((cell) => cell.trim());
      return {
        sentence,
        rules: Array.from(rule.matchAll(/`([a-z0-9-]+)`/g), ([, slug = '']) => slug),
        planned: rule.startsWith('planned: '),
        files: readLinks(files),
        tests: readLinks(tests),
      };
    });
}

/** The tags in the comments of our source, with the files that carry them. */
function readTags(files: readonly File[]): Map<string, string[]> {
  const tags = new Map<string, string[]>();
  for (const { path, text } of files.filter((file) => isTypeScript(file) && !isTest(file.path))) {
    for (const [, slug = ''] of readSource(text).comments.matchAll(/\brule: ([a-z][a-z0-9-]*)/g)) {
      tags.set(slug, [...(tags.get(slug) ?? []), path]);
    }
  }
  return tags;
}

/** What is wrong with the rows, as sentences. `read` gives the text of a file, or nothing. */
function wrongs(rows: Row[], tags: Map<string, string[]>, read: (path: string) => string | undefined): string[] {
  const named = new Set(rows.flatMap((row) => row.rules));
  return [
    ...[...tags.keys()].filter((tag) => !named.has(tag)).map((tag) => `the rule ${tag} has no row`),
    ...rows.flatMap((row) => wrongsOf(row, tags, read).map((wrong) => `"${row.sentence}": ${wrong}`)),
  ];
}

function wrongsOf(row: Row, tags: Map<string, string[]>, read: (path: string) => string | undefined): string[] {
  const paths = row.files.map((link) => link.path);
  return [
    ...row.rules.flatMap((slug) => {
      const carriers = tags.get(slug);
      if (!carriers) return [`no file carries the rule ${slug}`];
      return carriers.some((path) => paths.includes(path)) ? [] : [`the file of the rule ${slug} is not linked`];
    }),
    ...paths.filter((path) => read(path) === undefined).map((path) => `${path} does not exist`),
    ...row.tests
      .filter(({ path, text }) => !hasTest(path, read(path), text))
      .map(({ path, text }) => `${path} has no test "${text}"`),
    ...(!row.planned && (paths.length === 0 || row.tests.length === 0) ? ['no file, or no test'] : []),
  ];
}

describe('the check sees', () => {
  const files: Record<string, string> = {
    'src/a.ts': '',
    'src/a.test.ts': "test('a is so', () => {});",
    'test/a.case': '# a answers\nGET /',
  };
  const read = (path: string) => files[path];
  const check = (row: string, tags = { 'a-rule': ['src/a.ts'] }) =>
    wrongs(readRows(row), new Map(Object.entries(tags)), read);
  const good = '| A is so | `a-rule` | [a](../src/a.ts) | [a is so](../src/a.test.ts) |';

  test('a row that is right', () => {
    expect(check(good)).toEqual([]);
    expect(check('| A | `a-rule` | [a](../src/a.ts) | [a answers](../test/a.case) |')).toEqual([]);
  });

  test.each([
    ['| A | `a-rule` | [a](../src/b.ts) | [a is so](../src/a.test.ts) |', 'src/b.ts does not exist'],
    ['| A | `a-rule` | [a](../src/a.ts) | [a is not so](../src/a.test.ts) |', 'has no test "a is not so"'],
    ['| A | `a-rule` | [a](../src/a.ts) | [a is so](../src/b.test.ts) |', 'src/b.test.ts has no test "a is so"'],
    ['| A | `a-rule` | [a](../src/a.ts) | [a is so](../test/a.case) |', 'test/a.case has no test "a is so"'],
    ['| A | `b-rule` | [a](../src/a.ts) | [a is so](../src/a.test.ts) |', 'no file carries the rule b-rule'],
    ['| A | `b-rule` | [a](../src/a.ts) | [a is so](../src/a.test.ts) |', 'the rule a-rule has no row'],
    ['| A | | [a](../src/a.ts) | |', 'no file, or no test'],
  ])('%s', (row, wrong) => {
    expect(check(row)).toContainEqual(expect.stringContaining(wrong));
  });

  test('a row that is planned needs nothing more', () => {
    expect(check(`${good}\n| B will be so | planned: IAM | | |`)).toEqual([]);
  });
});

test('every rule has a row, and every row has files and tests that exist', () => {
  const rows = readRows(readFileSync(join(ROOT, TABLE), 'utf8'));
  expect(rows.length).toBeGreaterThan(40);
  expect(wrongs(rows, readTags(readTree(ROOT)), readFromDisk)).toEqual([]);
});
