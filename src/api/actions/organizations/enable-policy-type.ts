/**
 * EnablePolicyType: from then on policies of the type can be attached, and are in force where they are.
 *
 * With SCPs comes FullAWSAccess, attached to the root, every OU and every account, so that enabling them takes nothing from
 * anybody. The answer says ENABLED, where AWS's says that it is under way.
 */

import type { EnablePolicyTypeResponse } from '@aws-sdk/client-organizations';
import { policyTypeAlreadyEnabled } from '../../../aws-errors.ts';
import { action } from '../../organizations/action.ts';
import { policyType, rootId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { attachedAtFirst, expectAvailable } from '../../organizations/policies.ts';
import { describeRoot, targetArn, type Wire } from '../../organizations/shapes.ts';
import { expectRoot, putPolicyTypes } from '../../organizations/tree.ts';

/** organizations API/EnablePolicyType. */
export const enablePolicyType = action(
  { RootId: rootId, PolicyType: policyType },
  async ({ RootId, PolicyType }, call): Promise<Wire<EnablePolicyTypeResponse>> => {
    const opened = await openAsManagement(call);
    expectRoot(opened, RootId);
    await call.permit([targetArn(opened.place, RootId)]);
    const type = expectAvailable(opened, PolicyType);
    const { policyTypes } = opened.organization;
    if (policyTypes.includes(type)) throw policyTypeAlreadyEnabled();
    const organization = await putPolicyTypes(opened, [...policyTypes, type], (policies) => ({
      ...policies,
      ...attachedAtFirst([type]),
    }));
    return { Root: describeRoot(opened.place, organization) };
  },
);
