/** New RSA keys of 2,048 bits, made in the thread pool, beside everything else. */

import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

export async function newRsaKey(): Promise<KeyObject> {
  return (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey;
}

/** PKCS#8, as the store keeps it. */
export function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string;
}
