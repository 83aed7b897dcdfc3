/** The keys that every request has, for each kind of caller: what is absent matters as much as what is there. */

import { describe, expect, test } from 'vitest';
import { conditionKeyType } from './condition-keys.ts';
import {
  type Caller,
  callerKeys,
  contextOf,
  extendContext,
  type Keys,
  requestTagKeys,
  resourceOwnerKeys,
  wireKeys,
} from './context.ts';

const ACCOUNT = '123456789012';
const USER: Caller = {
  principal: {
    type: 'user',
    arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
    account: ACCOUNT,
    id: 'AIDAALICE',
    name: 'alice',
  },
};
const SESSION: Caller = {
  principal: {
    type: 'assumed-role',
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/i-0123456789abcdef0`,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/path/app`,
    account: ACCOUNT,
    id: 'AROAAPP:i-0123456789abcdef0',
    tags: [{ Key: 'team', Value: 'blue' }],
  },
  session: {
    issuedAtMs: Date.parse('2026-11-23T10:00:00.999Z'),
    instance: {
      delivery: '1.0',
      arn: `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-0123456789abcdef0`,
      privateIpv4: '172.31.0.4',
    },
  },
};

/** What is there, as conditions see it. */
function seen(keys: Keys): Record<string, readonly string[]> {
  return Object.fromEntries([...contextOf(keys).values()].map(({ key, values }) => [key, values]));
}

describe('who asks', () => {
  test('nobody: no key of anybody', () => {
    expect(seen(callerKeys({ principal: { type: 'anonymous', arn: '', account: '', id: 'anonymous' } }))).toEqual({
      'aws:PrincipalType': ['Anonymous'],
      'aws:PrincipalIsAWSService': ['false'],
      'aws:userid': ['anonymous'],
    });
  });

  test('a user with a long-term key: no key of temporary credentials', () => {
    expect(seen(callerKeys(USER))).toEqual({
      'aws:PrincipalArn': [`arn:aws:iam::${ACCOUNT}:user/alice`],
      'aws:PrincipalAccount': [ACCOUNT],
      'aws:PrincipalType': ['User'],
      'aws:PrincipalIsAWSService': ['false'],
      'aws:userid': ['AIDAALICE'],
      'aws:username': ['alice'],
    });
  });

  test("a session: its role's ARN, no user name, and how its credentials came", () => {
    expect(seen(callerKeys(SESSION))).toEqual({
      'aws:PrincipalArn': [`arn:aws:iam::${ACCOUNT}:role/path/app`],
      'aws:PrincipalAccount': [ACCOUNT],
      'aws:PrincipalType': ['AssumedRole'],
      'aws:PrincipalIsAWSService': ['false'],
      'aws:PrincipalTag/team': ['blue'],
      'aws:userid': ['AROAAPP:i-0123456789abcdef0'],
      'aws:TokenIssueTime': ['2026-11-23T10:00:00Z'],
      'aws:MultiFactorAuthPresent': ['false'],
      'ec2:RoleDelivery': ['1.0'],
      'ec2:SourceInstanceARN': [`arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-0123456789abcdef0`],
      'aws:Ec2InstanceSourcePrivateIPv4': ['172.31.0.4'],
    });
  });

  test('root, with temporary credentials and a second factor', () => {
    const principal = { type: 'root' as const, arn: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT, id: ACCOUNT };
    expect(
      seen(callerKeys({ principal, session: { issuedAtMs: 0, multiFactorAgeSeconds: 60, sourceIdentity: 'bob' } })),
    ).toMatchObject({
      'aws:PrincipalType': ['Account'],
      'aws:userid': [ACCOUNT],
      'aws:MultiFactorAuthPresent': ['true'],
      'aws:MultiFactorAuthAge': ['60'],
      'aws:SourceIdentity': ['bob'],
    });
  });

  test('a service of AWS', () => {
    expect(seen(callerKeys({ principal: { type: 'service', arn: 'ec2.amazonaws.com', account: '', id: '' } }))).toEqual(
      {
        'aws:PrincipalIsAWSService': ['true'],
        'aws:PrincipalServiceName': ['ec2.amazonaws.com'],
      },
    );
  });

  test('the organization, with the path from its root', () => {
    const organization = { id: 'o-abcdefghij', path: ['r-ab12', 'ou-ab12-11111111'] };
    expect(seen(callerKeys({ ...USER, organization }))).toMatchObject({
      'aws:PrincipalOrgID': ['o-abcdefghij'],
      'aws:PrincipalOrgPaths': ['o-abcdefghij/r-ab12/ou-ab12-11111111/'],
    });
    expect(seen(resourceOwnerKeys(ACCOUNT, organization))).toEqual({
      'aws:ResourceAccount': [ACCOUNT],
      'aws:ResourceOrgID': ['o-abcdefghij'],
      'aws:ResourceOrgPaths': ['o-abcdefghij/r-ab12/ou-ab12-11111111/'],
    });
    expect(seen(resourceOwnerKeys(ACCOUNT))).toEqual({ 'aws:ResourceAccount': [ACCOUNT] });
  });
});

test('the request as such', () => {
  const nowMs = Date.parse('2026-11-23T10:00:00.500Z');
  expect(seen(wireKeys({ secureTransport: false, region: 'us-east-1', nowMs }))).toEqual({
    'aws:SecureTransport': ['false'],
    'aws:RequestedRegion': ['us-east-1'],
    'aws:CurrentTime': ['2026-11-23T10:00:00Z'],
    'aws:EpochTime': ['1795428000'],
    'aws:ViaAWSService': ['false'],
  });
  expect(
    seen(wireKeys({ secureTransport: true, region: 'us-east-1', nowMs, sourceIp: '192.0.2.1', userAgent: 'aws-cli' })),
  ).toMatchObject({
    'aws:SourceIp': ['192.0.2.1'],
    'aws:UserAgent': ['aws-cli'],
  });
});

test('a request from within a VPC', () => {
  const vpc = { id: 'vpc-0123456789abcdef0', sourceIp: '172.31.0.4' };
  expect(seen(wireKeys({ secureTransport: true, region: 'us-east-1', nowMs: 0, vpc }))).toMatchObject({
    'aws:SourceVpc': ['vpc-0123456789abcdef0'],
    'aws:VpcSourceIp': ['172.31.0.4'],
  });
});

test('tags of a request; without tags there is no aws:TagKeys', () => {
  expect(seen(requestTagKeys([]))).toEqual({});
  expect(
    seen(
      requestTagKeys([
        { Key: 'team', Value: 'blue' },
        { Key: 'empty', Value: '' },
      ]),
    ),
  ).toEqual({ 'aws:RequestTag/team': ['blue'], 'aws:RequestTag/empty': [''], 'aws:TagKeys': ['team', 'empty'] });
});

describe('a context', () => {
  test('has no key without a value', () => {
    expect(contextOf({ a: undefined, b: [] }).size).toBe(0);
  });

  test('finds keys in lower case, and keeps how AWS spells them', () => {
    expect(contextOf({ 'aws:PrincipalArn': 'x' }).get('aws:principalarn')).toEqual({
      key: 'aws:PrincipalArn',
      values: ['x'],
    });
  });

  test('has the values of both of two tags that differ in case', () => {
    expect(
      contextOf({ 'aws:ResourceTag/Team': 'a', 'aws:ResourceTag/team': 'b' }, { 'AWS:RESOURCETAG/TEAM': 'a' }).get(
        'aws:resourcetag/team',
      )?.values,
    ).toEqual(['a', 'b']);
  });

  test('is extended without a change of the one before', () => {
    const before = contextOf({ a: 1 });
    expect([...extendContext(before, { b: true }).keys()]).toEqual(['a', 'b']);
    expect([...before.keys()]).toEqual(['a']);
  });
});

test('AWS has every key that callers and requests have here', () => {
  const all = {
    ...callerKeys({ ...SESSION, organization: { id: 'o-1', path: [] } }),
    ...callerKeys(USER),
    ...wireKeys({ secureTransport: true, region: 'us-east-1', nowMs: 0, sourceIp: '192.0.2.1', userAgent: 'x' }),
    ...resourceOwnerKeys(ACCOUNT),
    ...requestTagKeys([{ Key: 'a', Value: 'b' }]),
  };
  for (const key of Object.keys(all)) expect(conditionKeyType(key), key).toBeDefined();
});
