/**
 * UpdateUser: another name or path. Groups, policies and keys stay, and the unique id does.
 */

import type { UpdateUserRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { renameInKeys } from '../../iam/access-keys.ts';
import { open, rename, users } from '../../iam/entities.ts';
import { readName, readPath } from '../../iam/names.ts';
import { noteName } from '../../iam/renamed-users.ts';

/** API/UpdateUser. */
export const updateUser = accountAction<UpdateUserRequest>(async (input, call) => {
  const { NewUserName, NewPath } = input;
  const named = NewUserName !== undefined && { UserName: readName('NewUserName', NewUserName, users.longestName) };
  const placed = NewPath !== undefined && { Path: readPath(NewPath, 'NewPath') };
  const user = await open(call, users, input.UserName);
  const changed = { ...user, ...named, ...placed };
  await rename(call, users, { from: user, to: changed });
  if (named) await noteName(call, changed);
  await renameInKeys(call, changed);
});
