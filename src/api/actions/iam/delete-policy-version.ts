/**
 * DeletePolicyVersion: a text of a managed policy that is not the one that counts.
 */

import type { DeletePolicyVersionRequest } from '@aws-sdk/client-iam';
import { deleteConflict } from '../../../aws-errors.ts';
import { accountAction } from '../../call.ts';
import { policies, save } from '../../iam/entities.ts';
import { findVersion, openOwnPolicy } from '../../iam/managed-policies.ts';

/** API/DeletePolicyVersion. */
export const deletePolicyVersion = accountAction<DeletePolicyVersionRequest>(async (input, call) => {
  const policy = await openOwnPolicy(call, input.PolicyArn);
  const { VersionId } = findVersion({ policy, arn: input.PolicyArn ?? '' }, input.VersionId);
  if (VersionId === policy.DefaultVersionId) throw deleteConflict('Cannot delete the default version of a policy.');
  const Versions = policy.Versions.filter((version) => version.VersionId !== VersionId);
  await save(call, policies, { ...policy, Versions });
});
