/**
 * A line taken apart into words as a POSIX shell does it, without anything that a shell would run: quotes and backslashes,
 * and no variables.
 */

import { Failure } from '../failure.ts';

/** @throws Failure for a quotation mark that is not closed */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; ) {
    const [taken = '', blank, single, double, escaped] = execAt(PIECE, line, at) ?? [];
    if (taken === '') throw new Failure(`a quotation mark is not closed: ${line.slice(at, at + 40)}`, 2);
    at += taken.length;
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? taken);
    }
  }
  return word === undefined ? words : [...words, word];
}

/** Blanks, also where a line goes on after a backslash; quoted text; one escaped character; plain text. */
const PIECE = /((?:\s|\\\n)+)|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([^\n])|[^\s'"\\]+/y;

function execAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
