/**
 * RemoveRoleFromInstanceProfile: instances with the profile lose the role.
 */

import type { RemoveRoleFromInstanceProfileRequest } from '@aws-sdk/client-iam';
import { noSuchEntity } from '../../../aws-errors.ts';
import { accountAction } from '../../call.ts';
import { instanceProfiles, open, roles, save } from '../../iam/entities.ts';
import { retellInstances } from '../../iam/instance-profiles.ts';
import { readName } from '../../iam/names.ts';

/** API/RemoveRoleFromInstanceProfile. */
export const removeRoleFromInstanceProfile = accountAction<RemoveRoleFromInstanceProfileRequest>(
  async (input, call) => {
    const name = readName('RoleName', input.RoleName, roles.longestName);
    const profile = await open(call, instanceProfiles, input.InstanceProfileName);
    if (!profile.Roles.includes(name)) throw noSuchEntity(roles.notFound(name));
    await save(call, instanceProfiles, { ...profile, Roles: profile.Roles.filter((role) => role !== name) });
    await retellInstances(call, profile.InstanceProfileName);
  },
);
