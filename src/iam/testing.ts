/**
 * For the tests of sigv4.ts: the key and the time with which they sign, and AWS's own signer for JavaScript.
 */

import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

export const NOW = Date.parse('2026-11-23T10:00:00Z');
export const TIMESTAMP = '20261123T100000Z';

/** The key of AWS's published examples. */
export const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

export function smithySigner(sessionToken?: string): SignatureV4 {
  return new SignatureV4({
    service: 'ec2',
    region: 'us-east-1',
    credentials: { ...KEY, ...(sessionToken !== undefined && { sessionToken }) },
    sha256: Sha256,
  });
}

/** What the signer hashes with. */
class Sha256 {
  readonly #hash;
  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }
  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}
