/**
 * ListRoleTags: the tags of a role, in order of their keys.
 */

import type { ListRoleTagsRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { roles } from '../../iam/entities.ts';
import { listTags, type TagPage } from '../../iam/tags.ts';

/** API/ListRoleTags. */
export const listRoleTags = accountAction<ListRoleTagsRequest, TagPage>((input, call) =>
  listTags(call, roles, input.RoleName, input),
);
