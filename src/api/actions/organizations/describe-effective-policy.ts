/**
 * DescribeEffectivePolicy: what declarative policies come to for an account, without their operators.
 *
 * Every account may ask for its own, the management account for each. SCPs have no effective policy: each level counts.
 */

import type { DescribeEffectivePolicyResponse } from '@aws-sdk/client-organizations';
import { effectivePolicyNotFound, invalidInput, notTheManagementAccount, targetNotFound } from '../../../aws-errors.ts';
import { effectivePolicy } from '../../../metadata-options/policy-inheritance.ts';
import { readDeclarativePolicy } from '../../../metadata-options/read-declarative-policy.ts';
import { action } from '../../organizations/action.ts';
import { levelsOf } from '../../organizations/levels.ts';
import { effectivePolicyType, optional, policyTargetId } from '../../organizations/members.ts';
import { type Opened, openOrganization } from '../../organizations/organization.ts';
import { isOffered } from '../../organizations/policies.ts';
import { targetArn, type Wire } from '../../organizations/shapes.ts';
import { findTarget } from '../../organizations/tree.ts';

/** organizations API/DescribeEffectivePolicy. */
export const describeEffectivePolicy = action(
  { PolicyType: effectivePolicyType, TargetId: optional(policyTargetId) },
  async ({ PolicyType, TargetId }, call): Promise<Wire<DescribeEffectivePolicyResponse>> => {
    const { account } = call.scope;
    const opened = await openOrganization(call);
    const target = await findAccountTarget(opened, TargetId ?? account, account);
    await call.permit([targetArn(opened.place, target)]);
    const levels = isOffered(PolicyType) ? await levelsOf(opened, target, PolicyType) : undefined;
    const policies = levels?.flatMap((level) => level.policies) ?? [];
    if (!levels || policies.length === 0) throw effectivePolicyNotFound();
    const read = levels.map((level) => level.policies.map(({ Content }) => readDeclarativePolicy(Content)));
    return {
      EffectivePolicy: {
        PolicyContent: JSON.stringify(effectivePolicy(read)),
        LastUpdatedTimestamp: Math.max(...policies.map(({ updatedAt }) => updatedAt)),
        TargetId: target,
        PolicyType,
      },
    };
  },
);

async function findAccountTarget(opened: Opened, id: string, caller: string): Promise<string> {
  if (id !== caller && caller !== opened.organization.MasterAccountId) throw notTheManagementAccount();
  if (!/^\d/.test(id)) throw invalidInput('TARGET_NOT_SUPPORTED', 'TargetId');
  if (!(await findTarget(opened, id))) throw targetNotFound();
  return id;
}
