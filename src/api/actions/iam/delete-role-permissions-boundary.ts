/**
 * DeleteRolePermissionsBoundary: takes the boundary from a role.
 */

import type { DeleteRolePermissionsBoundaryRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { deleteBoundary } from '../../iam/boundaries.ts';
import { roles } from '../../iam/entities.ts';

/** API/DeleteRolePermissionsBoundary. */
export const deleteRolePermissionsBoundary = accountAction<DeleteRolePermissionsBoundaryRequest>((input, call) =>
  deleteBoundary(call, roles, input.RoleName),
);
