/** UpdatePolicy: another name, description or text; what is not given stays. A new text is in force at the next call. */

import type { UpdatePolicyResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { optional, policyContent, policyDescription, policyId, policyName } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import {
  arnOf,
  checkContent,
  describePolicy,
  expectFreePolicyName,
  findOwnPolicy,
  putPolicy,
} from '../../organizations/policies.ts';
import type { Wire } from '../../organizations/shapes.ts';

/** organizations API/UpdatePolicy. */
export const updatePolicy = action(
  {
    PolicyId: policyId,
    Name: optional(policyName),
    Description: optional(policyDescription),
    Content: optional(policyContent),
  },
  async ({ PolicyId, Name, Description, Content }, call): Promise<Wire<UpdatePolicyResponse>> => {
    const opened = await openAsManagement(call);
    const policy = await findOwnPolicy(opened, PolicyId);
    await call.permit([arnOf(opened.place, policy)]);
    if (Content !== undefined) checkContent(policy.Type, Content);
    const updated = {
      ...policy,
      Name: Name ?? policy.Name,
      Description: Description ?? policy.Description,
      Content: Content ?? policy.Content,
      updatedAt: call.nowMs / 1000,
    };
    await expectFreePolicyName(opened, updated);
    await putPolicy(opened, updated);
    return { Policy: describePolicy(opened.place, updated) };
  },
);
