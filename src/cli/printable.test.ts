/**
 * Each kind of text that must not reach a terminal as it is: what moves the cursor, what turns or hides text, what ends a
 * line. And text that must stay as it is.
 */

import { expect, test } from 'vitest';
import { printable, printableLines } from './printable.ts';

test.each([
  ['an escape sequence', '\u001b[2J', '\\u001b[2J'],
  ['a title for the window', '\u001b]0;x\u0007', '\\u001b]0;x\\u0007'],
  ['the one-byte form of an escape sequence', '\u009b2J', '\\u009b2J'],
  ['a carriage return', 'safe\rforged', 'safe\\u000dforged'],
  ['a line feed', 'one\ntwo', 'one\\u000atwo'],
  ['a backspace and a delete', 'a\b\u007f', 'a\\u0008\\u007f'],
  ['a turned reading direction', '\u202etxt.exe', '\\u202etxt.exe'],
  ['a line separator', 'one\u2028two', 'one\\u2028two'],
  ['nothing that can be seen', '\u200b\ufeff', '\\u200b\\ufeff'],
])('%s is spelt out', (_what, text, expected) => {
  expect(printable(text)).toBe(expected);
});

test('what can be read stays as it is', () => {
  expect(printable('Zürich 東京 🚀 a-b_c')).toBe('Zürich 東京 🚀 a-b_c');
});

test('lines stay lines', () => {
  expect(printableLines('one\ntwo\t\u001b')).toBe('one\ntwo\\u0009\\u001b');
});
