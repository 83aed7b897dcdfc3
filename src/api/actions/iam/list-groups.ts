/**
 * ListGroups: the groups of the account below a path, without their tags.
 */

import type { ListGroupsRequest, ListGroupsResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { groups } from '../../iam/entities.ts';
import { listPage } from '../../iam/listing.ts';
import { describeGroup } from '../../iam/shapes.ts';

/** API/ListGroups. */
export const listGroups = accountAction<ListGroupsRequest, ListGroupsResponse>(async (input, call) => {
  const { items, ...page } = await listPage(call, groups, input);
  return { Groups: items.map((each) => describeGroup(call, each)), ...page };
});
