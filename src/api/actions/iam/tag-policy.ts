/**
 * TagPolicy: gives a managed policy of the account tags, or replaces the values of those that it has.
 */

import type { TagPolicyRequest } from '@aws-sdk/client-iam';
import { requestTagKeys } from '../../../iam/context.ts';
import { accountAction } from '../../call.ts';
import { policies, save } from '../../iam/entities.ts';
import { openOwnPolicy } from '../../iam/managed-policies.ts';
import { readIamTags, withTags } from '../../iam/tags.ts';

/** API/TagPolicy. */
export const tagPolicy = accountAction<TagPolicyRequest>(async (input, call) => {
  const tags = readIamTags(input.Tags);
  const policy = await openOwnPolicy(call, input.PolicyArn, requestTagKeys(tags));
  await save(call, policies, withTags<'iam-policy'>(policy, tags));
});
