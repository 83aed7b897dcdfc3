/** DeletePolicy: a policy that is attached to nothing. */

import { policyInUse } from '../../../aws-errors.ts';
import { action, DONE } from '../../organizations/action.ts';
import { policyId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { arnOf, findOwnPolicy, targetsWith } from '../../organizations/policies.ts';
import { removeTags } from '../../organizations/resource-tags.ts';

/** organizations API/DeletePolicy. */
export const deletePolicy = action({ PolicyId: policyId }, async ({ PolicyId }, call) => {
  const opened = await openAsManagement(call);
  const policy = await findOwnPolicy(opened, PolicyId);
  await call.permit([arnOf(opened.place, policy)]);
  if ((await targetsWith(opened, policy)).length > 0) throw policyInUse();
  await opened.tx.documents.remove('organization-policy', opened.home, policy.Id);
  await removeTags(opened, [policy.Id]);
  return DONE;
});
