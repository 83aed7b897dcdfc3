/** DetachPolicy: from the root, an OU or an account, to which of SCPs one always stays attached. */

import { constraintViolation, policyNotAttached, targetNotFound } from '../../../aws-errors.ts';
import { action, DONE } from '../../organizations/action.ts';
import { policyId, policyTargetId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { arnOf, findPolicy } from '../../organizations/policies.ts';
import { targetArn } from '../../organizations/shapes.ts';
import { findTarget, putPolicies } from '../../organizations/tree.ts';

/** organizations API/DetachPolicy. */
export const detachPolicy = action(
  { PolicyId: policyId, TargetId: policyTargetId },
  async ({ PolicyId, TargetId }, call) => {
    const opened = await openAsManagement(call);
    const policy = await findPolicy(opened, PolicyId);
    const target = await findTarget(opened, TargetId);
    if (!target) throw targetNotFound();
    await call.permit([arnOf(opened.place, policy), targetArn(opened.place, target.Id)]);
    const attached = target.policies[policy.Type] ?? [];
    if (!attached.includes(policy.Id)) throw policyNotAttached();
    const left = attached.filter((id) => id !== policy.Id);
    if (left.length === 0 && policy.Type === 'SERVICE_CONTROL_POLICY') {
      throw constraintViolation('MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
    }
    await putPolicies(opened, target, { ...target.policies, [policy.Type]: left });
    return DONE;
  },
);
