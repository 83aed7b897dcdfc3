/** Which name was meant: the closest one, and none where nothing is close. */

import { describe, expect, test } from 'vitest';
import { conditionKeyNames } from '../condition-keys.ts';
import { editDistance, meantBy } from './suggestion.ts';

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'abd', 1],
  ['abc', 'acb', 1],
  ['abc', 'ab', 1],
  ['abc', 'xabc', 1],
  ['kitten', 'sitting', 3],
])('from %j to %j', (a, b, distance) => {
  expect(editDistance(a, b, 4)).toBe(distance);
  expect(editDistance(b, a, 4)).toBe(distance);
});

test('what is further is only "too far"', () => {
  expect(editDistance('abcdef', 'uvwxyz', 2)).toBe(3);
  expect(editDistance('a', 'abcdefgh', 2)).toBe(3);
});

describe('of the condition keys', () => {
  test.each([
    ['nothing is close', 'ec2:Zebra', undefined],
    ['it is too long for a name', `ec2:${'a'.repeat(200)}`, undefined],
    ['two letters are swapped', 'aws:PrincipalAnr', 'aws:PrincipalArn'],
    ['the service is another', 'aws:InstanceType', 'ec2:InstanceType'],
    ['the beginning is left out', 'ec2:HttpPutResponseHopLimit', 'ec2:MetadataHttpPutResponseHopLimit'],
  ])('%s', (_, name, meant) => {
    expect(meantBy(name, conditionKeyNames())).toBe(meant);
  });
});
