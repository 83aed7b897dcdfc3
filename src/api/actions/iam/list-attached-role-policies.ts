/**
 * ListAttachedRolePolicies: the managed policies that a role has.
 */

import type { ListAttachedRolePoliciesRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { type AttachedPage, listAttached } from '../../iam/attachments.ts';
import { roles } from '../../iam/entities.ts';

/** API/ListAttachedRolePolicies. */
export const listAttachedRolePolicies = accountAction<ListAttachedRolePoliciesRequest, AttachedPage>((input, call) =>
  listAttached(call, roles, input.RoleName, input),
);
