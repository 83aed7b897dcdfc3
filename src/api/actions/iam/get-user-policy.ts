/**
 * GetUserPolicy: an inline policy of a user, URL-encoded.
 */

import type { GetUserPolicyRequest, GetUserPolicyResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { users } from '../../iam/entities.ts';
import { getInlinePolicy } from '../../iam/inline-policies.ts';

/** API/GetUserPolicy. */
export const getUserPolicy = accountAction<GetUserPolicyRequest, GetUserPolicyResponse>(async (input, call) => {
  const policy = await getInlinePolicy(call, users, input.UserName, input);
  return { UserName: input.UserName, ...policy };
});
