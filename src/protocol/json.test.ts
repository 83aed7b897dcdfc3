/** AWS's JSON protocol: targets, members that are wrong in AWS's words, and errors. */

import { describe, expect, test } from 'vitest';
import { readTarget, readTextMembers, type TextMember, writeJsonError } from './json.ts';

const MEMBERS = {
  InstanceId: { required: true, min: 10, max: 32, pattern: '^i-[a-f0-9]+$' },
  SSHPublicKey: { required: true, min: 2, max: 4 },
  AvailabilityZone: { min: 6, max: 32 },
} as const satisfies Record<string, TextMember>;

const read = (body: unknown) => readTextMembers(body, MEMBERS, (message) => new Error(message));
const GOOD = { InstanceId: 'i-0123456789', SSHPublicKey: 'abc' };

describe('members', () => {
  test.each([undefined, null, 1, 'text', [], [GOOD]])('%j is no object: SerializationException', (body) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'SerializationException' }));
  });

  test.each([1, true, ['i-0123456789'], { a: 1 }])('%j is no text: SerializationException', (InstanceId) => {
    const expected = { code: 'SerializationException', message: '`InstanceId` is not a string' };
    expect(() => read({ ...GOOD, InstanceId })).toThrow(expect.objectContaining(expected));
  });

  test.each([
    [{ SSHPublicKey: 'abc' }, "Value null at 'instanceId' failed to satisfy constraint: Member must not be null"],
    [{ ...GOOD, InstanceId: null }, "Value null at 'instanceId' failed to satisfy constraint: Member must not be null"],
    [
      { ...GOOD, InstanceId: 'mi-048afb7f6460a110d' },
      "Value 'mi-048afb7f6460a110d' at 'instanceId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^i-[a-f0-9]+$",
    ],
    [
      { ...GOOD, SSHPublicKey: 'a' },
      "Value 'a' at 'sSHPublicKey' failed to satisfy constraint: Member must have length greater than or equal to 2",
    ],
    [
      { ...GOOD, SSHPublicKey: 'abcdef' },
      "Value 'abcd' at 'sSHPublicKey' failed to satisfy constraint: Member must have length less than or equal to 4",
    ],
  ])('%j is refused in words of AWS', (body, sentence) => {
    expect(() => read(body)).toThrow(`1 validation error detected: ${sentence}`);
  });

  test('everything that is wrong is said at once', () => {
    expect(() => read({ InstanceId: 'x', AvailabilityZone: 'y' })).toThrow(
      /^4 validation errors detected: Value 'x' at 'instanceId' .*; Value 'x' at 'instanceId' .*; Value null at 'sSHPublicKey' .*; Value 'y' at 'availabilityZone' /,
    );
  });

  test('those that are there are read, others are ignored', () => {
    expect(read({ ...GOOD, AvailabilityZone: null, More: 1 })).toEqual({ ...GOOD, AvailabilityZone: undefined });
    expect(read({ ...GOOD, AvailabilityZone: 'us-east-1a' })).toEqual({ ...GOOD, AvailabilityZone: 'us-east-1a' });
  });
});

test.each(['', 'SendSSHPublicKey', '.SendSSHPublicKey', 'a b.c', 'Service.', 'Service.a.b c'])(
  '%j is no target',
  (target) => {
    expect(readTarget(target)).toEqual({ prefix: '', operation: '' });
  },
);

test('a target is a prefix, which may have dots, and an operation', () => {
  expect(readTarget('Service.Do')).toEqual({ prefix: 'Service', operation: 'Do' });
  expect(readTarget('Service_V20161128.Part.Do')).toEqual({ prefix: 'Service_V20161128.Part', operation: 'Do' });
});

test("an error has its code as type, and its words where the service's model has them", () => {
  const code = 'AnException';
  expect(writeJsonError({ code, message: 'a "word"' })).toBe('{"__type":"AnException","message":"a \\"word\\""}');
  expect(writeJsonError({ code, message: 'word' }, 'Message')).toBe('{"__type":"AnException","Message":"word"}');
  expect(writeJsonError({ code, message: 'word', reason: 'WHY' }, 'Message')).toBe(
    '{"__type":"AnException","Message":"word","Reason":"WHY"}',
  );
});
