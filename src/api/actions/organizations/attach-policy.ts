/**
 * AttachPolicy: to the root, an OU or an account; after those of its type that are attached already, which matters where
 * two declarative policies at one level disagree. It is in force at the next call.
 */

import { constraintViolation, duplicatePolicyAttachment, targetNotFound } from '../../../aws-errors.ts';
import { action, DONE } from '../../organizations/action.ts';
import { policyId, policyTargetId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { arnOf, expectEnabled, findPolicy, MOST_ATTACHED } from '../../organizations/policies.ts';
import { targetArn } from '../../organizations/shapes.ts';
import { findTarget, putPolicies } from '../../organizations/tree.ts';

/** organizations API/AttachPolicy. */
export const attachPolicy = action(
  { PolicyId: policyId, TargetId: policyTargetId },
  async ({ PolicyId, TargetId }, call) => {
    const opened = await openAsManagement(call);
    const policy = await findPolicy(opened, PolicyId);
    const target = await findTarget(opened, TargetId);
    if (!target) throw targetNotFound();
    await call.permit([arnOf(opened.place, policy), targetArn(opened.place, target.Id)]);
    expectEnabled(opened, policy.Type);
    const attached = target.policies[policy.Type] ?? [];
    if (attached.includes(policy.Id)) throw duplicatePolicyAttachment();
    if (attached.length >= MOST_ATTACHED) throw constraintViolation('MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
    await putPolicies(opened, target, { ...target.policies, [policy.Type]: [...attached, policy.Id] });
    return DONE;
  },
);
