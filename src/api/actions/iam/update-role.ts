/**
 * UpdateRole: the description of a role, and how long its sessions may last.
 */

import type { UpdateRoleRequest, UpdateRoleResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { open, roles, save } from '../../iam/entities.ts';
import { readRoleSettings } from '../../iam/role-settings.ts';

/** API/UpdateRole. */
export const updateRole = accountAction<UpdateRoleRequest, UpdateRoleResponse>(async (input, call) => {
  const settings = readRoleSettings(input);
  const role = await open(call, roles, input.RoleName);
  await save(call, roles, { ...role, ...settings });
  return {};
});
