/**
 * CreateInstanceProfile: what an instance can be given, with room for one role.
 */

import type { CreateInstanceProfileRequest, CreateInstanceProfileResponse } from '@aws-sdk/client-iam';
import { isoSeconds } from '../../../clock.ts';
import { requestTagKeys } from '../../../iam/context.ts';
import { newIamId } from '../../../ids.ts';
import { accountAction } from '../../call.ts';
import { create, instanceProfiles } from '../../iam/entities.ts';
import { readName, readPath } from '../../iam/names.ts';
import { describeInstanceProfile } from '../../iam/shapes.ts';
import { readIamTags } from '../../iam/tags.ts';

/** API/CreateInstanceProfile. */
export const createInstanceProfile = accountAction<CreateInstanceProfileRequest, CreateInstanceProfileResponse>(
  async (input, call) => {
    const Tags = readIamTags(input.Tags);
    const profile = {
      InstanceProfileName: readName('InstanceProfileName', input.InstanceProfileName, instanceProfiles.longestName),
      InstanceProfileId: newIamId('AIPA'),
      Path: readPath(input.Path),
      CreateDate: isoSeconds(call.nowMs),
      ...{ Roles: [], Tags },
    };
    await create(call, instanceProfiles, profile, requestTagKeys(Tags));
    return { InstanceProfile: describeInstanceProfile(call, profile, new Map()) };
  },
);
