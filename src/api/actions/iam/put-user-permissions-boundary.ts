/**
 * PutUserPermissionsBoundary: says how far the permissions of a user can go, whatever else allows more.
 */

import type { PutUserPermissionsBoundaryRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { putBoundary } from '../../iam/boundaries.ts';
import { users } from '../../iam/entities.ts';

/** API/PutUserPermissionsBoundary. */
export const putUserPermissionsBoundary = accountAction<PutUserPermissionsBoundaryRequest>((input, call) =>
  putBoundary(call, users, input.UserName, input.PermissionsBoundary),
);
