/**
 * User data: which bytes an instance may be given, whether they come as base64 or as they are.
 */

import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { invalidParameterValue, invalidUserDataMalformed } from '../aws-errors.ts';
import { readUserData } from './user-data.ts';

test.each([
  ['%%%'],
  ['A'],
  ['AAAAA'],
  ['AA=A'],
  ['AAAA===='],
  [`${'A'.repeat(20_000)}!`],
  [`A${' '.repeat(200_000)}!`],
])('what is no base64 is refused: %.10s', (text) => {
  expect(() => readUserData(text)).toThrow(invalidUserDataMalformed());
});

test('16,384 bytes are the most, before they become base64', () => {
  const most = randomBytes(16_384);
  expect(readUserData(most)).toBe(most.toString('base64'));
  expect(readUserData(most.toString('base64'))).toBe(most.toString('base64'));
  const tooMany = randomBytes(16_385);
  const refusal = invalidParameterValue('User data is limited to 16384 bytes');
  expect(() => readUserData(tooMany)).toThrow(refusal);
  expect(() => readUserData(tooMany.toString('base64'))).toThrow(refusal);
});

test('an empty value is none', () => {
  for (const nothing of [undefined, '', ' \n', new Uint8Array()]) expect(readUserData(nothing)).toBeUndefined();
});

test('bytes of any value stay what they are', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);
  expect(Buffer.from(readUserData(bytes) ?? '', 'base64')).toEqual(Buffer.from(bytes));
});

test('base64 may be broken into lines, and may lack its padding', () => {
  expect(readUserData('aGVs\nbG8g\r\nd29ybGQ')).toBe('aGVsbG8gd29ybGQ=');
});
