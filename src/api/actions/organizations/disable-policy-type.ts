/**
 * DisablePolicyType: no policy of the type is attached to anything any more. The policies themselves stay; when the type is
 * enabled again, it is as if it were for the first time.
 */

import type { DisablePolicyTypeResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { policyType, rootId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { expectAvailable, expectEnabled } from '../../organizations/policies.ts';
import { describeRoot, targetArn, type Wire } from '../../organizations/shapes.ts';
import { expectRoot, putPolicyTypes } from '../../organizations/tree.ts';

/** organizations API/DisablePolicyType. */
export const disablePolicyType = action(
  { RootId: rootId, PolicyType: policyType },
  async ({ RootId, PolicyType }, call): Promise<Wire<DisablePolicyTypeResponse>> => {
    const opened = await openAsManagement(call);
    expectRoot(opened, RootId);
    await call.permit([targetArn(opened.place, RootId)]);
    const type = expectAvailable(opened, PolicyType);
    expectEnabled(opened, type);
    const left = opened.organization.policyTypes.filter((enabled) => enabled !== type);
    const organization = await putPolicyTypes(opened, left, ({ [type]: _detached, ...policies }) => policies);
    return { Root: describeRoot(opened.place, organization) };
  },
);
