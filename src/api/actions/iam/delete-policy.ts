/**
 * DeletePolicy: a managed policy that nobody has and that has one version only.
 */

import type { DeletePolicyRequest } from '@aws-sdk/client-iam';
import { deleteConflict } from '../../../aws-errors.ts';
import { accountAction } from '../../call.ts';
import { policyUsage } from '../../iam/attachments.ts';
import { policies, remove } from '../../iam/entities.ts';
import { openOwnPolicy, readPolicyArn } from '../../iam/managed-policies.ts';

/** API/DeletePolicy. */
export const deletePolicy = accountAction<DeletePolicyRequest>(async (input, call) => {
  const policy = await openOwnPolicy(call, input.PolicyArn);
  const usage = await policyUsage(call);
  if (usage.has(readPolicyArn(input.PolicyArn))) throw deleteConflict('Cannot delete a policy attached to entities.');
  if (policy.Versions.length > 1) {
    throw deleteConflict(
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    );
  }
  await remove(call, policies, policy);
});
