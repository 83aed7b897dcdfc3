/**
 * ListGroupsForUser: the groups that a user is in.
 */

import type { ListGroupsForUserRequest, ListGroupsForUserResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { groups, listEntities, open, users } from '../../iam/entities.ts';
import { pageOf } from '../../iam/pages.ts';
import { describeGroup } from '../../iam/shapes.ts';

/** API/ListGroupsForUser. */
export const listGroupsForUser = accountAction<ListGroupsForUserRequest, ListGroupsForUserResponse>(
  async (input, call) => {
    const user = await open(call, users, input.UserName);
    const found = (await listEntities(call, groups)).filter(({ GroupName }) => user.Groups.includes(GroupName));
    const { items, ...page } = pageOf(call, found, input, ({ GroupName }) => GroupName);
    return { Groups: items.map((group) => describeGroup(call, group)), ...page };
  },
);
