/** The AWS CLI's shorthand, and a line in words: what is read, and what is not. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readShorthand, ShorthandError } from './shorthand.ts';
import { wordsOf } from './words.ts';

describe('shorthand', () => {
  test.each<[string, unknown]>([
    ['HttpEndpoint=enabled,HttpTokens=required', { HttpEndpoint: 'enabled', HttpTokens: 'required' }],
    [
      'ResourceType=instance,Tags=[{Key=team,Value=red},{Key=cost center,Value="a, b"}]',
      {
        ResourceType: 'instance',
        Tags: [
          { Key: 'team', Value: 'red' },
          { Key: 'cost center', Value: 'a, b' },
        ],
      },
    ],
    [
      'DeviceName=/dev/sda1,Ebs={VolumeSize=8,Encrypted=true}',
      { DeviceName: '/dev/sda1', Ebs: { VolumeSize: '8', Encrypted: 'true' } },
    ],
    ['Key=a,Value=', { Key: 'a', Value: '' }],
    ['Key=a,Value=b=c', { Key: 'a', Value: 'b=c' }],
    ["Key='it\\'s'", { Key: "it's" }],
    ['[a,b]', ['a', 'b']],
    ['Groups=[]', { Groups: [] }],
    [
      '{"HttpTokens": "required", "HttpPutResponseHopLimit": 2}',
      { HttpTokens: 'required', HttpPutResponseHopLimit: '2' },
    ],
    ['[{"Key": "a"}]', [{ Key: 'a' }]],
    ['plain', 'plain'],
  ])('%s', (text, value) => {
    expect(readShorthand(text)).toEqual(value);
  });

  test.each([
    ['HttpTokens', 'HttpTokens=required,HttpEndpoint', 'expected `=` after `HttpEndpoint` at the end'],
    ['a name twice', 'Key=a,Key=b', '`Key` comes twice'],
    ['a bracket too few', 'Tags=[{Key=a}', 'expected `,` or `]` at the end'],
    ['a bracket too many', 'Key=a}', 'expected a comma before `}`'],
    ['half of JSON', '{"Key": ', 'it begins like JSON and is none'],
    ['depth', `Key=${'['.repeat(40)}`, 'nested more than 16 deep'],
  ])('%s is refused', (_, text, sentence) => {
    expect(() => readShorthand(text)).toThrow(ShorthandError);
    expect(() => readShorthand(text)).toThrow(sentence);
  });
});

test('whatever the text is, it is read or refused, and refused in one way', () => {
  const pieces = fc.constantFrom('a', '=', ',', '{', '}', '[', ']', '"', "'", '\\', ' ', 'Key', '\n');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(pieces).map((all) => all.join('')),
      ),
      (text) => {
        try {
          expect(readShorthand(text)).toBeDefined();
        } catch (error) {
          expect(error).toBeInstanceOf(ShorthandError);
        }
      },
    ),
  );
});

describe('words', () => {
  test('are what a shell makes of them, when each is quoted', () => {
    const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => {
        expect(wordsOf(words.map(quote).join(' \n'))).toEqual(words);
      }),
    );
  });

  test.each<[string, string[]]>([
    ['', []],
    ['  --a  b ', ['--a', 'b']],
    [`--tags 'a b' "c d" e\\ f`, ['--tags', 'a b', 'c d', 'e f']],
    ['a\'b\'"c"', ['abc']],
    ["''", ['']],
    ['"\\"$HOME\\" \\x"', ['"$HOME" \\x']],
    ['--a \\\n  --b', ['--a', '--b']],
    ['$(touch x) `y`', ['$(touch', 'x)', '`y`']],
  ])('%j', (line, words) => {
    expect(wordsOf(line)).toEqual(words);
  });

  test.each(["'a", '"a', 'a\\'])('%j is not closed', (line) => {
    expect(() => wordsOf(line)).toThrow('a quotation mark is not closed');
  });
});
