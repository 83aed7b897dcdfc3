/** The ARN of an instance's profile, and how far its association has come. */

import { expect, test } from 'vitest';
import type { InstanceStateName } from '../model.ts';
import { associationState, instanceProfileArn } from './instance-profile.ts';

test.each([
  ['us-east-1', '/', 'arn:aws:iam::123456789012:instance-profile/web'],
  ['cn-north-1', '/team/', 'arn:aws-cn:iam::123456789012:instance-profile/team/web'],
])('in %s with the path %s', (region, Path, arn) => {
  expect(instanceProfileArn({ account: '123456789012', region }, { Path, InstanceProfileName: 'web' })).toBe(arn);
});

test.each<[InstanceStateName, number, string]>([
  ['running', 6, 'associating'],
  ['pending', 6, 'associating'],
  ['running', 7, 'associated'],
  ['running', 8, 'associated'],
  ['stopped', 0, 'associated'],
  ['stopping', 0, 'associated'],
])('associated at revision 7: a %s instance whose host has acknowledged %i is %s', (State, appliedRevision, state) => {
  expect(associationState({ State, appliedRevision }, { revision: 7 })).toBe(state);
});
