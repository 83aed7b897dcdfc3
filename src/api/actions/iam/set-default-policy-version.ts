/**
 * SetDefaultPolicyVersion: which text of a managed policy counts, for everybody who has it.
 */

import type { SetDefaultPolicyVersionRequest } from '@aws-sdk/client-iam';
import { isoSeconds } from '../../../clock.ts';
import { accountAction } from '../../call.ts';
import { policies, save } from '../../iam/entities.ts';
import { findVersion, openOwnPolicy } from '../../iam/managed-policies.ts';

/** API/SetDefaultPolicyVersion. */
export const setDefaultPolicyVersion = accountAction<SetDefaultPolicyVersionRequest>(async (input, call) => {
  const policy = await openOwnPolicy(call, input.PolicyArn);
  const { VersionId } = findVersion({ policy, arn: input.PolicyArn ?? '' }, input.VersionId);
  await save(call, policies, { ...policy, DefaultVersionId: VersionId, UpdateDate: isoSeconds(call.nowMs) });
});
