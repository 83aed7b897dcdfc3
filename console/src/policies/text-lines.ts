/** A text as lines, for who shows places in it: where each begins, and how far something reaches that begins at a place. */

import type { Place } from '../../../src/iam/policy/json.ts';

/** Offsets of the first characters of all lines. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

export function offsetOf(starts: readonly number[], { line, column }: Place): number {
  return (starts[line - 1] ?? 0) + column - 1;
}

const TOKEN = /"(?:[^"\\\n]|\\.)*"?|[\w.+-]+|./y;
/** Longer marks say no more. */
const LONGEST = 200;

/** How many characters belong to what begins at the offset: a string, a word, or one character. */
export function tokenLength(text: string, at: number): number {
  const here = text.slice(at, at + LONGEST);
  TOKEN.lastIndex = 0;
  return Math.max(1, TOKEN.exec(here)?.[0].length ?? 1);
}

/** In which column of the screen an offset of a line is shown, from 0, with tabs as wide as given. */
export function screenColumn(line: string, offset: number, tabWidth: number): number {
  let column = 0;
  for (const character of line.slice(0, offset)) {
    column += character === '\t' ? tabWidth - (column % tabWidth) : 1;
  }
  return column;
}
