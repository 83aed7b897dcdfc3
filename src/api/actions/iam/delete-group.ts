/**
 * DeleteGroup: a group that has nothing and nobody any more.
 */

import type { DeleteGroupRequest } from '@aws-sdk/client-iam';
import { deleteConflict } from '../../../aws-errors.ts';
import { accountAction } from '../../call.ts';
import { refuseWithPolicies } from '../../iam/attachments.ts';
import { groups, listEntities, open, remove, users } from '../../iam/entities.ts';

/** API/DeleteGroup. */
export const deleteGroup = accountAction<DeleteGroupRequest>(async (input, call) => {
  const group = await open(call, groups, input.GroupName);
  refuseWithPolicies(group);
  const members = (await listEntities(call, users)).filter((user) => user.Groups.includes(group.GroupName));
  if (members.length > 0) throw deleteConflict('Cannot delete entity, must remove users from group first.');
  await remove(call, groups, group);
});
