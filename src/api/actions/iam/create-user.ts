/**
 * CreateUser: a user without permissions and without keys.
 */

import type { CreateUserRequest, CreateUserResponse } from '@aws-sdk/client-iam';
import { isoSeconds } from '../../../clock.ts';
import { requestTagKeys } from '../../../iam/context.ts';
import { newIamId } from '../../../ids.ts';
import { accountAction } from '../../call.ts';
import { readBoundary } from '../../iam/boundaries.ts';
import { create, users } from '../../iam/entities.ts';
import { readPath } from '../../iam/names.ts';
import { describeUser } from '../../iam/shapes.ts';
import { readIamTags } from '../../iam/tags.ts';

/** API/CreateUser. */
export const createUser = accountAction<CreateUserRequest, CreateUserResponse>(async (input, call) => {
  const Tags = readIamTags(input.Tags);
  const Path = readPath(input.Path);
  const user = await create(call, users, {
    name: input.UserName,
    Path,
    keys: { ...requestTagKeys(Tags), 'iam:PermissionsBoundary': input.PermissionsBoundary },
    make: async (UserName) => ({
      ...{ UserName, UserId: newIamId('AIDA'), Path, CreateDate: isoSeconds(call.nowMs), Tags },
      ...{ Groups: [], Policies: [], AttachedPolicies: [], AccessKeyIds: [] },
      PermissionsBoundary: await readBoundary(call, input.PermissionsBoundary),
    }),
  });
  return { User: describeUser(call, user) };
});
