/**
 * DeleteUserPermissionsBoundary: takes the boundary from a user.
 */

import type { DeleteUserPermissionsBoundaryRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { deleteBoundary } from '../../iam/boundaries.ts';
import { users } from '../../iam/entities.ts';

/** API/DeleteUserPermissionsBoundary. */
export const deleteUserPermissionsBoundary = accountAction<DeleteUserPermissionsBoundaryRequest>((input, call) =>
  deleteBoundary(call, users, input.UserName),
);
