/** DescribePolicy: one policy with its text. */

import type { DescribePolicyResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { policyId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { arnOf, describePolicy as describe, findPolicy } from '../../organizations/policies.ts';
import type { Wire } from '../../organizations/shapes.ts';

/** organizations API/DescribePolicy. */
export const describePolicy = action(
  { PolicyId: policyId },
  async ({ PolicyId }, call): Promise<Wire<DescribePolicyResponse>> => {
    const opened = await openAsManagement(call);
    const policy = await findPolicy(opened, PolicyId);
    await call.permit([arnOf(opened.place, policy)]);
    return { Policy: describe(opened.place, policy) };
  },
);
