/**
 * UpdateAccessKey: whether a key signs. One that is inactive is as unknown, until it is active again.
 */

import type { UpdateAccessKeyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { findKey, openKeyOwner } from '../../iam/access-keys.ts';
import { readText, readWord } from '../../iam/names.ts';

/** API/UpdateAccessKey. */
export const updateAccessKey = accountAction<UpdateAccessKeyRequest>(async (input, call) => {
  const given = readText('Status', input.Status, { longest: 128 });
  const Status = readWord('Status', given, ['Active', 'Inactive']) ?? 'Active';
  const key = findKey(await openKeyOwner(call, input.UserName), input.AccessKeyId);
  await call.tx.accessKeys.put({ ...key, Status });
});
