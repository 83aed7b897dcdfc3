/** What is told of a policy: where it stands, whom it is asked about, and that no policy makes the answer large. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicyKind } from '../../../src/iam/policy/policy.ts';
import { answerTo } from './answer.ts';
import type { Tried, TriedAnswer } from './question.ts';
import { KINDS } from './shared-address.ts';
import { templates } from './templates.ts';
import { FIRST_TRIAL, MODIFY, MODIFY_DEFAULTS, type Trial } from './trial.ts';

const scope = { account: '000000000000', region: 'us-east-1' };
const ask = (text: string, trial: Partial<Trial> = {}, kind: PolicyKind = 'identity') =>
  answerTo({ text, kind, trial: { ...FIRST_TRIAL, ...trial }, scope });
const template = (name: string) => templates.get(name) ?? '';
const options = (said: Partial<Trial['options']>) => ({ ...FIRST_TRIAL.options, ...said });

/** The answers, and the one that decides. */
function decided(tried: Tried | undefined): { allowed: boolean; deciding: TriedAnswer | undefined } {
  if (!tried || 'problem' in tried) throw new Error(`not tried: ${tried?.problem}`);
  return { allowed: tried.allowed, deciding: tried.answers.find(({ decides }) => decides) };
}

test('the templates are the policies of the documents, and nothing is wrong with them', () => {
  expect([...templates.keys()]).toContain('require-imdsv2-at-launch');
  for (const [name, text] of templates) {
    const errors = ask(text).findings.filter(({ severity }) => severity === 'error');
    expect(errors, name).toEqual([]);
  }
});

describe('a call is decided as the API would', () => {
  const launch = template('require-imdsv2-at-launch');

  test('the statement that denies a launch is shown with its lines and with what it met', () => {
    const { allowed, deciding } = decided(ask(launch).tried);
    expect(allowed).toBe(false);
    expect(deciding).toMatchObject({
      resource: 'instance/*',
      decision: 'explicitDeny',
      statement: { name: 'RequireImdsV2 (line 4)', Effect: 'Deny', start: { line: 4 }, end: { line: 14 } },
      conditions: ['ec2:MetadataHttpTokens is not in the request: StringNotEquals "required" holds'],
    });
    expect(decided(ask(launch, { options: options({ HttpTokens: 'required' }) }).tried).allowed).toBe(true);
  });

  test.each<[PolicyKind, string]>([
    ['identity', 'explicit deny in the identity-based policy'],
    ['scp', 'explicit deny in the service control policy'],
    ['boundary', 'explicit deny in the permissions boundary'],
    ['session', 'explicit deny in the session policy'],
  ])('as %s', (kind, words) => {
    expect(decided(ask(launch, {}, kind).tried).deciding?.why).toContain(words);
  });

  test('of existing instances: what is asked for, and what the instance is', () => {
    const keep = template('keep-imdsv2');
    const request = options({ HttpTokens: 'optional' });
    expect(decided(ask(keep, { action: MODIFY, options: request }).tried).allowed).toBe(false);
    expect(decided(ask(keep, { action: MODIFY }).tried).allowed).toBe(true);
    const only = template('only-imdsv2-instances');
    const start = { action: 'ec2:StartInstances' };
    expect(decided(ask(only, start).tried).allowed).toBe(false);
    const required = { ...start, existing: options({ HttpTokens: 'required' }) };
    expect(decided(ask(only, required).tried).allowed).toBe(true);
  });

  test('a default that is taken away, and the credentials of an instance', () => {
    const weaker = { action: MODIFY_DEFAULTS, options: options({ HttpTokens: 'no-preference' }) };
    expect(decided(ask(template('no-weaker-defaults'), weaker).tried).allowed).toBe(false);
    const delivery = template('credentials-from-imdsv2');
    expect(decided(ask(delivery, { principal: 'instance-1.0' }).tried).allowed).toBe(false);
    expect(decided(ask(delivery, { principal: 'instance-2.0' }).tried).allowed).toBe(true);
  });

  test('a launch with a role is also asked about the role, and one with tags about the tags', () => {
    const tags = [
      { Key: 'team', Value: 'blue' },
      { Key: '', Value: '' },
    ];
    const { tried } = ask(launch, { profile: 'app', tags, options: options({ HttpTokens: 'required' }) });
    const actions =
      tried && 'answers' in tried ? tried.answers.map(({ action, resource }) => `${action} ${resource}`) : [];
    expect(actions).toEqual(expect.arrayContaining(['iam:PassRole role/app', 'ec2:CreateTags instance/*']));
  });

  test('alone, nothing is allowed', () => {
    const trial = { alone: true, options: options({ HttpTokens: 'required' }) };
    expect(decided(ask(launch, trial).tried).deciding?.decision).toBe('implicitDeny');
  });

  test.each<[Partial<Trial>, RegExp]>([
    [{ options: options({ HttpPutResponseHopLimit: '65' }) }, /^A value of '65' is not valid/],
    [{ action: 'ec2:RunInstance' }, /no action ec2:RunInstance/],
    [{ action: 'run' }, /is no action/],
    [{ name: ' ' }, /name/],
    [{ action: MODIFY, resource: 'i-0' }, /no ARN/],
    [{ context: [{ Key: 'SourceIp', Value: '1' }] }, /no condition key/],
  ])('what cannot be such a call says why: %j', (trial, words) => {
    expect(ask(launch, trial).tried).toEqual({ problem: expect.stringMatching(words) });
  });
});

test("a policy that cannot be read is refused in AWS's words, and decides nothing", () => {
  const { refusal, tried, findings } = ask('{"Statement": [}');
  expect(refusal?.message).toBe('Syntax errors in policy. (line 1, column 16: expected a value)');
  expect(findings[0]?.place).toEqual({ line: 1, column: 16 });
  expect(tried).toBeUndefined();
});

test('whatever the text is there is an answer', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '"Statement"',
    '"Effect"',
    '"Deny"',
    ' ',
    '\n',
    'é',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces).map((given) => given.join('')),
  );
  fc.assert(
    fc.property(text, fc.constantFrom(...(Object.keys(KINDS) as PolicyKind[])), (given, kind) => {
      const { findings, refusal, tried } = ask(given, {}, kind);
      expect(findings.length > 0 || refusal !== undefined || tried !== undefined).toBe(true);
    }),
  );
});

test('the answer to a large policy is small', () => {
  const Statement = Array.from({ length: 2000 }, (_, index) => ({
    Sid: `S${index}`,
    Effect: 'Deny',
    Action: 'ec2:RunInstances',
    Resource: '*',
    Condition: { StringEquals: { 'ec2:MetadataHttpTokens': 'optional' } },
  }));
  const answer = ask(JSON.stringify({ Version: '2012-10-17', Statement }));
  expect(JSON.stringify(answer).length).toBeLessThan(100_000);
  expect(decided(answer.tried).deciding?.notShown).toBeGreaterThan(1000);
});
