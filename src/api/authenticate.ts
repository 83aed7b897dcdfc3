/**
 * Who is asking, and in which Region: the access key, the signature over the whole request, the scope in it.
 *
 * Every request is signed and every signature verified. Temporary credentials are recognised by their session token, which
 * says whose they are and until when (`sessions.ts`). On a loopback address, and never with `--strict`, the keys that
 * users of local AWS tools know work too: `test`, or twelve digits that name the account, with the secret `test`
 * (docs/decisions/0005-local-access-keys.md).
 */

import { AwsError, authFailure, expiredToken, invalidClientTokenId } from '../aws-errors.ts';
import { findRegion } from '../catalogue/regions.ts';
import type { Wire } from '../iam/context.ts';
import { type Claim, readCredential, type SignedRequest, verifySignature } from '../iam/sigv4.ts';
import type { Principal } from '../model.ts';
import type { Store } from '../store/store.ts';
import { type FoundKey, inPartitionOf, rootOf } from './principals.ts';
import { sessionKey } from './sessions.ts';

const LOCAL_SECRET = 'test';
const LOCAL_ACCOUNT = '000000000000';
/** Last uses are written down no more often. */
const MINUTE_MS = 60_000;
const FAST_CLOCK_MS = 15 * MINUTE_MS;

/** How a request came. */
export type Connection = Pick<Wire, 'sourceIp' | 'vpc' | 'secureTransport' | 'userAgent'>;

export type Caller = {
  principal: Principal;
  region: string;
  service: string;
  accessKeyId: string;
  /** Absent where there was none, as in tests. */
  connection?: Connection;
};

/**
 * @param localKeys whether `test` and twelve-digit keys are accepted
 * @throws MissingAuthenticationToken, IncompleteSignature, InvalidClientTokenId, RequestExpired, ExpiredToken, AuthFailure
 */
export async function authenticate(
  request: SignedRequest,
  { store, localKeys, nowMs }: { store: Store; localKeys: boolean; nowMs: number },
): Promise<Caller> {
  const credential = readCredential(request);
  const key = await findKey(credential, { store, localKeys });
  if (!key) {
    refuseAtSameCost(request, credential, nowMs);
    throw invalidClientTokenId(
      'the access key is unknown or inactive, or is one of those that are accepted on local names only, without --strict',
    );
  }
  verifySignature(request, credential, key.SecretAccessKey, nowMs);
  if (key.expiresAtMs !== undefined && key.expiresAtMs <= nowMs) throw expiredToken();
  if (isNotYetGood(key.principal, nowMs)) throw expiredToken();
  if (!findRegion(credential.region)) throw authFailure(`the scope names the unknown region ${credential.region}`);
  if (key.isStored) await noteUse(store, key, credential, nowMs);
  const { region, service, accessKeyId } = credential;
  return { principal: inPartitionOf(key.principal, region), region, service, accessKeyId };
}

/** A host that keeps credentials for later could otherwise give them a later end. Its clock may be a little ahead. */
function isNotYetGood(principal: Principal, nowMs: number): boolean {
  const session = 'session' in principal ? principal.session : undefined;
  return session !== undefined && session.issuedAtMs > nowMs + FAST_CLOCK_MS;
}

/** An unknown key costs the same as a wrong signature, so that the time tells nobody which keys exist. */
function refuseAtSameCost(request: SignedRequest, credential: Claim, nowMs: number): void {
  try {
    verifySignature(request, credential, '', nowMs);
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'AuthFailure')) throw error;
  }
}

function localKey(AccessKeyId: string, enabled: boolean): FoundKey | undefined {
  if (!enabled) return undefined;
  const account = AccessKeyId === 'test' ? LOCAL_ACCOUNT : AccessKeyId;
  if (!/^\d{12}$/.test(account)) return undefined;
  return { AccessKeyId, SecretAccessKey: LOCAL_SECRET, principal: rootOf(account) };
}

async function findKey(
  { accessKeyId, sessionToken }: Claim,
  { store, localKeys }: { store: Store; localKeys: boolean },
): Promise<FoundKey | undefined> {
  // First, because users of local tools like to set a session token beside it, which then says nothing.
  const local = localKey(accessKeyId, localKeys);
  if (local) return local;
  return store.transaction(async (tx) => {
    if (sessionToken !== undefined) return sessionKey(tx, accessKeyId, sessionToken);
    const key = await tx.accessKeys.find(accessKeyId);
    return key && key.Status !== 'Inactive' ? { ...key, isStored: true } : undefined;
  });
}

/** A write for each request would cost more than the request. */
async function noteUse(store: Store, key: FoundKey, { service, region }: Claim, nowMs: number): Promise<void> {
  const { lastUsed } = key;
  if (lastUsed && nowMs < lastUsed.atMs + MINUTE_MS) return;
  await store.transaction(async (tx) => {
    // Read again: it may have been deleted or changed meanwhile.
    const current = await tx.accessKeys.find(key.AccessKeyId);
    if (!current) return;
    await tx.accessKeys.put({ ...current, lastUsed: { atMs: nowMs, ServiceName: service, Region: region } });
  });
}
