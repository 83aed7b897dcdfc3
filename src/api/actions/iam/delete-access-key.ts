/**
 * DeleteAccessKey: a key of a user, or without a name of the caller, signs no more.
 */

import type { DeleteAccessKeyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { findKey, openKeyOwner } from '../../iam/access-keys.ts';
import { save, users } from '../../iam/entities.ts';

/** API/DeleteAccessKey. */
export const deleteAccessKey = accountAction<DeleteAccessKeyRequest>(async (input, call) => {
  const owner = await openKeyOwner(call, input.UserName);
  const { AccessKeyId } = findKey(owner, input.AccessKeyId);
  await call.tx.accessKeys.remove(AccessKeyId);
  const { user } = owner;
  if (!user) return;
  await save(call, users, { ...user, AccessKeyIds: user.AccessKeyIds.filter((id) => id !== AccessKeyId) });
});
