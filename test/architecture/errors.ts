/**
 * Errors, their documentation and their tests, compared in every direction.
 *
 * A code of `src/aws-errors.ts` has one row in `docs/errors.md` with the same HTTP status and words; each row has a code;
 * and the test that a row links to provokes that code.
 */

import { posix } from 'node:path';
import { readSource } from './source.ts';
import type { File } from './tree.ts';

/** `words` as AWS's, with `…` for what varies; absent where the row only says what they are about. */
type ErrorRow = { code: string; status: string; words?: string; tests: string[] };

const DOCUMENT = 'docs/errors.md';

export function checkErrors(files: File[]): string[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const source = texts.get('src/aws-errors.ts') ?? '';
  const made = codesMade(source);
  const rows = errorRows(texts.get(DOCUMENT) ?? '');
  const codes = rows.map(({ code }) => code);
  return [
    ...(made.length === constructions(source) ? [] : ['an AwsError is made with a code that is not written out']),
    ...[...new Set(made.map(({ code }) => code))]
      .filter((code) => !codes.includes(code))
      .map((code) => `${code} has no row in ${DOCUMENT}`),
    ...codes.filter((code, index) => codes.indexOf(code) < index).map((code) => `${DOCUMENT}: ${code} has two rows`),
    ...rows.flatMap((row) =>
      [...problemsWithCode(row, made, source), ...problemsWithTests(row, texts)].map(
        (problem) => `${DOCUMENT}: ${row.code} ${problem}`,
      ),
    ),
  ];
}

function problemsWithCode({ code, status, words }: ErrorRow, made: Made[], source: string): string[] {
  const statuses = made.filter((each) => each.code === code).map((each) => each.status);
  if (statuses.length === 0) return ['is an error that nothing makes'];
  const missing = words?.split('…').find((part) => !source.includes(part.trim()));
  return [
    ...(statuses.every((each) => each === status) ? [] : [`is answered with ${statuses[0]}, not ${status}`]),
    ...(missing === undefined ? [] : [`has words that nothing says: ${missing}`]),
  ];
}

function problemsWithTests({ code, tests }: ErrorRow, texts: ReadonlyMap<string, string>): string[] {
  if (tests.length === 0) return ['names no test that provokes it'];
  return tests.filter((test) => !says(texts.get(test) ?? '', code)).map((test) => `is not provoked by ${test}`);
}

type Made = { code: string; status: string };

function codesMade(source: string): Made[] {
  const made = source.matchAll(/new AwsError\(\s*'([\w.]+)',\s*(\d{3}),/g);
  return [...made].map(([, code = '', status = '']) => ({ code, status }));
}

function constructions(source: string): number {
  return [...readSource(source).code.matchAll(/new AwsError\(/g)].length;
}

/** Rows of the form `| \`Code\` | 400 | when | words | [test](path) |`; words in italics are only about the words. */
function errorRows(document: string): ErrorRow[] {
  const rows = document.matchAll(/^\| *`([A-Z][\w.]+)` *\| *(\d{3}) *\|([^|]*)\|([^|]*)\|([^|]*)\|$/gm);
  return [...rows].map(([, code = '', status = '', , words = '', links = '']) => ({
    code,
    status,
    ...(!words.trim().startsWith('*') && { words: words.trim() }),
    tests: [...links.matchAll(/\]\(([^)#]+)\)/g)]
      .map(([, link = '']) => posix.join(posix.dirname(DOCUMENT), link))
      .filter((path) => /\.(?:test|contract)\.ts$|\.case$/.test(path)),
  }));
}

/** Whether the code stands in the text by itself: `NotFound` is not provoked by a test of `InvalidVpcID.NotFound`. */
function says(text: string, code: string): boolean {
  return new RegExp(`(?<![\\w.])${code.replaceAll('.', '\\.')}(?![\\w]|\\.\\w)`).test(text);
}
