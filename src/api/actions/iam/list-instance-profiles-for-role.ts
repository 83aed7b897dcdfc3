/**
 * ListInstanceProfilesForRole: the instance profiles that a role is in.
 */

import type { ListInstanceProfilesForRoleRequest, ListInstanceProfilesForRoleResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { instanceProfiles, listEntities, open, roles } from '../../iam/entities.ts';
import { describeProfiles } from '../../iam/instance-profiles.ts';
import { pageOf } from '../../iam/pages.ts';

/** API/ListInstanceProfilesForRole. */
export const listInstanceProfilesForRole = accountAction<
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse
>(async (input, call) => {
  const { RoleName } = await open(call, roles, input.RoleName);
  const found = (await listEntities(call, instanceProfiles)).filter(({ Roles }) => Roles.includes(RoleName));
  const { items, ...page } = pageOf(call, found, input, ({ InstanceProfileName }) => InstanceProfileName);
  return { InstanceProfiles: await describeProfiles(call, items), ...page };
});
