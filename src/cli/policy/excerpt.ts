/**
 * The line of a text that something is about, with a mark below it, as compilers show it.
 */

import type { Place } from '../../iam/policy/json.ts';
import { printable } from '../printable.ts';

/** So many columns of a line are shown; a long one around the mark. */
const WIDTH = 100;
const BEFORE = 40;

/** Lines to show below a message; none where the line is empty. */
export function excerpt(text: string, { line, column }: Place): string[] {
  const whole = lineOf(text, line);
  if (whole.trim() === '') return [];
  const start = column > WIDTH - 10 ? column - 1 - BEFORE : 0;
  const shown = whole.slice(start, start + WIDTH).replaceAll('\t', ' ');
  const before = printable(shown.slice(0, column - 1 - start));
  const margin = ' '.repeat(String(line).length);
  const [dots, end] = [start > 0 ? '…' : '', start + WIDTH < whole.length ? '…' : ''];
  return [
    `  ${line} | ${dots}${before}${printable(shown.slice(column - 1 - start))}${end}`,
    `  ${margin} | ${' '.repeat(dots.length + before.length)}^`,
  ];
}

function lineOf(text: string, line: number): string {
  let start = 0;
  for (let each = 1; each < line; each++) start = text.indexOf('\n', start) + 1;
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
}
