/**
 * DeleteUser: a user that has nothing any more.
 */

import type { DeleteUserRequest } from '@aws-sdk/client-iam';
import { deleteConflict } from '../../../aws-errors.ts';
import { accountAction } from '../../call.ts';
import { refuseWithPolicies } from '../../iam/attachments.ts';
import { open, remove, users } from '../../iam/entities.ts';
import { forgetName } from '../../iam/renamed-users.ts';

/** API/DeleteUser. */
export const deleteUser = accountAction<DeleteUserRequest>(async (input, call) => {
  const user = await open(call, users, input.UserName);
  refuseWithPolicies(user);
  if (user.AccessKeyIds.length > 0) throw deleteConflict('Cannot delete entity, must delete access keys first.');
  if (user.Groups.length > 0) throw deleteConflict('Cannot delete entity, must remove users from group first.');
  await forgetName(call, user);
  await remove(call, users, user);
});
