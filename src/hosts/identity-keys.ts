/**
 * The keys that sign the identity documents of a Region: made when they are first asked for, then kept in the store.
 *
 * AWS has keys of its own for each Region, and so has each installation.
 */

import type { KeyObject } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { IdentityKeyName, IdentityKeys } from '../model.ts';
import { madeOnce } from '../store/made-once.ts';
import type { Store } from '../store/store.ts';
import { newDsaKey } from './dsa-key.ts';
import { newRsaKey, pemOf } from './rsa-key.ts';
import { selfSignedCertificate } from './x509.ts';

/** The keys of a Region, by its name. */
export function identityKeysIn(store: Store, clock: Clock): (region: string) => Promise<IdentityKeys> {
  return madeOnce(store, 'identity-keys', (region) => makeIdentityKeys(region, clock()));
}

async function makeIdentityKeys(region: string, nowMs: number): Promise<IdentityKeys> {
  const certified = async (name: IdentityKeyName, key: KeyObject) => ({
    privateKey: pemOf(key),
    certificate: await selfSignedCertificate(key, `${region} ${name}`, nowMs),
  });
  const [RSA, RSA2048] = await Promise.all([newRsaKey(), newRsaKey()]);
  return {
    DSA: await certified('DSA', newDsaKey()),
    RSA: await certified('RSA', RSA),
    'RSA-2048': await certified('RSA-2048', RSA2048),
    'DSA-2048': await certified('DSA-2048', newDsaKey()),
  };
}
