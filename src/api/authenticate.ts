/**
 * Who is asking, and in which Region: the access key, the signature over the whole request, the scope in it.
 *
 * Every request is signed and every signature verified. On a loopback address, and never with `--strict`, the keys that
 * users of local AWS tools know work too: `test`, or twelve digits that name the account, with the secret `test`
 * (docs/decisions/0005-local-access-keys.md).
 */

import { AwsError, authFailure } from '../aws-errors.ts';
import { findRegion, partitionOf } from '../catalogue/regions.ts';
import { type Claim, readCredential, type SignedRequest, verifySignature } from '../iam/sigv4.ts';
import type { AccessKey, Principal } from '../model.ts';
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
  const key = localKey(credential.accessKeyId, localKeys) ?? (await findKey(store, credential.accessKeyId));
  if (!key) {
    refuseAtSameCost(request, credential, nowMs);
    throw authFailure(
      'the access key is unknown, or is one of those that are accepted on local names only, without --strict',
    );
  }
  verifySignature(request, credential, key.SecretAccessKey, nowMs);
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

function findKey(store: Store, AccessKeyId: string): Promise<AccessKey | undefined> {
  return store.transaction((tx) => tx.accessKeys.find(AccessKeyId));
}

function inPartition(principal: Principal, region: string): Principal {
  return { ...principal, arn: principal.arn.replace(/^arn:aws:/, `arn:${partitionOf(region)}:`) };
}
