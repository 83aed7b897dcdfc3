/** ListRoots: the one root of the organization, with the policy types that are enabled in it. */

import type { ListRootsResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { PAGE } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { pageOf } from '../../organizations/pages.ts';
import { describeRoot, type Wire } from '../../organizations/shapes.ts';

/** organizations API/ListRoots. */
export const listRoots = action(PAGE, async (page, call): Promise<Wire<ListRootsResponse>> => {
  const { place, organization } = await openAsManagement(call);
  await call.permit(['*']);
  const { items, ...next } = pageOf('ListRoots', [describeRoot(place, organization)], page);
  return { Roots: items, ...next };
});
