/**
 * Lines for a shell, evaluated by a real one: whatever a value holds, it comes out as it went in, and nothing in it is
 * ever run.
 */

import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportLines, quoted } from './shell.ts';

/** What a shell has in VALUE after it has evaluated the lines. */
function evaluated(lines: string): string {
  const script = `${lines}\nprintf %s "\${VALUE-unset}"`;
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', env: { VALUE: 'before', PATH: '/nowhere' } });
}

test.each(["'; exit 9; '", '$(exit 9)', '`exit 9`', '"', '\\', '\n', "it's", '', ' a  b ', '*', '~', '!!', 'ä'])(
  'the value %j becomes no command',
  (value) => {
    expect(evaluated(exportLines({ VALUE: value }))).toBe(value);
  },
);

test('any value comes out as it went in', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
  fc.assert(
    fc.property(text, (value) => {
      expect(evaluated(exportLines({ VALUE: value }))).toBe(value);
    }),
    { numRuns: 50 },
  );
});

test('an undefined value is forgotten', () => {
  expect(evaluated(exportLines({ VALUE: undefined }))).toBe('unset');
});

test('what needs no quotes has none', () => {
  expect(quoted('http://127.0.0.1:4566')).toBe('http://127.0.0.1:4566');
  expect(quoted('/my state')).toBe("'/my state'");
});
