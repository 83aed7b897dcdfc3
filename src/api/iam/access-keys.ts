/**
 * Access keys: whose a request means, and the keys that they have. Without a UserName it means the caller.
 *
 * A user has the ids of its keys; the keys themselves are where signatures look for them.
 */

import { noSuchEntity, validationError } from '../../aws-errors.ts';
import type { IamUser } from '../../iam-model.ts';
import type { AccessKey } from '../../model.ts';
import type { AccountCall } from '../call.ts';
import { userPrincipal } from '../principals.ts';
import { open, users } from './entities.ts';
import { readText } from './names.ts';

/** Of a user or of root. */
export const MOST_KEYS = 2;

/** Who has keys. Root is no user. */
export type KeyOwner = { UserName?: string; user?: IamUser; keys: AccessKey[] };

/**
 * The name of the user that a request means; undefined for root.
 *
 * @throws ValidationError where the caller is no user
 */
export function userNameOf(
  { principal }: Pick<AccountCall, 'principal'>,
  given: string | undefined,
): string | undefined {
  if (given !== undefined) return given;
  if (principal.kind === 'user') return principal.UserName;
  if (principal.kind === 'root') return undefined;
  throw validationError('Must specify userName when calling with non-User credentials');
}

/** Once the caller may do this to whom the request means. @throws as `open`, as `userNameOf` */
export async function openKeyOwner(call: AccountCall, given: string | undefined): Promise<KeyOwner> {
  const { tx, scope, principal } = call;
  const name = userNameOf(call, given);
  if (name === undefined) {
    await call.permit([{ arn: principal.arn, keys: {} }]);
    const all = await tx.accessKeys.ofAccount(scope.account);
    return { keys: all.filter((key) => key.principal.kind === 'root') };
  }
  const user = await open(call, users, name);
  const keys: AccessKey[] = [];
  for (const id of user.AccessKeyIds) {
    const key = await tx.accessKeys.find(id);
    if (key) keys.push(key);
  }
  return { UserName: user.UserName, user, keys };
}

/** @throws ValidationError, NoSuchEntity */
export function findKey({ keys }: KeyOwner, given: string | undefined): AccessKey {
  const id = readText('AccessKeyId', given, { shortest: 16, longest: 128 });
  const found = keys.find(({ AccessKeyId }) => AccessKeyId === id);
  if (!found) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return found;
}

/** After a user was called otherwise: its keys say so too. */
export async function renameInKeys({ tx, scope }: Pick<AccountCall, 'tx' | 'scope'>, user: IamUser): Promise<void> {
  for (const id of user.AccessKeyIds) {
    const key = await tx.accessKeys.find(id);
    if (key) await tx.accessKeys.put({ ...key, principal: userPrincipal(scope.account, user) });
  }
}
