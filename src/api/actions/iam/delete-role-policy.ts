/**
 * DeleteRolePolicy: takes an inline policy from a role.
 */

import type { DeleteRolePolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { roles } from '../../iam/entities.ts';
import { deleteInlinePolicy } from '../../iam/inline-policies.ts';

/** API/DeleteRolePolicy. */
export const deleteRolePolicy = accountAction<DeleteRolePolicyRequest>((input, call) =>
  deleteInlinePolicy(call, roles, input.RoleName, input),
);
