/**
 * DeleteGroupPolicy: takes an inline policy from a group.
 */

import type { DeleteGroupPolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { groups } from '../../iam/entities.ts';
import { deleteInlinePolicy } from '../../iam/inline-policies.ts';

/** API/DeleteGroupPolicy. */
export const deleteGroupPolicy = accountAction<DeleteGroupPolicyRequest>((input, call) =>
  deleteInlinePolicy(call, groups, input.GroupName, input),
);
