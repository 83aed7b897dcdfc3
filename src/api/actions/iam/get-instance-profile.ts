/**
 * GetInstanceProfile: an instance profile and the role in it.
 */

import type { GetInstanceProfileRequest, GetInstanceProfileResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { instanceProfiles, open } from '../../iam/entities.ts';
import { rolesByName } from '../../iam/instance-profiles.ts';
import { describeInstanceProfile } from '../../iam/shapes.ts';

/** API/GetInstanceProfile. */
export const getInstanceProfile = accountAction<GetInstanceProfileRequest, GetInstanceProfileResponse>(
  async (input, call) => {
    const profile = await open(call, instanceProfiles, input.InstanceProfileName);
    return { InstanceProfile: describeInstanceProfile(call, profile, await rolesByName(call, profile.Roles)) };
  },
);
