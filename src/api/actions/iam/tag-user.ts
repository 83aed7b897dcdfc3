/**
 * TagUser: gives a user tags, or replaces the values of those that it has.
 */

import type { TagUserRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { users } from '../../iam/entities.ts';
import { tag } from '../../iam/tags.ts';

/** API/TagUser. */
export const tagUser = accountAction<TagUserRequest>((input, call) => tag(call, users, input.UserName, input.Tags));
