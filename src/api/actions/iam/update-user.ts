/**
 * UpdateUser: another name or path. Groups, policies and keys stay, and the unique id does.
 */

import type { UpdateUserRequest } from '@aws-sdk/client-iam';
import { entityAlreadyExists } from '../../../aws-errors.ts';
import { accountAction } from '../../call.ts';
import { renameInKeys } from '../../iam/access-keys.ts';
import { arnOf, open, remove, save, users } from '../../iam/entities.ts';
import { readName, readPath } from '../../iam/names.ts';

/** API/UpdateUser. The caller needs the right to both, the user that there is and the one that comes of it. */
export const updateUser = accountAction<UpdateUserRequest>(async (input, call) => {
  const { NewUserName, NewPath } = input;
  const named = NewUserName !== undefined && { UserName: readName('NewUserName', NewUserName, users.longestName) };
  const placed = NewPath !== undefined && { Path: readPath(NewPath, 'NewPath') };
  const user = await open(call, users, input.UserName);
  const changed = { ...user, ...named, ...placed };
  await call.permit([{ arn: arnOf(call, users, changed.Path, changed.UserName), keys: {} }]);
  const isSame = changed.UserName.toLowerCase() === user.UserName.toLowerCase();
  const taken = !isSame && (await call.tx.documents.find('iam-user', call.scope, changed.UserName.toLowerCase()));
  if (taken) throw entityAlreadyExists(users.exists(changed.UserName));
  if (!isSame) await remove(call, users, user);
  await save(call, users, changed);
  await renameInKeys(call, changed);
});
