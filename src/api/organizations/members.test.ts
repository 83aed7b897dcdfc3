/** What inputs may be, held against AWS's SDK where that says it. */

import {
  ConstraintViolationExceptionReason,
  EffectivePolicyType,
  InvalidInputExceptionReason,
  OrganizationFeatureSet,
  PolicyType,
} from '@aws-sdk/client-organizations';
import { describe, expect, test } from 'vitest';
import { CONSTRAINTS, INVALID_INPUTS } from '../../aws-errors.ts';
import {
  accountId,
  childId,
  createAccountRequestId,
  effectivePolicyType,
  email,
  featureSet,
  optional,
  organizationalUnitName,
  PAGE,
  parentId,
  policyId,
  policyTargetId,
  policyType,
  readMembers,
  rootId,
  taggableResourceId,
  tags,
} from './members.ts';

describe('an input is refused', () => {
  test.each([[''], [null], [[]], [7], [true]])('that is no object: %j', (body) => {
    const read = () => readMembers(body, { AccountId: accountId });
    if (body === null) expect(read).toThrow(expect.objectContaining({ reason: 'INPUT_REQUIRED' }));
    else expect(read).toThrow(expect.objectContaining({ code: 'SerializationException' }));
  });

  test.each([[7], [{}], [['111122223333']], [true]])('whose text is %j', (AccountId) => {
    expect(() => readMembers({ AccountId }, { AccountId: accountId })).toThrow(
      expect.objectContaining({ code: 'SerializationException' }),
    );
  });

  test.each([['5'], [1.5], [{}]])('whose number is %j', (MaxResults) => {
    expect(() => readMembers({ MaxResults }, PAGE)).toThrow(
      expect.objectContaining({ code: 'SerializationException' }),
    );
  });

  test.each([[{}], ['a=b'], [['a']], [[null]]])('whose tags are %j', (Tags) => {
    expect(() => readMembers({ Tags }, { Tags: tags })).toThrow(
      expect.objectContaining({ code: 'SerializationException' }),
    );
  });

  test('in AWS’s words, with the member and the reason', () => {
    expect(() => readMembers({ AccountId: '1' }, { AccountId: accountId })).toThrow(
      expect.objectContaining({
        code: 'InvalidInputException',
        message: 'You provided a value that does not match the required pattern. (`AccountId`)',
        reason: 'INVALID_PATTERN',
      }),
    );
  });
});

test('members that are not named are ignored, those that may be absent are', () => {
  const members = { Name: organizationalUnitName, ParentId: optional(parentId) };
  expect(readMembers({ Name: 'a', Other: 1, ParentId: null }, members)).toEqual({ Name: 'a' });
  expect(readMembers(undefined, { ParentId: optional(parentId) })).toEqual({});
});

describe('ids', () => {
  const ROOT = 'r-ab12';
  const UNIT = 'ou-ab12-cdefgh34';
  const ACCOUNT = '111122223333';
  const POLICY = 'p-0123456789';

  test.each([
    ['a root', rootId, [ROOT]],
    ['a parent', parentId, [ROOT, UNIT]],
    ['a child', childId, [UNIT, ACCOUNT]],
    ['a target', policyTargetId, [ROOT, UNIT, ACCOUNT]],
    ['a policy', policyId, [POLICY, 'p-FullAWSAccess']],
    ['what has tags', taggableResourceId, [ROOT, UNIT, ACCOUNT, POLICY, 'p-FullAWSAccess']],
    ['an account', accountId, [ACCOUNT]],
    ['a request', createAccountRequestId, [`car-${'a0'.repeat(16)}`]],
  ])('of %s', (_what, read, legal) => {
    const all = [ROOT, UNIT, ACCOUNT, POLICY, 'p-FullAWSAccess', `car-${'a0'.repeat(16)}`];
    const others = [...all, '', 'r-', 'ou-ab12', `${ROOT}\n`, ` ${ACCOUNT}`, `x${UNIT}`, `${UNIT}x-`, 'R-AB12'];
    for (const id of others) {
      if (legal.includes(id)) expect(read(id, 'Id')).toBe(id);
      else expect(() => read(id, 'Id'), id).toThrow();
    }
  });

  test.each(['a@b.co', 'a+111122223333@example.com'])('of an address: %s', (address) => {
    expect(email(address, 'Email')).toBe(address);
  });
});

describe('what AWS’s SDK names', () => {
  test('every policy type is known, and none that it does not have', () => {
    for (const type of Object.values(PolicyType)) expect(policyType(type, 'Type')).toBe(type);
    for (const type of Object.values(EffectivePolicyType)) expect(effectivePolicyType(type, 'Type')).toBe(type);
    for (const type of Object.values(OrganizationFeatureSet)) expect(featureSet(type, 'FeatureSet')).toBe(type);
    expect(() => policyType('SCP', 'Type')).toThrow();
    expect(() => effectivePolicyType('SERVICE_CONTROL_POLICY', 'Type')).toThrow();
  });

  test('every reason that we give is one of AWS’s', () => {
    expect(Object.values(ConstraintViolationExceptionReason)).toEqual(expect.arrayContaining(Object.keys(CONSTRAINTS)));
    expect(Object.values(InvalidInputExceptionReason)).toEqual(expect.arrayContaining(Object.keys(INVALID_INPUTS)));
  });
});
