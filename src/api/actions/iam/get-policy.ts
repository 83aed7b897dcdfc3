/**
 * GetPolicy: what is known of a managed policy, without its text.
 */

import type { GetPolicyRequest, GetPolicyResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { policyUsage } from '../../iam/attachments.ts';
import { openPolicy } from '../../iam/managed-policies.ts';
import { describePolicy } from '../../iam/shapes.ts';

/** API/GetPolicy. */
export const getPolicy = accountAction<GetPolicyRequest, GetPolicyResponse>(async (input, call) => {
  const found = await openPolicy(call, input.PolicyArn);
  const usage = await policyUsage(call);
  return { Policy: describePolicy(call, found, usage.get(found.arn)) };
});
