/** DetachPolicy: from the root, an OU or an account, to which of SCPs one always stays attached. */

import { constraintViolation, policyNotAttached } from '../../../aws-errors.ts';
import { action, DONE } from '../../organizations/action.ts';
import { policyId, policyTargetId } from '../../organizations/members.ts';
import { openAttachment } from '../../organizations/policies.ts';
import { putPolicies } from '../../organizations/tree.ts';

/** organizations API/DetachPolicy. */
export const detachPolicy = action({ PolicyId: policyId, TargetId: policyTargetId }, async (asked, call) => {
  const { opened, policy, target, attached } = await openAttachment(call, asked);
  if (!attached.includes(policy.Id)) throw policyNotAttached();
  const left = attached.filter((id) => id !== policy.Id);
  if (left.length === 0 && policy.Type === 'SERVICE_CONTROL_POLICY') {
    throw constraintViolation('MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
  }
  await putPolicies(opened, target, { ...target.policies, [policy.Type]: left });
  return DONE;
});
