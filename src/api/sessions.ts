/**
 * Temporary credentials: whose they are, by their token alone, and whether that one is still there.
 *
 * Nothing is stored of a session. It ends with its time, or when its role or user is deleted; one of the same name that is
 * made later is another (aws-behaviour 2.1).
 */

import { verifySessionToken } from '../iam/session-credentials.ts';
import { type StsClaims, verifyStsToken } from '../iam/sts-session.ts';
import type { Principal } from '../model.ts';
import { installationKey } from '../store/installation-key.ts';
import type { Transaction } from '../store/store.ts';
import { findEntity, roles } from './iam/entities.ts';
import { findUser } from './iam/renamed-users.ts';
import { type FoundKey, rootOf, sessionArn, userPrincipal } from './principals.ts';

/** The key of a session; undefined for a token of other credentials, of nobody, or of somebody who is gone. */
export async function sessionKey(
  tx: Transaction,
  AccessKeyId: string,
  sessionToken: string,
): Promise<FoundKey | undefined> {
  const installation = await installationKey(tx);
  const identity = verifySessionToken(installation, sessionToken);
  if (identity?.AccessKeyId === AccessKeyId) {
    const { account, InstanceId, SecretAccessKey, expiresAtMs } = identity;
    const arn = `arn:aws:sts::${account}:assumed-role/aws:ec2-instance/${InstanceId}`;
    const principal: Principal = { kind: 'ec2-instance', account, arn, InstanceId };
    return { AccessKeyId, SecretAccessKey, expiresAtMs, principal };
  }
  const session = verifyStsToken(installation, sessionToken);
  if (session?.AccessKeyId !== AccessKeyId) return undefined;
  const principal = await principalOf(tx, session);
  const { SecretAccessKey } = session;
  return principal && { AccessKeyId, SecretAccessKey, expiresAtMs: session.session.expiresAtMs, principal };
}

/** Undefined for a role or user that is gone. */
async function principalOf(tx: Transaction, { account, owner, session }: StsClaims): Promise<Principal | undefined> {
  if (owner.kind === 'root') return { ...rootOf(account), session };
  if (owner.kind === 'user') {
    const user = await findUser(tx, account, owner);
    return user && { ...userPrincipal(account, user), session };
  }
  const role = await findEntity(tx, account, roles, owner.RoleName);
  if (role?.RoleId !== owner.RoleId) return undefined;
  return { account, arn: sessionArn(account, owner), ...owner, session };
}
