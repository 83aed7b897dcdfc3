/**
 * TagInstanceProfile: gives an instance profile tags, or replaces the values of those that it has.
 */

import type { TagInstanceProfileRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { instanceProfiles } from '../../iam/entities.ts';
import { tag } from '../../iam/tags.ts';

/** API/TagInstanceProfile. */
export const tagInstanceProfile = accountAction<TagInstanceProfileRequest>((input, call) =>
  tag(call, instanceProfiles, input.InstanceProfileName, input.Tags),
);
