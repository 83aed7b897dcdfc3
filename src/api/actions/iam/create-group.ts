/**
 * CreateGroup: a group without users and without permissions.
 */

import type { CreateGroupRequest, CreateGroupResponse } from '@aws-sdk/client-iam';
import { isoSeconds } from '../../../clock.ts';
import { newIamId } from '../../../ids.ts';
import { accountAction } from '../../call.ts';
import { create, groups } from '../../iam/entities.ts';
import { readName, readPath } from '../../iam/names.ts';
import { describeGroup } from '../../iam/shapes.ts';

/** API/CreateGroup. */
export const createGroup = accountAction<CreateGroupRequest, CreateGroupResponse>(async (input, call) => {
  const group = {
    GroupName: readName('GroupName', input.GroupName, groups.longestName),
    GroupId: newIamId('AGPA'),
    Path: readPath(input.Path),
    CreateDate: isoSeconds(call.nowMs),
    ...{ Policies: [], AttachedPolicies: [] },
  };
  await create(call, groups, group, {});
  return { Group: describeGroup(call, group) };
});
