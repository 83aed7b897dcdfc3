/** Which trust policies let EC2 assume a role for an instance. */

import { expect, test } from 'vitest';
import { compilePolicy } from './policy/compile.ts';
import { readPolicy } from './policy/read.ts';
import { trustsEc2 } from './role-trust.ts';

const INSTANCE = { account: '123456789012', region: 'us-east-1', InstanceId: 'i-0123456789abcdef0' };

function trusts(statement: object | object[], region = 'us-east-1'): boolean {
  const trust = compilePolicy(readPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }), 'trust'));
  const roleArn = 'arn:aws:iam::123456789012:role/app';
  return trustsEc2({ roleArn, trust, instance: { ...INSTANCE, region }, nowMs: Date.UTC(2026, 10, 23) });
}

const allow = (Principal: object, more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action: 'sts:AssumeRole',
  ...more,
});
const EC2 = { Service: 'ec2.amazonaws.com' };

test.each<[string, object | object[]]>([
  ['another service', allow({ Service: 'lambda.amazonaws.com' })],
  ['the account', allow({ AWS: 'arn:aws:iam::123456789012:root' })],
  ['everybody, which no service is', allow({ AWS: '*' })],
  ['EC2, to tag sessions only', allow(EC2, { Action: 'sts:TagSession' })],
  ['EC2, and denies it', [allow(EC2), { ...allow(EC2), Effect: 'Deny' }]],
  ['EC2 of another account', allow(EC2, { Condition: { StringEquals: { 'aws:SourceAccount': '210987654321' } } })],
  ['EC2 for an external id', allow(EC2, { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } })],
])('who trusts %s does not trust EC2', (_what, statement) => {
  expect(trusts(statement)).toBe(false);
});

test.each<[string, object]>([
  ['EC2', allow(EC2)],
  ['several services', allow({ Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] })],
  ['EC2 of this account', allow(EC2, { Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } } })],
  [
    'EC2 for this instance',
    allow(EC2, {
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0' } },
    }),
  ],
])('who trusts %s does', (_what, statement) => {
  expect(trusts(statement)).toBe(true);
});

test('in China EC2 has a name of its own beside the usual one', () => {
  const china = allow({ Service: 'ec2.amazonaws.com.cn' });
  expect(trusts(china)).toBe(false);
  expect(trusts(china, 'cn-north-1')).toBe(true);
  expect(trusts(allow(EC2), 'cn-north-1')).toBe(true);
});
