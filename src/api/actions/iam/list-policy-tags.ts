/**
 * ListPolicyTags: the tags of a managed policy, in order of their keys.
 */

import type { ListPolicyTagsRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { openPolicy } from '../../iam/managed-policies.ts';
import { pageOfTags, type TagPage } from '../../iam/tags.ts';

/** API/ListPolicyTags. */
export const listPolicyTags = accountAction<ListPolicyTagsRequest, TagPage>(async (input, call) => {
  const { policy } = await openPolicy(call, input.PolicyArn);
  return pageOfTags(call, policy.Tags, input);
});
