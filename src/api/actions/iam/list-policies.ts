/**
 * ListPolicies: the managed policies of the account and of AWS, below a path.
 */

import type { ListPoliciesRequest, ListPoliciesResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { type PolicyUsage, policyUsage } from '../../iam/attachments.ts';
import { arnOf, policies } from '../../iam/entities.ts';
import { type FoundPolicy, ownPolicies, policiesOfAws } from '../../iam/managed-policies.ts';
import { readPathPrefix, readWord } from '../../iam/names.ts';
import { pageOf } from '../../iam/pages.ts';
import { listedPolicy } from '../../iam/shapes.ts';

/** API/ListPolicies. */
export const listPolicies = accountAction<ListPoliciesRequest, ListPoliciesResponse>(async (input, call) => {
  const scope = readWord('Scope', input.Scope, ['All', 'AWS', 'Local']) ?? 'All';
  const use = readWord('PolicyUsageFilter', input.PolicyUsageFilter, ['PermissionsPolicy', 'PermissionsBoundary']);
  const prefix = readPathPrefix(input.PathPrefix);
  await call.permit([{ arn: arnOf(call, policies, prefix, ''), keys: {} }]);
  const usage = await policyUsage(call);
  const isWanted = ({ arn, policy }: FoundPolicy) =>
    policy.Path.startsWith(prefix) && isUsed(usage.get(arn), use, input.OnlyAttached);
  const found = [...(scope === 'AWS' ? [] : await ownPolicies(call)), ...(scope === 'Local' ? [] : policiesOfAws())];
  const { items, ...page } = pageOf(call, found.filter(isWanted), input, ({ arn }) => arn);
  return { Policies: items.map((each) => listedPolicy(call, each, usage.get(each.arn))), ...page };
});

function isUsed(usage: PolicyUsage | undefined, use: string | undefined, onlyAttached = false): boolean {
  if (use === 'PermissionsBoundary') return (usage?.boundaries ?? 0) > 0;
  return !(onlyAttached || use === 'PermissionsPolicy') || (usage?.attachments ?? 0) > 0;
}
