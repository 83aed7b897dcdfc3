/**
 * AttachRolePolicy: gives a role a managed policy, of the account or of AWS.
 */

import type { AttachRolePolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { attach } from '../../iam/attachments.ts';
import { roles } from '../../iam/entities.ts';

/** API/AttachRolePolicy. */
export const attachRolePolicy = accountAction<AttachRolePolicyRequest>((input, call) =>
  attach(call, roles, input.RoleName, input.PolicyArn),
);
