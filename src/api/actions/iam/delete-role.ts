/**
 * DeleteRole: a role that has nothing any more and is in no instance profile. Its sessions end.
 */

import type { DeleteRoleRequest } from '@aws-sdk/client-iam';
import { deleteConflict } from '../../../aws-errors.ts';
import { accountAction } from '../../call.ts';
import { refuseWithPolicies } from '../../iam/attachments.ts';
import { instanceProfiles, listEntities, open, remove, roles } from '../../iam/entities.ts';

/** API/DeleteRole. */
export const deleteRole = accountAction<DeleteRoleRequest>(async (input, call) => {
  const role = await open(call, roles, input.RoleName);
  const profiles = await listEntities(call, instanceProfiles);
  if (profiles.some(({ Roles }) => Roles.includes(role.RoleName))) {
    throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
  }
  refuseWithPolicies(role);
  await remove(call, roles, role);
});
