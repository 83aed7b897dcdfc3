/**
 * PutGroupPolicy: adds an inline policy to a group, or replaces the one of that name.
 */

import type { PutGroupPolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { groups } from '../../iam/entities.ts';
import { putInlinePolicy } from '../../iam/inline-policies.ts';

/** API/PutGroupPolicy. */
export const putGroupPolicy = accountAction<PutGroupPolicyRequest>((input, call) =>
  putInlinePolicy(call, groups, input.GroupName, input),
);
