/**
 * Self-signed certificates (X.509 version 3, RFC 5280) of keys that sign and do nothing else.
 *
 * It promises what a verifier of identity documents needs: a name and a serial number that no other certificate has, the
 * public key, and thirty years. Signing happens in the thread pool.
 */

import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { bitString, context, integer, NULL, octetString, oid, sequence, set, TRUE, time, utf8String } from '../der.ts';

const YEARS = 30;

const ORGANIZATION = oid('2.5.4.10');
const COMMON_NAME = oid('2.5.4.3');
const KEY_USAGE = oid('2.5.29.15');
const BASIC_CONSTRAINTS = oid('2.5.29.19');

/** The first bit of a key's usages, the only one that is set. */
const DIGITAL_SIGNATURE = bitString(Buffer.of(0x80), 7);

/** An authority for nobody: no other certificate may be signed with the key. */
const EXTENSIONS = sequence(
  sequence(BASIC_CONSTRAINTS, TRUE, octetString(sequence())),
  sequence(KEY_USAGE, TRUE, octetString(DIGITAL_SIGNATURE)),
);

const ALGORITHMS: Readonly<Record<string, Buffer>> = {
  rsa: sequence(oid('1.2.840.113549.1.1.11'), NULL),
  dsa: sequence(oid('2.16.840.1.101.3.4.3.2')),
};

/**
 * @param privateKey of RSA or DSA
 * @param commonName the subject's, which is the issuer's too; the organization is OpenIMDS
 * @param nowMs from when it is valid
 * @returns PEM
 */
export async function selfSignedCertificate(privateKey: KeyObject, commonName: string, nowMs: number): Promise<string> {
  const algorithm = ALGORITHMS[privateKey.asymmetricKeyType ?? ''];
  if (!algorithm) throw new TypeError('a certificate is made for a key of RSA or DSA only');
  const name = sequence(
    set(sequence(ORGANIZATION, utf8String('OpenIMDS'))),
    set(sequence(COMMON_NAME, utf8String(commonName))),
  );
  const toBeSigned = sequence(
    context(0, integer(2)),
    integer(serialNumber()),
    algorithm,
    name,
    sequence(time(nowMs), time(yearsAfter(nowMs))),
    name,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    context(3, EXTENSIONS),
  );
  const signature = await promisify(sign)('sha256', toBeSigned, privateKey);
  return pem(sequence(toBeSigned, algorithm, bitString(signature)));
}

/** Random: among any number of installations no two certificates of one name have the same. */
function serialNumber(): bigint {
  return randomBytes(8).readBigUInt64BE();
}

function yearsAfter(nowMs: number): number {
  const then = new Date(nowMs);
  return then.setUTCFullYear(then.getUTCFullYear() + YEARS);
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
