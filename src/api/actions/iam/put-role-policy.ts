/**
 * PutRolePolicy: adds an inline policy to a role, or replaces the one of that name.
 */

import type { PutRolePolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { roles } from '../../iam/entities.ts';
import { putInlinePolicy } from '../../iam/inline-policies.ts';

/** API/PutRolePolicy. */
export const putRolePolicy = accountAction<PutRolePolicyRequest>((input, call) =>
  putInlinePolicy(call, roles, input.RoleName, input),
);
