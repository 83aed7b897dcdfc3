/**
 * The simulators: what they answer is what the judge does.
 */

import { describe, expect, test } from 'vitest';
import { ACCOUNT, asUser, expectRefusal, launch, startTestApi, type TestApi } from '../../testing.ts';

const ALLOW = `{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
    {
      "Effect": "Deny",
      "Action": "ec2:RunInstances",
      "Resource": "arn:aws:ec2:*:*:instance/*",
      "Condition": {"StringNotEquals": {"ec2:MetadataHttpTokens": "required"}}
    }
  ]
}`;
const INSTANCE = `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/*`;
const TOKENS = (value: string) => [
  { ContextKeyName: 'ec2:MetadataHttpTokens', ContextKeyValues: [value], ContextKeyType: 'string' },
];

const custom = async (api: TestApi, input: object) =>
  (await api.iam('SimulateCustomPolicy', { PolicyInputList: [ALLOW], ActionNames: ['ec2:RunInstances'], ...input }))
    .EvaluationResults;

describe('policies of the request', () => {
  test('deny what they do not speak of', async () => {
    const api = await startTestApi();
    expect(await custom(api, { ActionNames: ['iam:ListUsers'] })).toEqual([
      {
        EvalActionName: 'iam:ListUsers',
        EvalResourceName: '*',
        EvalDecision: 'implicitDeny',
        MatchedStatements: [],
        MissingContextValues: ['ec2:MetadataHttpTokens'],
      },
    ]);
  });

  test('are asked about each action on each resource, with the keys that are given', async () => {
    const api = await startTestApi();
    const input = { ActionNames: ['ec2:RunInstances', 'ec2:StopInstances'], ResourceArns: [INSTANCE, '*'] };
    const decisions = async (more: object) =>
      (await custom(api, { ...input, ...more }))?.map(({ EvalDecision }) => EvalDecision);
    expect(await decisions({})).toEqual(['explicitDeny', 'allowed', 'allowed', 'allowed']);
    expect(await decisions({ ContextEntries: TOKENS('optional') })).toEqual([
      ...['explicitDeny', 'allowed', 'allowed', 'allowed'],
    ]);
    expect(await decisions({ ContextEntries: TOKENS('required') })).toEqual(Array(4).fill('allowed'));
  });

  test('are named with the place of each statement that applies', async () => {
    const api = await startTestApi();
    const [result] = (await custom(api, { ResourceArns: [INSTANCE] })) ?? [];
    expect(result?.MatchedStatements).toEqual([
      {
        SourcePolicyId: 'PolicyInputList.1',
        SourcePolicyType: 'IAM Policy',
        StartPosition: { Line: 4, Column: 5 },
        EndPosition: { Line: 4, Column: 59 },
      },
      {
        SourcePolicyId: 'PolicyInputList.1',
        SourcePolicyType: 'IAM Policy',
        StartPosition: { Line: 5, Column: 5 },
        EndPosition: { Line: 10, Column: 5 },
      },
    ]);
  });

  test('go no further than a boundary', async () => {
    const api = await startTestApi();
    const boundary = (Action: string) =>
      JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } });
    const simulate = async (Action: string) =>
      (await custom(api, { PermissionsBoundaryPolicyInputList: [boundary(Action)] }))?.[0];
    expect(await simulate('iam:*')).toMatchObject({
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    });
    expect(await simulate('ec2:*')).toMatchObject({
      EvalDecision: 'allowed',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
    });
  });

  test('stand beside that of a resource', async () => {
    const api = await startTestApi();
    const CallerArn = `arn:aws:iam::${ACCOUNT}:user/bob`;
    const Statement = { Effect: 'Allow', Principal: { AWS: CallerArn }, Action: 's3:GetObject', Resource: '*' };
    const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement });
    const ResourceArns = ['arn:aws:s3:::bucket/key'];
    const simulate = async (more: object) =>
      (
        await custom(api, { ...{ ActionNames: ['s3:GetObject'], ResourceArns, CallerArn, ResourcePolicy }, ...more })
      )?.[0]?.EvalDecision;
    expect(await simulate({})).toBe('allowed');
    expect(await simulate({ ResourceOwner: 'arn:aws:iam::999999999999:root' })).toBe('implicitDeny');
    expect(await simulate({ CallerArn: `${CallerArn}by` })).toBe('implicitDeny');
  });

  test.each([
    [{ PolicyInputList: ['{'] }, 'MalformedPolicyDocument'],
    [{ ActionNames: ['RunInstances'] }, 'InvalidInput'],
    [{ ActionNames: ['ec2:Run*'] }, 'InvalidInput'],
    [{ PermissionsBoundaryPolicyInputList: [ALLOW, ALLOW] }, 'InvalidInput'],
    [{ ContextEntries: [{ ContextKeyName: 'x', ContextKeyValues: ['a'] }] }, 'ValidationError'],
  ])('cannot be %j', async (wrong, code) => {
    const api = await startTestApi();
    await expectRefusal(custom(api, wrong), code);
  });

  test('are simulated in pages', async () => {
    const api = await startTestApi();
    const input = { PolicyInputList: [ALLOW], ActionNames: ['ec2:a', 'ec2:b', 'ec2:c'] };
    const first = await api.iam('SimulateCustomPolicy', { ...input, MaxItems: 2 });
    expect(first).toMatchObject({ IsTruncated: true, EvaluationResults: [{ EvalActionName: 'ec2:a' }, {}] });
    const second = await api.iam('SimulateCustomPolicy', { ...input, Marker: first.Marker });
    expect(second).toMatchObject({ IsTruncated: false, EvaluationResults: [{ EvalActionName: 'ec2:c' }] });
  });
});

describe('policies of a principal', () => {
  async function start(): Promise<TestApi> {
    const api = await startTestApi();
    await api.iam('CreateUser', { UserName: 'bob' });
    await api.iam('CreateGroup', { GroupName: 'devs' });
    await api.iam('PutGroupPolicy', { GroupName: 'devs', PolicyName: 'p', PolicyDocument: ALLOW });
    await api.iam('AddUserToGroup', { UserName: 'bob', GroupName: 'devs' });
    const AssumeRolePolicyDocument =
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}';
    await api.iam('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument });
    await api.iam('PutRolePolicy', { RoleName: 'web', PolicyName: 'p', PolicyDocument: ALLOW });
    return api;
  }
  const simulate = async (api: TestApi, source: string, more: object = {}) =>
    (
      await api.iam('SimulatePrincipalPolicy', {
        PolicySourceArn: `arn:aws:iam::${ACCOUNT}:${source}`,
        ActionNames: ['ec2:RunInstances'],
        ...more,
      })
    ).EvaluationResults?.[0]?.EvalDecision;

  test('that there is not cannot be simulated', async () => {
    const api = await start();
    for (const source of ['user/alice', 'user/x/bob', 'group/ops', 'role/db']) {
      await expectRefusal(simulate(api, source), 'NoSuchEntity');
    }
    await expectRefusal(simulate(api, 'policy/p'), 'InvalidInput');
  });

  test.each(['user/bob', 'group/devs', 'role/web'])('%s has its own, and those of its groups', async (source) => {
    const api = await start();
    expect(await simulate(api, source)).toBe('allowed');
    expect(await simulate(api, source, { ResourceArns: [INSTANCE] })).toBe('explicitDeny');
    expect(await simulate(api, source, { ActionNames: ['iam:ListUsers'] })).toBe('implicitDeny');
    const added = ALLOW.replace('"ec2:*"', '"iam:*"');
    expect(await simulate(api, source, { ActionNames: ['iam:ListUsers'], PolicyInputList: [added] })).toBe('allowed');
  });

  test('go no further than its boundary', async () => {
    const api = await start();
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/IAMFullAccess';
    await api.iam('PutUserPermissionsBoundary', { UserName: 'bob', PermissionsBoundary });
    expect(await simulate(api, 'user/bob')).toBe('implicitDeny');
  });

  test('decide what happens', async () => {
    const api = await start();
    const bob = await asUser(api, 'bob');
    for (const [HttpTokens, decision] of [
      ['optional', 'explicitDeny'],
      ['required', 'allowed'],
    ] as const) {
      const simulated = await simulate(api, 'user/bob', {
        ResourceArns: [INSTANCE],
        ContextEntries: TOKENS(HttpTokens),
      });
      expect(simulated).toBe(decision);
      const launched = launch(bob, { MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens } });
      if (decision === 'allowed') await launched;
      else await expectRefusal(launched, 'UnauthorizedOperation');
    }
  });
});
