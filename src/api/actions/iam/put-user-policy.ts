/**
 * PutUserPolicy: adds an inline policy to a user, or replaces the one of that name.
 */

import type { PutUserPolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { users } from '../../iam/entities.ts';
import { putInlinePolicy } from '../../iam/inline-policies.ts';

/** API/PutUserPolicy. */
export const putUserPolicy = accountAction<PutUserPolicyRequest>((input, call) =>
  putInlinePolicy(call, users, input.UserName, input),
);
