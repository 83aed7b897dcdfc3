/** ListPoliciesForTarget: the policies of a type that are attached to a root, an OU or an account; not what it inherits. */

import type { ListPoliciesForTargetResponse } from '@aws-sdk/client-organizations';
import { targetNotFound } from '../../../aws-errors.ts';
import type { OrganizationPolicy } from '../../../model.ts';
import { action } from '../../organizations/action.ts';
import { PAGE, policyTargetId, policyType } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { pageOf } from '../../organizations/pages.ts';
import { findPolicy, isOffered, summarize } from '../../organizations/policies.ts';
import { targetArn, type Wire } from '../../organizations/shapes.ts';
import { findTarget } from '../../organizations/tree.ts';

/** organizations API/ListPoliciesForTarget. */
export const listPoliciesForTarget = action(
  { TargetId: policyTargetId, Filter: policyType, ...PAGE },
  async ({ TargetId, Filter, ...page }, call): Promise<Wire<ListPoliciesForTargetResponse>> => {
    const opened = await openAsManagement(call);
    const target = await findTarget(opened, TargetId);
    if (!target) throw targetNotFound();
    await call.permit([targetArn(opened.place, target.Id)]);
    const attached = isOffered(Filter) ? (target.policies[Filter] ?? []) : [];
    const { items, ...next } = pageOf('ListPoliciesForTarget', attached, page);
    const found: OrganizationPolicy[] = [];
    for (const id of items) found.push(await findPolicy(opened, id));
    return { Policies: found.map((policy) => summarize(opened.place, policy)), ...next };
  },
);
