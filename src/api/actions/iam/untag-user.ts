/**
 * UntagUser: takes tags from a user; keys that it does not have are no mistake.
 */

import type { UntagUserRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { users } from '../../iam/entities.ts';
import { untag } from '../../iam/tags.ts';

/** API/UntagUser. */
export const untagUser = accountAction<UntagUserRequest>((input, call) =>
  untag(call, users, input.UserName, input.TagKeys),
);
