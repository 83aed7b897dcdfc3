/**
 * UpdateAssumeRolePolicy: who may assume a role.
 */

import type { UpdateAssumeRolePolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { open, roles, save } from '../../iam/entities.ts';
import { retellInstancesOf } from '../../iam/instance-profiles.ts';
import { readTrustPolicy } from '../../iam/trust-policies.ts';

/** API/UpdateAssumeRolePolicy. */
export const updateAssumeRolePolicy = accountAction<UpdateAssumeRolePolicyRequest>(async (input, call) => {
  const role = await open(call, roles, input.RoleName);
  const AssumeRolePolicyDocument = await readTrustPolicy(call, input.PolicyDocument, 'PolicyDocument');
  await save(call, roles, { ...role, AssumeRolePolicyDocument });
  await retellInstancesOf(call, role);
});
