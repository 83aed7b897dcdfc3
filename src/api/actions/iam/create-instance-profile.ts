/**
 * CreateInstanceProfile: what an instance can be given, with room for one role.
 */

import type { CreateInstanceProfileRequest, CreateInstanceProfileResponse } from '@aws-sdk/client-iam';
import { isoSeconds } from '../../../clock.ts';
import { requestTagKeys } from '../../../iam/context.ts';
import { newIamId } from '../../../ids.ts';
import { accountAction } from '../../call.ts';
import { create, instanceProfiles } from '../../iam/entities.ts';
import { readPath } from '../../iam/names.ts';
import { describeInstanceProfile } from '../../iam/shapes.ts';
import { readIamTags } from '../../iam/tags.ts';

/** API/CreateInstanceProfile. */
export const createInstanceProfile = accountAction<CreateInstanceProfileRequest, CreateInstanceProfileResponse>(
  async (input, call) => {
    const Tags = readIamTags(input.Tags);
    const Path = readPath(input.Path);
    const profile = await create(call, instanceProfiles, {
      name: input.InstanceProfileName,
      Path,
      keys: requestTagKeys(Tags),
      make: async (InstanceProfileName) => ({
        ...{ InstanceProfileName, InstanceProfileId: newIamId('AIPA'), Path },
        ...{ CreateDate: isoSeconds(call.nowMs), Roles: [], Tags },
      }),
    });
    return { InstanceProfile: describeInstanceProfile(call, profile, new Map()) };
  },
);
