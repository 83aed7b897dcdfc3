/** The commands that the console shows, as a real shell reads them: every word arrives as it was meant. */

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { shellCommand, shellLoop } from '../../console/src/aws-command/shell-words.ts';

/** What a shell makes of a command that prints its arguments, a line each. */
const run = (command: string) => execFileSync('sh', ['-c', command], { encoding: 'utf8' });
const PRINT = ['printf', '%s\\n'];

test.each([
  'plain',
  'two words',
  "it's",
  '"$HOME"',
  '`id`',
  '*',
  '',
  'a\nb',
  '\\',
  '{"Key":"a"}',
  '--$(id)',
  '---\n`id`',
])('%j', (word) => {
  expect(run(shellCommand([...PRINT, '--flag', word]))).toBe(`--flag\n${word}\n`);
});

describe('a loop', () => {
  const wordsFor = (id: string) => [...PRINT, '--instance-id', id, '--note', "it's"];

  test('does the same for each value', () => {
    const loop = shellLoop('instance', ['i-1', 'i-2'], wordsFor);
    expect(run(loop)).toBe("--instance-id\ni-1\n--note\nit's\n--instance-id\ni-2\n--note\nit's\n");
  });

  test('of one value is the command', () => {
    expect(shellLoop('instance', ['i-1'], wordsFor)).toBe(shellCommand(wordsFor('i-1')));
  });
});
