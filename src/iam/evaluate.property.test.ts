/** What holds of decisions whatever the policies and the request: that more denials never allow, and who may grant at all. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of policies.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../aws-errors.ts';
import { contextOf, type Keys } from './context.ts';
import {
  type AttachedPolicy,
  type Decision,
  evaluate,
  type Policies,
  type Request,
  type ResourcePolicy,
} from './evaluate.ts';
import { compilePolicy } from './policy/compile.ts';
import { OPERATORS } from './policy/operators.ts';
import type { PolicyKind } from './policy/policy.ts';
import { readPolicy } from './policy/read.ts';
import type { RequestPrincipal } from './principals.ts';

// ─── Policies and requests that often have to do with each other ─────────────────────────────────────────────────────

const ACCOUNT = '123456789012';
const ALICE = `arn:aws:iam::${ACCOUNT}:user/alice`;

const action = fc.constantFrom('ec2:RunInstances', 'ec2:StopInstances', 's3:GetObject');
const actionPattern = fc.oneof(action, fc.constantFrom('*', 'ec2:*', 'ec2:*Instances', 'EC2:run*', 's3:?et*'));
const resource = fc.constantFrom(
  '*',
  `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/*`,
  `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-1`,
  'arn:aws:ec2:us-east-1::image/ami-1',
);
const resourcePattern = fc.oneof(
  resource,
  fc.constantFrom('arn:aws:ec2:*:*:instance/*', 'arn:aws:ec2:*', 'arn:aws:ec2:*:*:instance/${k:a}', 'arn:aws:s3:::*'),
);
const value = fc.constantFrom('', 'a', 'b', '1', '2.0', 'true', '2026-11-23', '192.0.2.1', ALICE, '*', '${k:b}', 'i-1');
const key = fc.constantFrom('k:a', 'K:B', 'aws:PrincipalArn');

const operator = fc
  .tuple(
    fc.constantFrom('', 'ForAllValues:', 'ForAnyValue:'),
    fc.constantFrom(...OPERATORS.keys()),
    fc.constantFrom('', 'IfExists'),
  )
  .map((parts) => parts.join(''));
const isDate = (name: string) => name.includes('Date');
const condition = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  fc
    .tuple(fc.oneof(operator, fc.constant('Null')), key, fc.array(value, { maxLength: 3 }))
    .map(([name, each, values]) => ({
      [name]: { [each]: isDate(name) ? values.map((_, index) => `202${index}`) : values },
    })),
);

const list = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: 1, maxLength: 3 });
const statement = (effect: 'Allow' | 'Deny' | undefined, kind: PolicyKind) =>
  fc
    .record({
      Effect: effect === undefined ? fc.constantFrom('Allow', 'Deny') : fc.constant(effect),
      Action: list(actionPattern),
      Resource: list(resourcePattern),
      Condition: condition,
      Principal: fc.constantFrom({ AWS: '*' }, { AWS: ACCOUNT }, { AWS: ALICE }, { AWS: '999999999999' }),
      not: fc.constantFrom('', '', 'Action', 'Resource'),
    })
    .map(({ Action, Resource, Principal, not, ...rest }) => ({
      ...rest,
      [not === 'Action' ? 'NotAction' : 'Action']: Action,
      [not === 'Resource' ? 'NotResource' : 'Resource']: Resource,
      ...(kind === 'resource' && { Principal }),
    }));

function attach(statements: object[], kind: PolicyKind): AttachedPolicy {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  return { name: text, policy: compilePolicy(readPolicy(text, kind)) };
}

const policyOf = (kind: PolicyKind, effect?: 'Allow' | 'Deny') =>
  fc.array(statement(effect, kind), { minLength: 1, maxLength: 4 }).map((statements) => attach(statements, kind));
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { maxLength: 3 });
const ofResource: fc.Arbitrary<ResourcePolicy> = fc
  .tuple(policyOf('resource'), fc.constantFrom(ACCOUNT, '999999999999'))
  .map(([policy, account]) => ({ ...policy, kind: 'resource', account }));

const policies: fc.Arbitrary<Policies> = fc.record(
  {
    identity: some(policyOf('identity')),
    boundary: policyOf('boundary'),
    session: some(policyOf('session')),
    resource: ofResource,
    scps: some(fc.record({ name: fc.constant('level'), policies: some(policyOf('scp')) })),
  },
  { requiredKeys: ['identity'] },
);

const principal: fc.Arbitrary<RequestPrincipal> = fc.constantFrom(
  { type: 'user', arn: ALICE, account: ACCOUNT, id: 'AIDAALICE', name: 'alice' },
  { type: 'root', arn: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT, id: ACCOUNT },
  {
    type: 'assumed-role',
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/i-1`,
    account: ACCOUNT,
    id: 'AROAAPP:i-1',
    roleArn: `arn:aws:iam::${ACCOUNT}:role/app`,
  },
  { type: 'service', arn: 'ec2.amazonaws.com', account: '', id: '' },
  { type: 'anonymous', arn: '', account: '', id: '' },
);

const context: fc.Arbitrary<Keys> = fc.record(
  { 'k:a': fc.oneof(value, fc.array(value, { maxLength: 3 })), 'k:b': value, 'aws:PrincipalArn': fc.constant(ALICE) },
  { requiredKeys: [] },
);

const request: fc.Arbitrary<Request> = fc.record({
  principal,
  action,
  resource,
  context: context.map((keys) => contextOf(keys)),
});

const runs = { numRuns: 500 };

// ─── What holds ──────────────────────────────────────────────────────────────────────────────────────────────────────

const PLACES = ['identity', 'boundary', 'session', 'resource', 'scp'] as const;
type PlaceName = (typeof PLACES)[number];

/** The same with one policy more, in a place where there is one already or where none changes nothing by itself. */
function plus(all: Policies, place: PlaceName, more: object[]): Policies {
  const added = attach(more, place);
  if (place === 'identity') return { ...all, identity: [...all.identity, added] };
  if (place === 'session') return all.session ? { ...all, session: [...all.session, added] } : all;
  if (place === 'scp') {
    const [level, ...levels] = all.scps ?? [];
    return level ? { ...all, scps: [{ ...level, policies: [...level.policies, added] }, ...levels] } : all;
  }
  const before = place === 'boundary' ? all.boundary : all.resource;
  if (!before) return all;
  const merged = attach([...statementsOf(before), ...more], place);
  return place === 'boundary'
    ? { ...all, boundary: merged }
    : { ...all, resource: { ...(before as ResourcePolicy), ...merged } };
}

function statementsOf({ name }: AttachedPolicy): object[] {
  return (JSON.parse(name) as { Statement: object[] }).Statement;
}

const inPlace = (effect: 'Allow' | 'Deny') =>
  fc
    .constantFrom(...PLACES)
    .chain((place) => fc.tuple(fc.constant(place), fc.array(statement(effect, place), { minLength: 1, maxLength: 3 })));

test('the requests and policies here come to every decision', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(request, policies, (asked, all) => {
      const { decision, type } = evaluate(asked, all);
      seen.add(`${decision} ${type}`);
    }),
    { numRuns: 3000, seed: 1 },
  );
  for (const type of ['scp', 'resource', 'identity', 'boundary', 'session']) {
    expect(seen).toContain(`implicitDeny ${type}`);
    expect(seen).toContain(`explicitDeny ${type}`);
  }
  for (const type of ['identity', 'resource', 'undefined']) expect(seen).toContain(`allowed ${type}`);
});

test('adding a Deny never turns a no into a yes', () => {
  fc.assert(
    fc.property(request, policies, inPlace('Deny'), (asked, all, [place, more]) => {
      const before = evaluate(asked, all).decision;
      const after = evaluate(asked, plus(all, place, more)).decision;
      if (before !== 'allowed') expect(after).not.toBe('allowed');
      if (before === 'explicitDeny') expect(after).toBe('explicitDeny');
    }),
    runs,
  );
});

test('adding an Allow never overrides an explicit deny, and never turns a yes into a no', () => {
  fc.assert(
    fc.property(request, policies, inPlace('Allow'), (asked, all, [place, more]) => {
      const before = evaluate(asked, all).decision;
      const after = evaluate(asked, plus(all, place, more)).decision;
      if (before !== 'implicitDeny') expect(after).toBe(before);
    }),
    runs,
  );
});

test('an SCP never grants, nor does a boundary or a session policy', () => {
  fc.assert(
    fc.property(request, policies, (asked, { scps, boundary, session, ...granting }) => {
      const without = evaluate(asked, granting).decision;
      for (const more of [{ scps }, { boundary }, { session }, { scps, boundary, session }]) {
        const limits = Object.fromEntries(Object.entries(more).filter(([, limit]) => limit !== undefined));
        if (without !== 'allowed') expect(evaluate(asked, { ...granting, ...limits }).decision).not.toBe('allowed');
      }
    }),
    runs,
  );
});

test('the order of policies and statements never matters', () => {
  const outcome = ({ decision, type, matched }: Decision) => ({
    decision,
    type,
    matched: matched
      .map((match) => `${match.type} ${match.statement.Effect} ${match.statement.Action?.map(({ text }) => text)}`)
      .toSorted(),
  });
  const reversed = (policy: AttachedPolicy, kind: PolicyKind) => attach(statementsOf(policy).toReversed(), kind);
  const all = (list: readonly AttachedPolicy[], kind: PolicyKind) =>
    list.map((each) => reversed(each, kind)).toReversed();
  fc.assert(
    fc.property(request, policies, (asked, { identity, boundary, session, resource: own, scps }) => {
      const turned: Policies = {
        identity: all(identity, 'identity'),
        ...(boundary && { boundary: reversed(boundary, 'boundary') }),
        ...(session && { session: all(session, 'session') }),
        ...(own && { resource: { ...own, ...reversed(own, 'resource') } }),
        ...(scps && { scps: scps.map((level) => ({ ...level, policies: all(level.policies, 'scp') })).toReversed() }),
      };
      const given = {
        identity,
        ...(boundary && { boundary }),
        ...(session && { session }),
        ...(own && { resource: own }),
        ...(scps && { scps }),
      };
      expect(outcome(evaluate(asked, turned))).toEqual(outcome(evaluate(asked, given)));
    }),
    runs,
  );
});

test('a decision says what it is for: denied with a reason, allowed by a statement, or by root', () => {
  fc.assert(
    fc.property(request, policies, (asked, all) => {
      const { decision, type, statement: deciding, why, matched } = evaluate(asked, all);
      expect(why === '').toBe(decision === 'allowed');
      if (decision === 'implicitDeny') expect(deciding).toBeUndefined();
      if (deciding) {
        expect(matched).toContain(deciding);
        expect(deciding.type).toBe(type);
        expect(deciding.statement.Effect).toBe(decision === 'allowed' ? 'Allow' : 'Deny');
      } else if (decision === 'allowed') expect(asked.principal.type).toBe('root');
    }),
    runs,
  );
});

test('asking changes nothing: the same question has the same answer', () => {
  fc.assert(
    fc.property(fc.array(request, { minLength: 2, maxLength: 5 }), policies, (questions, all) => {
      const first = questions.map((asked) => evaluate(asked, all));
      expect(
        questions
          .toReversed()
          .map((asked) => evaluate(asked, all))
          .toReversed(),
      ).toEqual(first);
    }),
    { numRuns: 200 },
  );
});

// ─── Whatever somebody sends ─────────────────────────────────────────────────────────────────────────────────────────

const KINDS: PolicyKind[] = ['identity', 'boundary', 'session', 'trust', 'resource', 'scp'];

/** The policy, or undefined for an AwsError; anything else that is thrown fails the test. */
function read(text: string, kind: PolicyKind) {
  try {
    return compilePolicy(readPolicy(text, kind));
  } catch (error) {
    expect(error).toBeInstanceOf(AwsError);
    expect((error as AwsError).message.length).toBeLessThan(2000);
    return undefined;
  }
}

function ask(policy: ReturnType<typeof read>, asked: Request): void {
  if (policy)
    expect(['allowed', 'implicitDeny', 'explicitDeny']).toContain(
      evaluate(asked, { identity: [{ name: 'x', policy }] }).decision,
    );
}

describe('reading and asking are total', () => {
  test('for arbitrary text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...KINDS), (text, kind) => {
        expect(read(text, kind)).toBeUndefined();
      }),
      runs,
    );
  });

  test('for JSON with the elements of policies, whatever is in them', () => {
    const anything = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(
          '*',
          'Allow',
          'Deny',
          'ec2:*',
          'sts:AssumeRole',
          'arn:aws:ec2:*',
          '${',
          "${a, 'b'}",
          '2012-10-17',
          '',
        ),
        fc.string({ unit: 'binary' }),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          fc.oneof(
            fc.constantFrom(
              'Version',
              'Statement',
              'Effect',
              'Action',
              'NotAction',
              'Resource',
              'NotResource',
              'Principal',
              'Condition',
              'Sid',
              'AWS',
              'StringLike',
              'Null',
            ),
            fc.string({ unit: 'binary' }),
          ),
          tie('value'),
          { maxKeys: 5 },
        ),
      ),
    })).value;
    const nearly = fc.record(
      {
        Version: anything,
        Id: anything,
        Statement: fc.oneof(
          anything,
          fc.array(
            fc.record(
              {
                Sid: anything,
                Effect: anything,
                Action: anything,
                Resource: anything,
                Condition: anything,
                Principal: anything,
              },
              { requiredKeys: [] },
            ),
            { maxLength: 2 },
          ),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(nearly, fc.constantFrom(...KINDS), request, (document, kind, asked) => {
        ask(read(JSON.stringify(document), kind), asked);
      }),
      runs,
    );
  });

  test('for text in every place where a policy has text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('$', '{', '}', '*', '?', ':', '/', 'a', '\ud800') }),
    );
    fc.assert(
      fc.property(text, text, text, operator, request, (one, two, three, name, asked) => {
        const Condition = { [name]: { [one]: [two, three] } };
        const statements = [
          { Effect: 'Deny', Action: `ec2:${one.replaceAll(':', '')}`, Resource: '*', Condition },
          { Effect: 'Allow', NotAction: '*', Resource: `arn:aws:ec2:${two}:${three}:${one}`, Condition },
        ];
        ask(read(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'identity'), asked);
        ask(read(JSON.stringify({ Statement: statements }), 'identity'), {
          ...asked,
          resource: one,
          action: two,
          context: contextOf({ [one]: three, [two]: [one, three] }),
        });
      }),
      runs,
    );
  });

  const asked: Request = {
    principal: { type: 'user', arn: ALICE, account: ACCOUNT, id: 'AIDAALICE' },
    action: 'ec2:RunInstances',
    resource: `arn:aws:ec2:us-east-1:${ACCOUNT}:${'a'.repeat(10_000)}`,
    context: contextOf({ 'k:a': 'a'.repeat(10_000) }),
  };
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: statement });
  const slow = '*a'.repeat(20_000);
  const good = { Effect: 'Allow', Action: '*', Resource: '*' };

  test.each([
    ['a megabyte of a single pattern', document({ ...good, Resource: `arn:aws:ec2:*:*:${'*a'.repeat(500_000)}b` })],
    [
      'patterns made to be slow',
      document({ ...good, Action: `ec2:${slow}b`, Condition: { StringLike: { 'k:a': [`${slow}b`, `${slow}c`] } } }),
    ],
    [
      'ten thousand statements',
      document(
        Array.from({ length: 10_000 }, (_, index) => ({
          ...good,
          Sid: `s${index}`,
          Condition: { StringLike: { 'k:a': '*b*' } },
        })),
      ),
    ],
    [
      'ten thousand statements with actions in full',
      document(
        Array.from({ length: 10_000 }, (_, index) => ({ ...good, Action: index % 2 ? `ec2:A${index}` : 'ec2:*' })),
      ),
    ],
    [
      'a hundred thousand actions',
      document({ ...good, Action: Array.from({ length: 100_000 }, (_, index) => `ec2:A${index}`) }),
    ],
    [
      'a hundred thousand resources',
      document({ ...good, Resource: Array.from({ length: 100_000 }, (_, index) => `arn:aws:ec2:*:*:x/${index}*`) }),
    ],
    [
      'ten thousand conditions',
      document({
        ...good,
        Condition: {
          StringEquals: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k:${index}`, ['a', 'b']])),
        },
      }),
    ],
    ['a megabyte of variables', document({ ...good, Resource: `arn:aws:s3:::${'${aws:username}'.repeat(70_000)}` })],
    ['a megabyte of white space', `${' '.repeat(1_000_000)}${document(good)}`],
    ['a megabyte of line ends before an error', `${'\n'.repeat(1_000_000)}{"x"`],
  ])('for %s', (_, text) => {
    ask(read(text, 'identity'), asked);
  });

  test.each([
    ['brackets', '['.repeat(1_000_000)],
    ['braces', '{"a":'.repeat(300_000)],
    [
      'nesting below a condition',
      document({ ...good, Condition: { StringEquals: { 'k:a': JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`) } } }),
    ],
    ['a megabyte of names that come twice', `{${'"a":1,'.repeat(150_000)}"a":1}`],
    ['ten thousand statements with one Sid', document(Array(10_000).fill({ ...good, Sid: 'same' }))],
  ])('%s are refused', (_, text) => {
    for (const kind of KINDS) expect(read(text, kind)).toBeUndefined();
  });
});
