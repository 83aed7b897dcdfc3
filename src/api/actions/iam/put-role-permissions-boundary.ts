/**
 * PutRolePermissionsBoundary: says how far the permissions of a role can go, whatever else allows more.
 */

import type { PutRolePermissionsBoundaryRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { putBoundary } from '../../iam/boundaries.ts';
import { roles } from '../../iam/entities.ts';

/** API/PutRolePermissionsBoundary. */
export const putRolePermissionsBoundary = accountAction<PutRolePermissionsBoundaryRequest>((input, call) =>
  putBoundary(call, roles, input.RoleName, input.PermissionsBoundary),
);
