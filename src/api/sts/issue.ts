/**
 * Making temporary credentials. Nothing of them is stored: their token says everything (`iam/sts-session.ts`).
 */

import type { Credentials } from '@aws-sdk/client-sts';
import { neverAllowed, packedPolicyTooLarge } from '../../aws-errors.ts';
import { makeStsCredentials, packedPercent, type SessionOwner, stsKey } from '../../iam/sts-session.ts';
import type { Session } from '../../iam-model.ts';
import { installationKey } from '../../store/installation-key.ts';
import type { AccountCall } from '../call.ts';

type Issued = {
  account: string;
  owner: SessionOwner;
  seconds: number;
  session?: Omit<Session, 'issuedAtMs' | 'expiresAtMs'>;
};

/** @returns them, and how full the token is @throws PackedPolicyTooLarge */
export async function issue(
  { tx, nowMs }: AccountCall,
  { account, owner, seconds, session }: Issued,
): Promise<{ Credentials: Credentials; percent: number }> {
  const issuedAtMs = Math.floor(nowMs / 1000) * 1000;
  const expiresAtMs = issuedAtMs + seconds * 1000;
  const claims = { account, owner: ownerOnly(owner), session: { ...session, issuedAtMs, expiresAtMs } };
  const made = makeStsCredentials(stsKey(await installationKey(tx)), claims);
  const percent = packedPercent(made);
  if (percent > 100) throw packedPolicyTooLarge(percent);
  const { AccessKeyId, SecretAccessKey, Token: SessionToken } = made;
  return { Credentials: { AccessKeyId, SecretAccessKey, SessionToken, Expiration: new Date(expiresAtMs) }, percent };
}

/** A principal is an owner, and more. */
function ownerOnly(owner: SessionOwner): SessionOwner {
  switch (owner.kind) {
    case 'root':
      return { kind: owner.kind };
    case 'user':
      return { kind: owner.kind, UserName: owner.UserName, UserId: owner.UserId };
    case 'assumed-role': {
      const { kind, RoleName, RoleId, RoleSessionName } = owner;
      return { kind, RoleName, RoleId, RoleSessionName };
    }
  }
}

/** Nobody has a second factor here. @throws AccessDenied */
export function refuseSecondFactor(input: { SerialNumber?: string | undefined; TokenCode?: string | undefined }): void {
  if (input.SerialNumber === undefined && input.TokenCode === undefined) return;
  throw neverAllowed('MultiFactorAuthentication failed with invalid MFA one time pass code.');
}
