/**
 * AddRoleToInstanceProfile: instances with the profile get the role. Who adds it must be allowed to pass it.
 */

import type { AddRoleToInstanceProfileRequest } from '@aws-sdk/client-iam';
import { noSuchEntity, quotaExceeded } from '../../../aws-errors.ts';
import { accountAction } from '../../call.ts';
import { findEntity, instanceProfiles, open, roles, save } from '../../iam/entities.ts';
import { passRole, retellInstances } from '../../iam/instance-profiles.ts';
import { readName } from '../../iam/names.ts';

const MOST_ROLES = 1;

/** API/AddRoleToInstanceProfile. */
export const addRoleToInstanceProfile = accountAction<AddRoleToInstanceProfileRequest>(async (input, call) => {
  const name = readName('RoleName', input.RoleName, roles.longestName);
  const profile = await open(call, instanceProfiles, input.InstanceProfileName);
  const role = await findEntity(call.tx, call.scope.account, roles, name);
  if (!role) throw noSuchEntity(roles.notFound(name));
  await passRole(call, role);
  if (profile.Roles.length >= MOST_ROLES) throw quotaExceeded('InstanceSessionsPerInstanceProfile', MOST_ROLES);
  await save(call, instanceProfiles, { ...profile, Roles: [role.RoleName] });
  await retellInstances(call, profile.InstanceProfileName);
});
