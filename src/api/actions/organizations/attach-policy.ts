/**
 * AttachPolicy: to the root, an OU or an account; after those of its type that are attached already, which matters where
 * two declarative policies at one level disagree. It is in force at the next call.
 */

import { constraintViolation, duplicatePolicyAttachment } from '../../../aws-errors.ts';
import { action, DONE } from '../../organizations/action.ts';
import { policyId, policyTargetId } from '../../organizations/members.ts';
import { expectEnabled, MOST_ATTACHED, openAttachment } from '../../organizations/policies.ts';
import { putPolicies } from '../../organizations/tree.ts';

/** organizations API/AttachPolicy. */
export const attachPolicy = action({ PolicyId: policyId, TargetId: policyTargetId }, async (asked, call) => {
  const { opened, policy, target, attached } = await openAttachment(call, asked);
  expectEnabled(opened, policy.Type);
  if (attached.includes(policy.Id)) throw duplicatePolicyAttachment();
  if (attached.length >= MOST_ATTACHED) throw constraintViolation('MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
  await putPolicies(opened, target, { ...target.policies, [policy.Type]: [...attached, policy.Id] });
  return DONE;
});
