/**
 * How a user is called whose temporary credentials know it by another name.
 *
 * A token says the name that the user had, and its unique id. Whoever was called otherwise since is written down under that
 * id, so that nobody has to be looked for among all users. INVARIANT: it goes with the user.
 */

import type { IamUser } from '../../iam-model.ts';
import type { Transaction } from '../../store/store.ts';
import type { AccountCall } from '../call.ts';
import { findEntity, users } from './entities.ts';

/** After a user was called otherwise. */
export function noteName({ tx, scope }: Pick<AccountCall, 'tx' | 'scope'>, user: IamUser): Promise<void> {
  const { UserId, UserName } = user;
  return tx.documents.put('iam-renamed-user', scope, UserId, { UserName });
}

/** Before a user is deleted. */
export function forgetName({ tx, scope }: Pick<AccountCall, 'tx' | 'scope'>, { UserId }: IamUser): Promise<void> {
  return tx.documents.remove('iam-renamed-user', scope, UserId);
}

/** The user with this unique id. @param UserName how it is called now, or was at some time */
export async function findUser(
  tx: Transaction,
  account: string,
  { UserName, UserId }: { UserName: string; UserId: string },
): Promise<IamUser | undefined> {
  const named = await findEntity(tx, account, users, UserName);
  if (named?.UserId === UserId) return named;
  const renamed = await tx.documents.find('iam-renamed-user', { account, region: '' }, UserId);
  return renamed && findEntity(tx, account, users, renamed.UserName);
}
