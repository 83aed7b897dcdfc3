/**
 * RemoveUserFromGroup: a user loses the permissions of a group. One that is not in it stays out.
 */

import type { RemoveUserFromGroupRequest } from '@aws-sdk/client-iam';
import { noSuchEntity } from '../../../aws-errors.ts';
import { accountAction } from '../../call.ts';
import { findEntity, groups, open, save, users } from '../../iam/entities.ts';
import { readName } from '../../iam/names.ts';

/** API/RemoveUserFromGroup. */
export const removeUserFromGroup = accountAction<RemoveUserFromGroupRequest>(async (input, call) => {
  const name = readName('UserName', input.UserName, users.longestName);
  const { GroupName } = await open(call, groups, input.GroupName);
  const user = await findEntity(call.tx, call.scope.account, users, name);
  if (!user) throw noSuchEntity(users.notFound(name));
  await save(call, users, { ...user, Groups: user.Groups.filter((group) => group !== GroupName) });
});
