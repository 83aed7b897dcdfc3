/** What a decision tells beside yes and no; the decisions themselves are tables in cases/*.json. */

import { describe, expect, test } from 'vitest';
import { contextOf } from './context.ts';
import { type AttachedPolicy, evaluate, type Policies, type Request } from './evaluate.ts';
import { compilePolicy } from './policy/compile.ts';
import type { PolicyKind } from './policy/policy.ts';
import { readPolicy } from './policy/read.ts';

const REQUEST: Request = {
  principal: { type: 'user', arn: 'arn:aws:iam::123456789012:user/alice', account: '123456789012', id: 'AIDAALICE' },
  action: 'ec2:RunInstances',
  resource: 'arn:aws:ec2:us-east-1:123456789012:instance/*',
  context: contextOf(),
};

function attached(
  name: string,
  Statement: object | object[],
  kind: PolicyKind = 'identity',
  arn?: string,
): AttachedPolicy {
  const policy = compilePolicy(readPolicy(JSON.stringify({ Version: '2012-10-17', Statement }), kind));
  return { name, policy, ...(arn !== undefined && { arn }) };
}

const allow = (Sid: string) => ({ Sid, Effect: 'Allow', Action: '*', Resource: '*' });
const deny = (Sid: string) => ({ Sid, Effect: 'Deny', Action: 'ec2:*', Resource: '*' });
const other = { Effect: 'Allow', Action: 's3:*', Resource: '*' };

test('without policies nothing is allowed, and no statement decided it', () => {
  expect(evaluate(REQUEST, { identity: [] })).toEqual({
    decision: 'implicitDeny',
    type: 'identity',
    why: 'because no identity-based policy allows the ec2:RunInstances action',
    matched: [],
  });
});

test('the deciding statement is told with policy, type, place and Sid', () => {
  const group = attached('group-policy', [other, allow('A'), deny('D')]);
  const { decision, type, statement, why } = evaluate(REQUEST, { identity: [attached('own', allow('Own')), group] });
  expect({ decision, type, why }).toEqual({
    decision: 'explicitDeny',
    type: 'identity',
    why: 'with an explicit deny in an identity-based policy',
  });
  expect(statement?.from).toBe(group);
  expect(statement).toMatchObject({ type: 'identity', index: 2, statement: { Sid: 'D', Effect: 'Deny' } });
});

test('all statements that apply are told, in the order in which policies are asked, and those that do not are not', () => {
  const policies: Policies = {
    identity: [attached('own', [allow('A'), other, allow('B')])],
    boundary: attached('boundary', allow('C'), 'boundary'),
    session: [attached('session', [other, deny('D')], 'session')],
    scps: [
      { name: 'r-root', policies: [attached('root', allow('E'), 'scp')] },
      { name: 'ou-1', policies: [attached('ou', [allow('F'), other], 'scp')] },
    ],
  };
  const { matched } = evaluate(REQUEST, policies);
  expect(
    matched.map(({ type, level, from, index, statement }) => [type, level, from.name, index, statement.Sid]),
  ).toEqual([
    ['scp', 'r-root', 'root', 0, 'E'],
    ['scp', 'ou-1', 'ou', 0, 'F'],
    ['identity', undefined, 'own', 0, 'A'],
    ['identity', undefined, 'own', 2, 'B'],
    ['boundary', undefined, 'boundary', 0, 'C'],
    ['session', undefined, 'session', 1, 'D'],
  ]);
});

test('the level of SCPs that does not allow is told', () => {
  const full = [attached('FullAWSAccess', allow('All'), 'scp')];
  const scps = [
    { name: 'r-root', policies: full },
    { name: 'ou-1', policies: [attached('some', other, 'scp')] },
    { name: '123456789012', policies: full },
  ];
  expect(evaluate(REQUEST, { identity: [attached('own', allow('A'))], scps })).toMatchObject({
    decision: 'implicitDeny',
    type: 'scp',
    level: 'ou-1',
    why: 'because no service control policy allows the ec2:RunInstances action',
  });
});

describe('a policy that has an ARN is named when it denies', () => {
  test('a managed policy', () => {
    const arn = 'arn:aws:iam::123456789012:policy/no-launches';
    const identity = [attached('FullAccess', allow('A')), attached('no-launches', deny('D'), 'identity', arn)];
    expect(evaluate(REQUEST, { identity }).why).toBe(`with an explicit deny in an identity-based policy: ${arn}`);
  });

  test('a service control policy', () => {
    const arn = 'arn:aws:organizations::111111111111:policy/o-abcdefghij/service_control_policy/p-12345678';
    const scps = [{ name: 'r-root', policies: [attached('guard', [allow('A'), deny('D')], 'scp', arn)] }];
    expect(evaluate(REQUEST, { identity: [], scps }).why).toBe(
      `with an explicit deny in a service control policy: ${arn}`,
    );
  });
});

test('a federated user has the reach of its user only within boundary and session policy', () => {
  const policy = { ...allow('Trust'), Principal: { AWS: 'arn:aws:iam::123456789012:user/alice' } };
  const resource = { ...attached('bucket', policy, 'resource'), kind: 'resource' as const, account: '123456789012' };
  const principal = {
    ...REQUEST.principal,
    type: 'federated-user' as const,
    arn: 'arn:aws:sts::123456789012:federated-user/bob',
    id: '123456789012:bob',
    roleArn: 'arn:aws:iam::123456789012:user/alice',
  };
  const asked = (policies: Policies) => evaluate({ ...REQUEST, principal }, policies).decision;
  expect(asked({ identity: [], session: [attached('session', other, 'session')], resource })).toBe('implicitDeny');
  expect(asked({ identity: [], session: [attached('session', allow('A'), 'session')], resource })).toBe('allowed');
});

test('policies can be asked about one action after another', () => {
  const identity = [
    attached('own', [
      allow('A'),
      { ...deny('D'), Action: ['ec2:StopInstances', 's3:*'] },
      { ...deny('E'), Action: 'ec2:Stop*' },
    ]),
  ];
  const sidsFor = (action: string) =>
    evaluate({ ...REQUEST, action }, { identity }).matched.map(({ statement }) => statement.Sid);
  expect(sidsFor('ec2:RunInstances')).toEqual(['A']);
  expect(sidsFor('ec2:StopInstances')).toEqual(['A', 'D', 'E']);
  expect(sidsFor('ec2:RunInstances')).toEqual(['A']);
});
