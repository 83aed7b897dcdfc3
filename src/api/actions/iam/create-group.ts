/**
 * CreateGroup: a group without users and without permissions.
 */

import type { CreateGroupRequest, CreateGroupResponse } from '@aws-sdk/client-iam';
import { isoSeconds } from '../../../clock.ts';
import { newIamId } from '../../../ids.ts';
import { accountAction } from '../../call.ts';
import { create, groups } from '../../iam/entities.ts';
import { readPath } from '../../iam/names.ts';
import { describeGroup } from '../../iam/shapes.ts';

/** API/CreateGroup. */
export const createGroup = accountAction<CreateGroupRequest, CreateGroupResponse>(async (input, call) => {
  const Path = readPath(input.Path);
  const group = await create(call, groups, {
    name: input.GroupName,
    Path,
    keys: {},
    make: async (GroupName) => ({
      ...{ GroupName, GroupId: newIamId('AGPA'), Path, CreateDate: isoSeconds(call.nowMs) },
      ...{ Policies: [], AttachedPolicies: [] },
    }),
  });
  return { Group: describeGroup(call, group) };
});
