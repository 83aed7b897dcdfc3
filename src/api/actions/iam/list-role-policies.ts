/**
 * ListRolePolicies: the names of a role's inline policies.
 */

import type { ListRolePoliciesRequest, ListRolePoliciesResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { roles } from '../../iam/entities.ts';
import { listInlinePolicies } from '../../iam/inline-policies.ts';

/** API/ListRolePolicies. */
export const listRolePolicies = accountAction<ListRolePoliciesRequest, ListRolePoliciesResponse>((input, call) =>
  listInlinePolicies(call, roles, input.RoleName, input),
);
