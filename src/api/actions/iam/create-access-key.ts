/**
 * CreateAccessKey: a key that signs for a user, or without a name for the caller. The secret is answered here and never again.
 */

import type { CreateAccessKeyRequest, CreateAccessKeyResponse } from '@aws-sdk/client-iam';
import { quotaExceeded } from '../../../aws-errors.ts';
import { isoSeconds } from '../../../clock.ts';
import { newAccessKey } from '../../../ids.ts';
import { accountAction } from '../../call.ts';
import { MOST_KEYS, openKeyOwner } from '../../iam/access-keys.ts';
import { save, users } from '../../iam/entities.ts';
import { rootOf, userPrincipal } from '../../principals.ts';

/** API/CreateAccessKey. */
export const createAccessKey = accountAction<CreateAccessKeyRequest, CreateAccessKeyResponse>(async (input, call) => {
  const { account } = call.scope;
  const { UserName, user, keys } = await openKeyOwner(call, input.UserName);
  if (keys.length >= MOST_KEYS) throw quotaExceeded('AccessKeysPerUser', MOST_KEYS);
  const made = { ...newAccessKey(), Status: 'Active' as const, CreateDate: isoSeconds(call.nowMs) };
  await call.tx.accessKeys.put({ ...made, principal: user ? userPrincipal(account, user) : rootOf(account) });
  if (user) await save(call, users, { ...user, AccessKeyIds: [...user.AccessKeyIds, made.AccessKeyId] });
  return { AccessKey: { UserName, ...made, CreateDate: new Date(made.CreateDate) } };
});
