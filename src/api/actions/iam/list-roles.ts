/**
 * ListRoles: the roles of the account below a path, without their tags.
 */

import type { ListRolesRequest, ListRolesResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { roles } from '../../iam/entities.ts';
import { listPage } from '../../iam/listing.ts';
import { listedRole } from '../../iam/shapes.ts';

/** API/ListRoles. */
export const listRoles = accountAction<ListRolesRequest, ListRolesResponse>(async (input, call) => {
  const { items, ...page } = await listPage(call, roles, input);
  return { Roles: items.map((each) => listedRole(call, each)), ...page };
});
