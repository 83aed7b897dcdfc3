/**
 * ListInstanceProfileTags: the tags of an instance profile, in order of their keys.
 */

import type { ListInstanceProfileTagsRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { instanceProfiles } from '../../iam/entities.ts';
import { listTags, type TagPage } from '../../iam/tags.ts';

/** API/ListInstanceProfileTags. */
export const listInstanceProfileTags = accountAction<ListInstanceProfileTagsRequest, TagPage>((input, call) =>
  listTags(call, instanceProfiles, input.InstanceProfileName, input),
);
