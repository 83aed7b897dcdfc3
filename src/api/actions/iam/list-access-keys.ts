/**
 * ListAccessKeys: the keys of a user, or without a name those of the caller; never a secret.
 */

import type { ListAccessKeysRequest, ListAccessKeysResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { openKeyOwner } from '../../iam/access-keys.ts';
import { pageOf } from '../../iam/pages.ts';

/** API/ListAccessKeys. */
export const listAccessKeys = accountAction<ListAccessKeysRequest, ListAccessKeysResponse>(async (input, call) => {
  const { UserName, keys } = await openKeyOwner(call, input.UserName);
  const { items, ...page } = pageOf(call, keys, input, ({ AccessKeyId }) => AccessKeyId);
  const AccessKeyMetadata = items.map(({ AccessKeyId, Status = 'Active', CreateDate }) => ({
    ...{ UserName, AccessKeyId, Status },
    ...(CreateDate !== undefined && { CreateDate: new Date(CreateDate) }),
  }));
  return { AccessKeyMetadata, ...page };
});
