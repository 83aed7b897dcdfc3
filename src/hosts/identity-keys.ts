/**
 * The keys that sign the identity documents of a Region: made when they are first asked for, then kept in the store.
 *
 * It promises that everybody who asks gets the same keys, however many ask at once and in however many processes. AWS has
 * keys of its own for each Region, and so has each installation. They are made in the thread pool, beside everything else.
 */

import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../clock.ts';
import type { IdentityKeyName, IdentityKeys } from '../model.ts';
import { findIdentityKeys, keepIdentityKeys } from '../store/identity-keys.ts';
import type { Store } from '../store/store.ts';
import { newDsaKey } from './dsa-key.ts';
import { selfSignedCertificate } from './x509.ts';

/** The keys of a Region, by its name. Whoever asks in one process while they are being made waits for the same making. */
export function identityKeysIn(store: Store, clock: Clock): (region: string) => Promise<IdentityKeys> {
  const underWay = new Map<string, Promise<IdentityKeys>>();
  return (region) => {
    const known = underWay.get(region) ?? findOrMake(store, clock, region).finally(() => underWay.delete(region));
    underWay.set(region, known);
    return known;
  };
}

async function findOrMake(store: Store, clock: Clock, region: string): Promise<IdentityKeys> {
  const found = await store.transaction((tx) => findIdentityKeys(tx, region));
  if (found) return found;
  // Not in a transaction: making them would hold up all others. Another process may be first, and then its keys count.
  const made = await makeIdentityKeys(region, clock());
  return store.transaction((tx) => keepIdentityKeys(tx, region, made));
}

async function makeIdentityKeys(region: string, nowMs: number): Promise<IdentityKeys> {
  const certified = async (name: IdentityKeyName, key: KeyObject) => ({
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }) as string,
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

async function newRsaKey(): Promise<KeyObject> {
  return (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey;
}
