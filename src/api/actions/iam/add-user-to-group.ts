/**
 * AddUserToGroup: a user gets the permissions of a group. One that is in it stays there.
 */

import type { AddUserToGroupRequest } from '@aws-sdk/client-iam';
import { noSuchEntity, quotaExceeded } from '../../../aws-errors.ts';
import { accountAction } from '../../call.ts';
import { findEntity, groups, open, save, users } from '../../iam/entities.ts';
import { readName } from '../../iam/names.ts';

const MOST_GROUPS = 10;

/** API/AddUserToGroup. */
export const addUserToGroup = accountAction<AddUserToGroupRequest>(async (input, call) => {
  const name = readName('UserName', input.UserName, users.longestName);
  const { GroupName } = await open(call, groups, input.GroupName);
  const user = await findEntity(call.tx, call.scope.account, users, name);
  if (!user) throw noSuchEntity(users.notFound(name));
  if (user.Groups.includes(GroupName)) return;
  if (user.Groups.length >= MOST_GROUPS) throw quotaExceeded('GroupsPerUser', MOST_GROUPS);
  await save(call, users, { ...user, Groups: [...user.Groups, GroupName] });
});
