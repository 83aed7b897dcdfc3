/** A file of cases is read strictly: what is not as it should be is named with its line and column. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCases } from './case-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'openimds-cases-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const file = join(folder, 'cases.yaml');
  writeFileSync(file, text);
  return file;
}

/** One case, in which these lines stand. */
function oneCase(...lines: string[]): string {
  return ['cases:', '  - name: a', '    expect: denied', ...lines.map((line) => `    ${line}`)].join('\n');
}

test('a case with all that it can have', async () => {
  const text = oneCase(
    'action: ec2:ModifyInstanceMetadataOptions',
    'resource: "*"',
    'request: {HttpTokens: required, HttpPutResponseHopLimit: 2}',
    'instance: {HttpTokens: optional}',
    'context: {aws:SourceIp: 192.0.2.1, aws:TagKeys: [a, b]}',
    'principal: role/app',
    'delivery: 2.0',
    'region: eu-west-1',
    'Sid: KeepImdsV2',
  );
  expect(await readCases(written(text))).toEqual([
    {
      name: 'a',
      place: { line: 2, column: 5 },
      expect: 'denied',
      Sid: 'KeepImdsV2',
      description: {
        action: 'ec2:ModifyInstanceMetadataOptions',
        resource: '*',
        request: { HttpTokens: 'required', HttpPutResponseHopLimit: '2' },
        instance: { HttpTokens: 'optional' },
        context: { 'aws:SourceIp': '192.0.2.1', 'aws:TagKeys': ['a', 'b'] },
        principal: 'role/app',
        delivery: '2.0',
        region: 'eu-west-1',
      },
    },
  ]);
});

test('what stands beside the cases holds for those that do not say otherwise', async () => {
  const text = `
action: ec2:StartInstances
principal: role/app
delivery: 1.0
expect: nothing
cases: []
`.replace(
    'expect: nothing\ncases: []',
    `cases:
  - {name: a, expect: denied}
  - {name: b, expect: denied, launch: ''}
  - {name: c, expect: denied, principal: user/bob}
  - {name: d, expect: denied, action: 'ec2:StopInstances', delivery: 2.0}`,
  );
  expect((await readCases(written(text))).map(({ description }) => description)).toEqual([
    { action: 'ec2:StartInstances', principal: 'role/app', delivery: '1.0' },
    { launch: '', principal: 'role/app', delivery: '1.0' },
    { action: 'ec2:StartInstances', principal: 'user/bob' },
    { action: 'ec2:StopInstances', principal: 'role/app', delivery: '2.0' },
  ]);
});

test('a launch without flags is one that says nothing', async () => {
  expect(await readCases(written(oneCase('launch:')))).toMatchObject([{ description: { launch: '' } }]);
});

test('JSON is YAML too', async () => {
  const text = JSON.stringify({ cases: [{ name: 'a', launch: '', expect: 'allowed' }] });
  expect(await readCases(written(text))).toMatchObject([{ name: 'a', expect: 'allowed' }]);
});

describe('is refused', () => {
  test.each([
    ['no list of cases', 'a: 1', '1:1: a file of cases has no `a`'],
    ['a list alone', '- a', '1:1: a file of cases has a list called `cases`'],
    ['no case', 'cases: []', '1:8: there is no case'],
    ['a tab', 'cases:\n\t- a', '2:1: this is no YAML: Tabs are not allowed as indentation'],
    ['half of it', 'cases: [', ': this is no YAML: '],
    ['two documents', 'cases: []\n---\ncases: []', '2:1: there is more than one document'],
    [
      'an alias',
      'cases:\n  - &a {name: x, launch: "", expect: denied}\n  - *a',
      '3:5: anchors and aliases are not taken',
    ],
    ['a name twice', oneCase('launch: ""', 'launch: ""'), '5:5: `launch` comes twice'],
    ['a name that there is not', oneCase('lunch: ""'), '4:5: a case has no `lunch`; did you mean `launch`?'],
    ['neither launch nor action', oneCase(), '2:5: a case has either a `launch` or an `action`'],
    ['both', oneCase('launch: ""', 'action: ec2:RunInstances'), '2:5: a case has either a `launch` or an `action`'],
    ['no expectation', 'cases:\n  - {name: a, launch: ""}', '2:5: a case has `expect`'],
    ['another expectation', 'cases:\n  - {name: a, launch: "", expect: deny}', '2:35: `expect` is allowed, denied, '],
    ['a list for a text', oneCase('launch: [a]'), '4:13: `launch` is a text'],
    ['a text for a mapping', oneCase('launch: ""', 'context: a'), '5:14: `context` is a mapping'],
    ['a list in a request', oneCase('launch: ""', 'request: {a: [b]}'), '5:18: `a` is a text'],
    ['brackets without end', `cases: ${'['.repeat(100_000)}`, 'this is nested too deep'],
    [
      'too many',
      `cases:\n${'  - {name: a, launch: "", expect: denied}\n'.repeat(1001)}`,
      'there are more than 1000 cases',
    ],
    ['too much', `#${'a'.repeat(300_000)}`, 'has more than 262144 characters'],
  ])('%s', async (_, text, sentence) => {
    await expect(readCases(written(text))).rejects.toThrow(sentence);
  });
});
