/**
 * ListUserPolicies: the names of a user's inline policies.
 */

import type { ListUserPoliciesRequest, ListUserPoliciesResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { users } from '../../iam/entities.ts';
import { listInlinePolicies } from '../../iam/inline-policies.ts';

/** API/ListUserPolicies. */
export const listUserPolicies = accountAction<ListUserPoliciesRequest, ListUserPoliciesResponse>((input, call) =>
  listInlinePolicies(call, users, input.UserName, input),
);
