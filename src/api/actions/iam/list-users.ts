/**
 * ListUsers: the users of the account below a path, without their tags.
 */

import type { ListUsersRequest, ListUsersResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { users } from '../../iam/entities.ts';
import { listPage } from '../../iam/listing.ts';
import { listedUser } from '../../iam/shapes.ts';

/** API/ListUsers. */
export const listUsers = accountAction<ListUsersRequest, ListUsersResponse>(async (input, call) => {
  const { items, ...page } = await listPage(call, users, input);
  return { Users: items.map((each) => listedUser(call, each)), ...page };
});
