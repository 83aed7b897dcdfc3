/** ListTargetsForPolicy: the root, OUs and accounts that a policy is attached to. */

import type { ListTargetsForPolicyResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { PAGE, policyId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { pageOf } from '../../organizations/pages.ts';
import { arnOf, findPolicy, targetsWith } from '../../organizations/policies.ts';
import { targetArn, targetTypeOf, type Wire } from '../../organizations/shapes.ts';

/** organizations API/ListTargetsForPolicy. */
export const listTargetsForPolicy = action(
  { PolicyId: policyId, ...PAGE },
  async ({ PolicyId, ...page }, call): Promise<Wire<ListTargetsForPolicyResponse>> => {
    const opened = await openAsManagement(call);
    const policy = await findPolicy(opened, PolicyId);
    await call.permit([arnOf(opened.place, policy)]);
    const { items, ...next } = pageOf('ListTargetsForPolicy', await targetsWith(opened, policy), page);
    const Targets = items.map(({ Id, Name }) => ({
      TargetId: Id,
      Arn: targetArn(opened.place, Id),
      Name,
      Type: targetTypeOf(Id).type,
    }));
    return { Targets, ...next };
  },
);
