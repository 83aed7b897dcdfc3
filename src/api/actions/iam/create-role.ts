/**
 * CreateRole: a role without permissions, and who may assume it.
 */

import type { CreateRoleRequest, CreateRoleResponse } from '@aws-sdk/client-iam';
import { isoSeconds } from '../../../clock.ts';
import { requestTagKeys } from '../../../iam/context.ts';
import { newIamId } from '../../../ids.ts';
import { accountAction } from '../../call.ts';
import { readBoundary } from '../../iam/boundaries.ts';
import { create, roles } from '../../iam/entities.ts';
import { readPath } from '../../iam/names.ts';
import { readRoleSettings } from '../../iam/role-settings.ts';
import { describeRole } from '../../iam/shapes.ts';
import { readIamTags } from '../../iam/tags.ts';
import { readTrustPolicy } from '../../iam/trust-policies.ts';

/** API/CreateRole. */
export const createRole = accountAction<CreateRoleRequest, CreateRoleResponse>(async (input, call) => {
  const Tags = readIamTags(input.Tags);
  const Path = readPath(input.Path);
  const settings = readRoleSettings(input);
  const role = await create(call, roles, {
    name: input.RoleName,
    Path,
    keys: { ...requestTagKeys(Tags), 'iam:PermissionsBoundary': input.PermissionsBoundary },
    make: async (RoleName) => ({
      ...{ RoleName, RoleId: newIamId('AROA'), Path, CreateDate: isoSeconds(call.nowMs), Tags },
      AssumeRolePolicyDocument: await readTrustPolicy(call, input.AssumeRolePolicyDocument, 'AssumeRolePolicyDocument'),
      ...{ MaxSessionDuration: 3600, ...settings, Policies: [], AttachedPolicies: [] },
      PermissionsBoundary: await readBoundary(call, input.PermissionsBoundary),
    }),
  });
  return { Role: describeRole(call, role) };
});
