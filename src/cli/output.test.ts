/**
 * `--output` and `--query`, with a value that would move a terminal's cursor: it must mean the same to programs and do
 * nothing to people.
 */

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { format, select } from './output.ts';

const answer = { Instances: [{ InstanceId: 'i-1', Tags: [{ Key: 'Name', Value: 'a\u001b[2J\u009b\u202e"\\\n' }] }] };

describe('--query', () => {
  test('an expression that cannot be read is refused', async () => {
    await expect(select(answer, 'Instances[')).rejects.toMatchObject({ name: 'Failure', exitStatus: 2 });
  });

  test('picks a part', async () => {
    expect(await select(answer, 'Instances[].InstanceId')).toEqual(['i-1']);
    expect(await select(answer, undefined)).toBe(answer);
  });
});

describe('--output', () => {
  test.each([
    ['json', (text: string): unknown => JSON.parse(text)],
    ['yaml', (text: string): unknown => parse(text)],
  ] as const)('%s means the same when it is read again, and holds nothing that moves a cursor', async (as, read) => {
    const printed = await format(answer, as);
    expect(read(printed)).toEqual(answer);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(printed).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  test('json has four spaces, as the AWS CLI has them', async () => {
    expect(await format({ a: [1] }, 'json')).toBe('{\n    "a": [\n        1\n    ]\n}');
  });

  test.each([
    ['i-1', 'i-1'],
    [null, 'None'],
    [['i-1', 'i-2'], 'i-1\ti-2'],
    [
      [
        ['i-1', 'c3.large'],
        ['i-2', 3],
      ],
      'i-1\tc3.large\ni-2\t3',
    ],
    [{ a: 1 }, '{"a":1}'],
    [['\u001b[2J'], '\\u001b[2J'],
  ])('text of %j is %j', async (value, text) => {
    expect(await format(value, 'text')).toBe(text);
  });
});
