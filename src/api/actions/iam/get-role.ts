/**
 * GetRole: a role with its trust policy, URL-encoded.
 */

import type { GetRoleRequest, GetRoleResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { open, roles } from '../../iam/entities.ts';
import { describeRole } from '../../iam/shapes.ts';

/** API/GetRole. */
export const getRole = accountAction<GetRoleRequest, GetRoleResponse>(async (input, call) => {
  return { Role: describeRole(call, await open(call, roles, input.RoleName)) };
});
