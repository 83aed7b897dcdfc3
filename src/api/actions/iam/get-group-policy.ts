/**
 * GetGroupPolicy: an inline policy of a group, URL-encoded.
 */

import type { GetGroupPolicyRequest, GetGroupPolicyResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { groups } from '../../iam/entities.ts';
import { getInlinePolicy } from '../../iam/inline-policies.ts';

/** API/GetGroupPolicy. */
export const getGroupPolicy = accountAction<GetGroupPolicyRequest, GetGroupPolicyResponse>(async (input, call) => {
  const policy = await getInlinePolicy(call, groups, input.GroupName, input);
  return { GroupName: input.GroupName, ...policy };
});
