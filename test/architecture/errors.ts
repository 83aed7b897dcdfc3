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
  const source = files.find(({ path }) => path === 'src/aws-errors.ts')?.text ?? '';
  const made = codesMade(source);
  const rows = errorRows(files.find(({ path }) => path === DOCUMENT)?.text ?? '');
  return [
    ...(made.length === constructions(source) ? [] : ['an AwsError is made with a code that is not written out']),
    ...[...new Set(made.map(({ code }) => code))]
      .filter((code) => !rows.some((row) => row.code === code))
      .map((code) => `${code} has no row in ${DOCUMENT}`),
    ...rows.flatMap((row, index) => problemsOfRow(row, rows.slice(0, index), made, files)),
  ];
}

function problemsOfRow(row: ErrorRow, before: ErrorRow[], made: Made[], files: File[]): string[] {
  const statuses = made.filter(({ code }) => code === row.code).map(({ status }) => status);
  const problems: string[] = [];
  if (before.some(({ code }) => code === row.code)) problems.push('has two rows');
  if (statuses.length === 0) problems.push('is an error that nothing makes');
  else if (statuses.some((status) => status !== row.status))
    problems.push(`is answered with ${statuses[0]}, not ${row.status}`);
  if (row.tests.length === 0) problems.push('names no test that provokes it');
  for (const test of row.tests) {
    const text = files.find(({ path }) => path === test)?.text;
    if (text === undefined || !says(text, row.code)) problems.push(`is not provoked by ${test}`);
  }
  return problems.map((problem) => `${DOCUMENT}: ${row.code} ${problem}`);
}

type Made = { code: string; status: string };

function codesMade(source: string): Made[] {
  const made = source.matchAll(/new AwsError\(\s*'([\w.]+)',\s*(\d{3}),/g);
  return [...made].map(([, code = '', status = '']) => ({ code, status }));
}

function constructions(source: string): number {
  return [...readSource(source).code.matchAll(/new AwsError\(/g)].length;
}

/** Rows of the form `| \`Code\` | 400 | … | [test](path) |`. */
function errorRows(document: string): ErrorRow[] {
  return [...document.matchAll(/^\| *`([A-Z][\w.]+)` *\| *(\d{3}) *\|(.*)\|$/gm)].map(
    ([, code = '', status = '', rest = '']) => ({
      code,
      status,
      tests: [...rest.matchAll(/\]\(([^)#]+)\)/g)]
        .map(([, link = '']) => posix.join(posix.dirname(DOCUMENT), link))
        .filter((path) => /\.(?:test|contract)\.ts$|\.case$/.test(path)),
    }),
  );
}

/** Whether the code stands in the text by itself: `NotFound` is not provoked by a test of `InvalidVpcID.NotFound`. */
function says(text: string, code: string): boolean {
  return new RegExp(`(?<![\\w.])${code.replaceAll('.', '\\.')}(?![\\w]|\\.\\w)`).test(text);
}
