/**
 * ListGroupPolicies: the names of a group's inline policies.
 */

import type { ListGroupPoliciesRequest, ListGroupPoliciesResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { groups } from '../../iam/entities.ts';
import { listInlinePolicies } from '../../iam/inline-policies.ts';

/** API/ListGroupPolicies. */
export const listGroupPolicies = accountAction<ListGroupPoliciesRequest, ListGroupPoliciesResponse>((input, call) =>
  listInlinePolicies(call, groups, input.GroupName, input),
);
