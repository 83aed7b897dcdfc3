/**
 * Temporary credentials of root, users and roles, made and verified without remembering any: everything is in the token.
 *
 *   version 2 | issuer | claims as JSON, deflated | HMAC-SHA256, 32 bytes
 *
 * STS makes them with a key of the installation. For the role of its profile an instance's host makes them too, with a key
 * that is good for that instance and that role alone, so that it does while the control plane is away. Whether a session
 * still counts (it has expired, its role or user is gone) is for the caller to look at. Pure, as session-credentials.ts.
 */

import { createHmac } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Session } from '../iam-model.ts';
import { credentialsFor, isToken, MAC_BYTES, type SessionCredentials } from './session-credentials.ts';

/** Whose session it is. */
export type SessionOwner =
  | { kind: 'root' }
  | { kind: 'user'; UserName: string; UserId: string }
  | { kind: 'assumed-role'; RoleName: string; RoleId: string; RoleSessionName: string };

export type StsClaims = { account: string; owner: SessionOwner; session: Session };

/** AWS's SDKs and proxies take more, but not every program with a buffer of its own. */
const LONGEST_TOKEN = 2048;

const VERSION = 2;
const HEAD_BYTES = 2;
const ISSUER = { sts: 1, host: 2 } as const;
/** No token that was made here holds more. */
const MOST_BYTES = 16 * 1024;

/** What stands in most claims; deflating begins with it. Changing it ends every session. */
const DICTIONARY = Buffer.from(
  '"PolicyArns":["arn:aws:iam::aws:policy/"],"TransitiveTagKeys":["SourceIdentity":"Tags":[{"Key":"","Value":""}],"Policy":"{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[{\\"Effect\\":\\"Deny\\",\\"Condition\\":{\\"StringNotEquals\\":{\\"ec2:Effect\\":\\"Allow\\",\\"Action\\":[\\"ec2:Describe*\\"],\\"Resource\\":\\"*\\"}]}","instance":{"InstanceId":"i-0","region":"us-east-1","delivery":"2.0"},{"account":"","owner":{"kind":"user","UserName":"","UserId":"AIDA"kind":"assumed-role","RoleName":"","RoleId":"AROA","RoleSessionName":""},"session":{"issuedAtMs":17,"expiresAtMs":17',
);

/** The key with which STS makes sessions. @param installationKey 32 secret bytes @returns the same in base64 */
export function stsKey(installationKey: Uint8Array): string {
  return createHmac('sha256', installationKey).update('sts sessions').digest('base64');
}

/** The key with which the host of an instance makes the sessions of one role, and no other. @returns 32 bytes in base64 */
export function roleCredentialsKey(
  installationKey: Uint8Array,
  { account, InstanceId, RoleId }: { account: string; InstanceId: string; RoleId: string },
): string {
  return createHmac('sha256', installationKey)
    .update(`role credentials\0${account}\0${InstanceId}\0${RoleId}`)
    .digest('base64');
}

/** @param key `roleCredentialsKey` of the instance and role where the session has an instance, else `stsKey` */
export function makeStsCredentials(key: string, claims: StsClaims): SessionCredentials {
  const issuer = claims.session.instance ? ISSUER.host : ISSUER.sts;
  const packed = deflateRawSync(JSON.stringify(claims), { level: 9, dictionary: DICTIONARY });
  return credentialsFor(Buffer.from(key, 'base64'), Buffer.concat([Buffer.of(VERSION, issuer), packed]));
}

/** How full a token is, in percent: above 100 it is longer than all programs take. */
export function packedPercent({ Token }: SessionCredentials): number {
  return Math.ceil((Token.length * 100) / LONGEST_TOKEN);
}

/** The credentials that a token belongs to, and what it says; undefined if it was not made by this installation. */
export function verifyStsToken(
  installationKey: Uint8Array,
  token: string,
): (SessionCredentials & StsClaims) | undefined {
  const bytes = token.length > LONGEST_TOKEN ? Buffer.alloc(0) : Buffer.from(token, 'base64');
  if (bytes.length <= HEAD_BYTES + MAC_BYTES || bytes.readUInt8(0) !== VERSION) return undefined;
  const said = bytes.subarray(0, -MAC_BYTES);
  const claims = unpack(said);
  const key = claims && keyFor(installationKey, bytes.readUInt8(1), claims);
  if (!key) return undefined;
  const credentials = credentialsFor(Buffer.from(key, 'base64'), said);
  return isToken(token, credentials) ? { ...credentials, ...claims } : undefined;
}

/** Nothing of it is proven, not even that it has the form of claims. */
function unpack(said: Buffer): StsClaims | undefined {
  try {
    const packed = said.subarray(HEAD_BYTES);
    const text = inflateRawSync(packed, { dictionary: DICTIONARY, maxOutputLength: MOST_BYTES });
    return JSON.parse(text.toString()) as StsClaims;
  } catch {
    return undefined;
  }
}

/** A host says of a session from when it is, until when, and for which instance, and nothing that STS would grant. */
const OF_HOST = 3;
/** No credentials of an instance are good for longer (`imds/credentials-period.ts`). */
const LONGEST_OF_HOST_MS = 6 * 3_600_000;

/** A host makes sessions that say which instance they are for, STS makes others. */
function keyFor(installationKey: Uint8Array, issuer: number, claims: Partial<StsClaims>): string | undefined {
  const { account = '', owner, session } = claims;
  if (issuer === ISSUER.sts) return session?.instance ? undefined : stsKey(installationKey);
  if (issuer !== ISSUER.host || owner?.kind !== 'assumed-role' || !session?.instance) return undefined;
  const { InstanceId } = session.instance;
  // Tags or another name could make more of the role than it is, and a longer life more than an instance gets.
  if (owner.RoleSessionName !== InstanceId || Object.keys(session).length !== OF_HOST) return undefined;
  if (!(session.expiresAtMs - session.issuedAtMs <= LONGEST_OF_HOST_MS)) return undefined;
  return roleCredentialsKey(installationKey, { account, InstanceId, RoleId: owner.RoleId });
}
