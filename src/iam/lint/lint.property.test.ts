/**
 * Properties of looking at policies: nothing is thrown, the time is bounded, and what it says of "never" is true of the engine.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findAction, hasConditionKey } from '../condition-keys.ts';
import { contextOf } from '../context.ts';
import { ec2Arn } from '../ec2-context.ts';
import { questionOf } from '../evaluate.ts';
import { compilePolicy } from '../policy/compile.ts';
import { readPolicy } from '../policy/read.ts';
import { lint } from './lint.ts';

const KINDS = ['identity', 'boundary', 'session', 'trust', 'resource', 'scp'] as const;

test('whatever the text is, it has the same findings again, each at a place of the text', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), policyText());
  fc.assert(
    fc.property(text, fc.constantFrom(...KINDS), (given, kind) => {
      const report = lint(given, kind);
      const lines = given.split('\n');
      for (const { place } of report.findings) {
        expect(place.line).toBeLessThanOrEqual(lines.length);
        expect(place.column).toBeLessThanOrEqual((lines[place.line - 1]?.length ?? 0) + 1);
      }
      expect(lint(given, kind)).toEqual(report);
    }),
  );
});

const KEYS = ['ec2:MetadataHttpTokens', 'ec2:InstanceType', 'ec2:VolumeSize', 'aws:PrincipalArn', 'ec2:EbsOptimized'];
const VALUES = ['optional', 'required', '1', '2', '3', 't3.micro', 'true', 'arn:aws:iam::123456789012:role/a'];
const OPERATORS = [
  ...['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIfExists', 'NumericEquals'],
  ...['NumericLessThan', 'NumericGreaterThanEquals', 'NumericNotEquals', 'ArnLike', 'ArnNotEquals', 'Bool', 'Null'],
];

function policyText(): fc.Arbitrary<string> {
  const values = fc.array(fc.constantFrom(...VALUES, 'false', '*'), { minLength: 1, maxLength: 2 });
  const keys = fc.dictionary(fc.constantFrom(...KEYS), values, { minKeys: 1, maxKeys: 2 });
  const statement = fc.record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: fc.subarray(['ec2:RunInstances', 'ec2:StartInstances', 'ec2:ModifyInstanceMetadataOptions'], {
      minLength: 1,
    }),
    Resource: fc.constantFrom('*', 'arn:aws:ec2:*:*:instance/*', 'arn:aws:ec2:*:*:volume/*', 'arn:aws:ec2:*::image/*'),
    Condition: fc.dictionary(fc.constantFrom(...OPERATORS), keys, { maxKeys: 3 }),
  });
  return statement.map((Statement) => JSON.stringify({ Version: '2012-10-17', Statement }));
}

/** Every request that the statement could be asked, with one value or none of each key that the action has there. */
function* questionsFor(text: string): Generator<ReturnType<typeof questionOf>> {
  const [statement] = readPolicy(text, 'identity').Statement;
  const scope = { account: '123456789012', region: 'us-east-1' };
  const asked = new Set(statement?.Condition.map(({ key }) => key) ?? []);
  for (const { text: action } of statement?.Action ?? []) {
    for (const { type } of findAction(action)?.resourceTypes ?? []) {
      const resource = ec2Arn(type === 'image' ? { ...scope, account: '' } : scope, type, '*');
      for (const keys of combinations([...asked].filter((key) => isThere(action, type, key)))) {
        const principal = { type: 'user' as const, arn: '', account: scope.account, id: '' };
        yield questionOf({ principal, action, resource, context: contextOf(keys) });
      }
    }
  }
}

function isThere(action: string, type: string, key: string): boolean {
  return key.startsWith('aws:') || hasConditionKey(action, type, key);
}

function* combinations([key, ...others]: string[]): Generator<Record<string, string | undefined>> {
  if (key === undefined) yield {};
  else {
    for (const rest of combinations(others)) {
      for (const value of [undefined, ...valuesOf(key), 'x', '0', '1.5', '99']) yield { ...rest, [key]: value };
    }
  }
}

function valuesOf(key: string): string[] {
  return key === 'ec2:MetadataHttpTokens' ? ['optional', 'required'] : VALUES;
}

test('a statement that can never match, as it says, matches nothing', () => {
  let never = 0;
  fc.assert(
    fc.property(policyText(), (text) => {
      const { findings } = lint(text, 'identity');
      if (!findings.some(({ says }) => says.includes('the statement can never match'))) return;
      never += 1;
      const compiled = compilePolicy(readPolicy(text, 'identity'));
      for (const question of questionsFor(text)) {
        // Values that the key cannot have are not asked for.
        const tokens = question.context.get('ec2:metadatahttptokens')?.values[0];
        if (tokens !== undefined && tokens !== 'optional' && tokens !== 'required') continue;
        expect(compiled.matching(question)).toEqual([]);
      }
    }),
    { numRuns: 200 },
  );
  expect(never).toBeGreaterThan(0);
});

describe('however large or hostile, it ends', () => {
  const ALL = { Effect: 'Deny', Action: '*', Resource: '*' };
  const many = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(index));
  const inCases = (key: string, count: number) =>
    many(count, (index) => [...key].map((c, bit) => ((index >> bit) & 1 ? c.toUpperCase() : c)).join(''));

  test.each<[string, object[]]>([
    ['ten thousand statements', many(10_000, (index) => ({ ...ALL, Action: `ec2:X${index}` }))],
    ['a condition on everything, often', many(600, () => ({ ...ALL, Condition: { Null: { 'ec2:Vpc': 'true' } } }))],
    ['wildcards made to be slow', [{ ...ALL, Action: many(3000, (index) => `ec2:*a*a*${index}*b`) }]],
    ['resources of every beginning', many(300, (index) => ({ ...ALL, Resource: `arn:aws:ec2:*:*:*${index}` }))],
    [
      'keys that do not exist',
      [{ ...ALL, Condition: { Null: Object.fromEntries(many(3000, (i) => [`ec2:A${i}`, 'true'])) } }],
    ],
    [
      'one key in every case',
      [
        {
          ...ALL,
          Condition: {
            StringEquals: Object.fromEntries(inCases('ec2:instancetype', 900).map((key) => [key, ['a', 'b']])),
            StringLike: Object.fromEntries(inCases('ec2:instancetype', 900).map((key) => [key, '*a*a*'])),
          },
        },
      ],
    ],
    ['very many values', [{ ...ALL, Condition: { NumericLessThan: { 'ec2:VolumeSize': many(6000, String) } } }]],
  ])('%s', (_, Statement) => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement });
    expect(lint(text, 'scp').findings.length).toBeGreaterThan(0);
  });

  test('a megabyte of one name', () => {
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: { ...ALL, Action: `ec2:${'*a'.repeat(500_000)}` },
    });
    expect(lint(text, 'identity').findings).toMatchObject([{ rule: 'size', severity: 'error' }]);
  });
});
