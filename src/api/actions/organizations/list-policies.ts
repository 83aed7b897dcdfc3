/** ListPolicies: every policy of a type; of a type that is not offered there are none. */

import type { ListPoliciesResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { PAGE, policyType } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { pageOf } from '../../organizations/pages.ts';
import { policiesOf, summarize } from '../../organizations/policies.ts';
import type { Wire } from '../../organizations/shapes.ts';

/** organizations API/ListPolicies. */
export const listPolicies = action(
  { Filter: policyType, ...PAGE },
  async ({ Filter, ...page }, call): Promise<Wire<ListPoliciesResponse>> => {
    const opened = await openAsManagement(call);
    await call.permit(['*']);
    const { items, ...next } = pageOf('ListPolicies', await policiesOf(opened, Filter), page);
    return { Policies: items.map((policy) => summarize(opened.place, policy)), ...next };
  },
);
