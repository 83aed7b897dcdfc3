/**
 * ListUserTags: the tags of a user, in order of their keys.
 */

import type { ListUserTagsRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { users } from '../../iam/entities.ts';
import { listTags, type TagPage } from '../../iam/tags.ts';

/** API/ListUserTags. */
export const listUserTags = accountAction<ListUserTagsRequest, TagPage>((input, call) =>
  listTags(call, users, input.UserName, input),
);
