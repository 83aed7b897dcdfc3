/**
 * UntagInstanceProfile: takes tags from an instance profile; keys that it does not have are no mistake.
 */

import type { UntagInstanceProfileRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { instanceProfiles } from '../../iam/entities.ts';
import { untag } from '../../iam/tags.ts';

/** API/UntagInstanceProfile. */
export const untagInstanceProfile = accountAction<UntagInstanceProfileRequest>((input, call) =>
  untag(call, instanceProfiles, input.InstanceProfileName, input.TagKeys),
);
