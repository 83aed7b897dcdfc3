/**
 * Who is asking, and in which Region: the access key, the signature over the whole request, the scope in it.
 *
 * Every request is signed and every signature verified. Temporary credentials are recognised by their session token, which
 * says whose they are and until when. On a loopback address, and never with `--strict`, the keys that
 * users of local AWS tools know work too: `test`, or twelve digits that name the account, with the secret `test`
 * (docs/decisions/0005-local-access-keys.md).
 */

import { AwsError, authFailure, requestExpired } from '../aws-errors.ts';
import { findRegion, partitionOf } from '../catalogue/regions.ts';
import { verifySessionToken } from '../iam/session-credentials.ts';
import { type Claim, readCredential, type SignedRequest, verifySignature } from '../iam/sigv4.ts';
import type { AccessKey, Principal } from '../model.ts';
import { installationKey } from '../store/installation-key.ts';
import type { Store } from '../store/store.ts';

const LOCAL_SECRET = 'test';
const LOCAL_ACCOUNT = '000000000000';

export type Caller = { principal: Principal; region: string; service: string; accessKeyId: string };

/**
 * @param localKeys whether `test` and twelve-digit keys are accepted
 * @throws MissingAuthenticationToken, IncompleteSignature, RequestExpired, AuthFailure
 */
export async function authenticate(
  request: SignedRequest,
  { store, localKeys, nowMs }: { store: Store; localKeys: boolean; nowMs: number },
): Promise<Caller> {
  const credential = readCredential(request);
  const key = await findKey(credential, { store, localKeys });
  if (!key) {
    refuseAtSameCost(request, credential, nowMs);
    throw authFailure(
      'the access key is unknown, or is one of those that are accepted on local names only, without --strict',
    );
  }
  verifySignature(request, credential, key.SecretAccessKey, nowMs);
  if (key.expiresAtMs !== undefined && key.expiresAtMs <= nowMs) throw requestExpired();
  if (!findRegion(credential.region)) throw authFailure(`the scope names the unknown region ${credential.region}`);
  const { region, service, accessKeyId } = credential;
  return { principal: inPartition(key.principal, region), region, service, accessKeyId };
}

/** An unknown key costs the same as a wrong signature, so that the time tells nobody which keys exist. */
function refuseAtSameCost(request: SignedRequest, credential: Claim, nowMs: number): void {
  try {
    verifySignature(request, credential, '', nowMs);
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'AuthFailure')) throw error;
  }
}

/** The root of an account. */
export function rootOf(account: string): Principal {
  return { kind: 'root', account, arn: `arn:aws:iam::${account}:root` };
}

function localKey(AccessKeyId: string, enabled: boolean): AccessKey | undefined {
  if (!enabled) return undefined;
  const account = AccessKeyId === 'test' ? LOCAL_ACCOUNT : AccessKeyId;
  if (!/^\d{12}$/.test(account)) return undefined;
  return { AccessKeyId, SecretAccessKey: LOCAL_SECRET, principal: rootOf(account) };
}

/** A key that may be temporary. */
type FoundKey = AccessKey & { expiresAtMs?: number };

async function findKey(
  { accessKeyId, sessionToken }: Claim,
  { store, localKeys }: { store: Store; localKeys: boolean },
): Promise<FoundKey | undefined> {
  // First, because users of local tools like to set a session token beside it, which then says nothing.
  const local = localKey(accessKeyId, localKeys);
  if (local) return local;
  if (sessionToken !== undefined) return sessionKey(store, accessKeyId, sessionToken);
  return store.transaction((tx) => tx.accessKeys.find(accessKeyId));
}

/** The identity credentials of an instance (aws-behaviour 2.1); a token of other credentials is nobody's. */
async function sessionKey(store: Store, AccessKeyId: string, sessionToken: string): Promise<FoundKey | undefined> {
  const session = verifySessionToken(await store.transaction(installationKey), sessionToken);
  if (session?.AccessKeyId !== AccessKeyId) return undefined;
  const { account, InstanceId, SecretAccessKey, expiresAtMs } = session;
  const arn = `arn:aws:sts::${account}:assumed-role/aws:ec2-instance/${InstanceId}`;
  return { AccessKeyId, SecretAccessKey, expiresAtMs, principal: { kind: 'ec2-instance', account, arn } };
}

function inPartition(principal: Principal, region: string): Principal {
  return { ...principal, arn: principal.arn.replace(/^arn:aws:/, `arn:${partitionOf(region)}:`) };
}
