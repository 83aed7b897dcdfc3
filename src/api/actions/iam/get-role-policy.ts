/**
 * GetRolePolicy: an inline policy of a role, URL-encoded.
 */

import type { GetRolePolicyRequest, GetRolePolicyResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { roles } from '../../iam/entities.ts';
import { getInlinePolicy } from '../../iam/inline-policies.ts';

/** API/GetRolePolicy. */
export const getRolePolicy = accountAction<GetRolePolicyRequest, GetRolePolicyResponse>(async (input, call) => {
  const policy = await getInlinePolicy(call, roles, input.RoleName, input);
  return { RoleName: input.RoleName, ...policy };
});
