/**
 * ListAttachedGroupPolicies: the managed policies that a group has.
 */

import type { ListAttachedGroupPoliciesRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { type AttachedPage, listAttached } from '../../iam/attachments.ts';
import { groups } from '../../iam/entities.ts';

/** API/ListAttachedGroupPolicies. */
export const listAttachedGroupPolicies = accountAction<ListAttachedGroupPoliciesRequest, AttachedPage>((input, call) =>
  listAttached(call, groups, input.GroupName, input),
);
