/**
 * UntagPolicy: takes tags from a managed policy; keys that it does not have are no mistake.
 */

import type { UntagPolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { policies, save } from '../../iam/entities.ts';
import { openOwnPolicy } from '../../iam/managed-policies.ts';
import { readTagKeys, withoutTags } from '../../iam/tags.ts';

/** API/UntagPolicy. */
export const untagPolicy = accountAction<UntagPolicyRequest>(async (input, call) => {
  const keys = readTagKeys(input.TagKeys);
  const policy = await openOwnPolicy(call, input.PolicyArn, { 'aws:TagKeys': keys });
  await save(call, policies, withoutTags<'iam-policy'>(policy, keys));
});
