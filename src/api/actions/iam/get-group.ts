/**
 * GetGroup: a group and the users in it.
 */

import type { GetGroupRequest, GetGroupResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { groups, listEntities, open, users } from '../../iam/entities.ts';
import { pageOf } from '../../iam/pages.ts';
import { describeGroup, listedUser } from '../../iam/shapes.ts';

/** API/GetGroup. */
export const getGroup = accountAction<GetGroupRequest, GetGroupResponse>(async (input, call) => {
  const group = await open(call, groups, input.GroupName);
  const members = (await listEntities(call, users)).filter((user) => user.Groups.includes(group.GroupName));
  const { items, ...page } = pageOf(call, members, input, ({ UserName }) => UserName);
  return { Group: describeGroup(call, group), Users: items.map((user) => listedUser(call, user)), ...page };
});
