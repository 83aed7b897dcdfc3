/**
 * DeleteUserPolicy: takes an inline policy from a user.
 */

import type { DeleteUserPolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { users } from '../../iam/entities.ts';
import { deleteInlinePolicy } from '../../iam/inline-policies.ts';

/** API/DeleteUserPolicy. */
export const deleteUserPolicy = accountAction<DeleteUserPolicyRequest>((input, call) =>
  deleteInlinePolicy(call, users, input.UserName, input),
);
