/**
 * ListAttachedUserPolicies: the managed policies that a user has.
 */

import type { ListAttachedUserPoliciesRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { type AttachedPage, listAttached } from '../../iam/attachments.ts';
import { users } from '../../iam/entities.ts';

/** API/ListAttachedUserPolicies. */
export const listAttachedUserPolicies = accountAction<ListAttachedUserPoliciesRequest, AttachedPage>((input, call) =>
  listAttached(call, users, input.UserName, input),
);
