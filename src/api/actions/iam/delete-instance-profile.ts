/**
 * DeleteInstanceProfile: an instance profile with no role in it.
 */

import type { DeleteInstanceProfileRequest } from '@aws-sdk/client-iam';
import { deleteConflict } from '../../../aws-errors.ts';
import { accountAction } from '../../call.ts';
import { instanceProfiles, open, remove } from '../../iam/entities.ts';
import { retellInstances } from '../../iam/instance-profiles.ts';

/** API/DeleteInstanceProfile. */
export const deleteInstanceProfile = accountAction<DeleteInstanceProfileRequest>(async (input, call) => {
  const profile = await open(call, instanceProfiles, input.InstanceProfileName);
  if (profile.Roles.length > 0) {
    throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
  }
  await remove(call, instanceProfiles, profile);
  await retellInstances(call, profile.InstanceProfileName);
});
