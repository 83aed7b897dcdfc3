/**
 * DetachRolePolicy: takes a managed policy from a role.
 */

import type { DetachRolePolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { detach } from '../../iam/attachments.ts';
import { roles } from '../../iam/entities.ts';

/** API/DetachRolePolicy. */
export const detachRolePolicy = accountAction<DetachRolePolicyRequest>((input, call) =>
  detach(call, roles, input.RoleName, input.PolicyArn),
);
