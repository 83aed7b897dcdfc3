/** How large a policy may be: each limit to the character, in AWS's words. */

import { describe, expect, test } from 'vitest';
import { AwsError } from '../../aws-errors.ts';
import {
  checkManagedVersion,
  checkPolicyCharacters,
  checkPolicySize,
  POLICY_LIMITS,
  type PolicyUse,
  policySize,
} from './limits.ts';

function refusalOf(check: () => void) {
  try {
    check();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { code: error.code, status: error.status, message: error.message };
  }
  return undefined;
}

const LIMITS: [PolicyUse, number, string, number, string][] = [
  ['managed', 6144, 'LimitExceeded', 409, 'Cannot exceed quota for PolicySize: 6144'],
  ['inline-user', 2048, 'LimitExceeded', 409, 'Maximum policy size of 2048 bytes exceeded for user alice'],
  ['inline-group', 5120, 'LimitExceeded', 409, 'Maximum policy size of 5120 bytes exceeded for group alice'],
  ['inline-role', 10_240, 'LimitExceeded', 409, 'Maximum policy size of 10240 bytes exceeded for role alice'],
  ['trust', 2048, 'LimitExceeded', 409, 'Cannot exceed quota for ACLSizePerRole: 2048'],
  [
    'session',
    2048,
    'ValidationError',
    400,
    "1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048",
  ],
  ['scp', 10_240, 'ConstraintViolationException', 400, 'You have exceeded the maximum policy size.'],
];

test('every use of a policy has a limit here', () => {
  expect(LIMITS.map(([use]) => use).toSorted()).toEqual(Object.keys(POLICY_LIMITS).toSorted());
});

describe.each(LIMITS)('%s: %i characters', (use, limit, code, status, message) => {
  test('one more is too many', () => {
    expect(refusalOf(() => checkPolicySize(use, ['x'.repeat(limit + 1)], 'alice'))).toEqual({ code, status, message });
  });

  test('as many are allowed', () => {
    expect(refusalOf(() => checkPolicySize(use, ['x'.repeat(limit)], 'alice'))).toBeUndefined();
  });

  test('several count together', () => {
    const texts = ['x'.repeat(limit - 1), 'x'];
    expect(refusalOf(() => checkPolicySize(use, texts, 'alice'))).toBeUndefined();
    expect(refusalOf(() => checkPolicySize(use, [...texts, 'x'], 'alice'))?.code).toBe(code);
  });
});

test('white space counts for Organizations and sessions, and for nobody else', () => {
  const text = ' {\t"a":\r\n "b c" } ';
  const counted = Object.keys(POLICY_LIMITS).filter((use) => policySize(text, use as PolicyUse) === text.length);
  expect(counted).toEqual(['session', 'scp']);
  expect(policySize(text, 'managed')).toBe('{"a":"bc"}'.length);
});

describe('characters', () => {
  test.each(['', 'ā', '–', '😀', '\u0000', '\u001f', '\u0100'])('%j is refused', (text) => {
    expect(refusalOf(() => checkPolicyCharacters(text))).toEqual({
      code: 'ValidationError',
      status: 400,
      message: 'The specified value for policyDocument is invalid. It must contain only printable ASCII characters.',
    });
  });

  test('Latin-1, tabs and line ends are allowed', () => {
    expect(refusalOf(() => checkPolicyCharacters('{\t"Id":\r\n"grüße ÿ"}'))).toBeUndefined();
  });
});

test('a managed policy has the current version', () => {
  expect(refusalOf(() => checkManagedVersion({ Version: '2008-10-17' }))).toEqual({
    code: 'MalformedPolicyDocument',
    status: 400,
    message:
      'Policy document must be version 2012-10-17 or greater. (at `Version`: a managed policy without it, or of 2008-10-17, is not stored)',
  });
  expect(refusalOf(() => checkManagedVersion({ Version: '2012-10-17' }))).toBeUndefined();
});
