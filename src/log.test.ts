/**
 * What a log line may look like, whatever is in its fields.
 */

import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog } from './log.ts';

function logged(format: 'pretty' | 'json', message: string, hint: string): string {
  const stream = new PassThrough();
  createLog(format, stream).info(message, { hint });
  return String(stream.read());
}

test.each(['pretty', 'json'] as const)('%s: one entry is one line, and no terminal obeys it', (format) => {
  const line = logged(format, 'refused', 'a\n00:00:00.000 info answered\u001b[2J\u009b2J\u2028b');
  expect(line.match(/\n/g)).toHaveLength(1);
  expect(line).not.toContain('\u001b');
  expect(line).toContain('00:00:00.000 info answered');
});

test('pretty: control characters of any kind are written as their numbers', () => {
  expect(logged('pretty', 'refused', 'a\u009bb\u202ec')).toContain('hint=a\\u{9b}b\\u{202e}c\n');
});

test('pretty: a cause is shown with all that caused it', () => {
  const stream = new PassThrough();
  createLog('pretty', stream).error('failed', { err: new Error('outer', { cause: new Error('inner') }) });
  expect(String(stream.read())).toMatch(/failed\nError: outer[\s\S]*\ncaused by Error: inner/);
});
