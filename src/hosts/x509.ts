/**
 * Certificates (X.509 version 3, RFC 5280): of keys that sign and do nothing else, and of the authorities above such keys.
 *
 * It promises what a verifier needs: a name, a serial number that no other certificate of the name has, the public key,
 * and thirty years. Signing happens in the thread pool.
 */

import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import {
  bitString,
  context,
  integer,
  NULL,
  octetString,
  oid,
  sequence,
  set,
  TRUE,
  time,
  utf8String,
  value,
} from '../der.ts';

const YEARS = 30;

const ORGANIZATION = oid('2.5.4.10');
const COMMON_NAME = oid('2.5.4.3');
const SUBJECT_KEY_IDENTIFIER = oid('2.5.29.14');
const KEY_USAGE = oid('2.5.29.15');
const BASIC_CONSTRAINTS = oid('2.5.29.19');
const AUTHORITY_KEY_IDENTIFIER = oid('2.5.29.35');
const EXTENDED_KEY_USAGE = oid('2.5.29.37');
/** RFC 6187. */
const SECURE_SHELL_CLIENT = oid('1.3.6.1.5.5.7.3.21');

/** Bits of a key's usages: the first says that it signs, the sixth that it signs certificates. */
const DIGITAL_SIGNATURE = bitString(Buffer.of(0x80), 7);
const SIGNATURE_AND_CERTIFICATES = bitString(Buffer.of(0x84), 2);

/** An authority for nobody: no other certificate may be signed with the key. */
const SIGNS_ONLY = [
  sequence(BASIC_CONSTRAINTS, TRUE, octetString(sequence())),
  sequence(KEY_USAGE, TRUE, octetString(DIGITAL_SIGNATURE)),
];

const IS_AUTHORITY = [
  sequence(BASIC_CONSTRAINTS, TRUE, octetString(sequence(TRUE))),
  sequence(KEY_USAGE, TRUE, octetString(SIGNATURE_AND_CERTIFICATES)),
];

const ALGORITHMS: Readonly<Record<string, Buffer>> = {
  rsa: sequence(oid('1.2.840.113549.1.1.11'), NULL),
  dsa: sequence(oid('2.16.840.1.101.3.4.3.2')),
};

/** Who signs a certificate: the common name of its own, and its key. */
export type Issuer = { commonName: string; privateKey: KeyObject };

/**
 * @param privateKey of RSA or DSA
 * @param commonName the subject's, which is the issuer's too; the organization is OpenIMDS
 * @param nowMs from when it is valid
 * @returns PEM
 */
export function selfSignedCertificate(privateKey: KeyObject, commonName: string, nowMs: number): Promise<string> {
  return signedBy({ commonName, privateKey }, { commonName, key: privateKey, extensions: SIGNS_ONLY }, nowMs);
}

/**
 * A certificate below an authority, or of one, for what has to do with SSH and nothing else: a machine that trusts the
 * authority takes no web server for another because of it.
 *
 * @param key of RSA, private or public
 * @param issuer absent for a root, which signs itself
 * @returns PEM
 */
export function sshCertificate(
  subject: { commonName: string; key: KeyObject; isAuthority: boolean; issuer?: Issuer },
  nowMs: number,
): Promise<string> {
  const { commonName, key, isAuthority, issuer } = subject;
  const extensions = [
    ...(isAuthority ? IS_AUTHORITY : SIGNS_ONLY),
    sequence(EXTENDED_KEY_USAGE, octetString(sequence(SECURE_SHELL_CLIENT))),
    sequence(SUBJECT_KEY_IDENTIFIER, octetString(octetString(keyIdentifier(key)))),
    ...(issuer ? [sequence(AUTHORITY_KEY_IDENTIFIER, octetString(authority(issuer)))] : []),
  ];
  return signedBy(issuer ?? { commonName, privateKey: key }, { commonName, key, extensions }, nowMs);
}

/** RFC 5280, 4.2.1.1: the key's identifier alone. */
function authority({ privateKey }: Issuer): Buffer {
  return sequence(value(0x80, keyIdentifier(privateKey)));
}

/** SHA-1 of a public key of RSA, as certificates and OCSP name keys by it (RFC 5280, 4.2.1.2; RFC 6960, 4.1.1). */
export function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(publicOf(key).export({ type: 'pkcs1', format: 'der' }))
    .digest();
}

/** As DER, the name that a certificate has for its subject or its issuer. */
export function distinguishedName(commonName: string): Buffer {
  return sequence(
    set(sequence(ORGANIZATION, utf8String('OpenIMDS'))),
    set(sequence(COMMON_NAME, utf8String(commonName))),
  );
}

type Subject = { commonName: string; key: KeyObject; extensions: Buffer[] };

async function signedBy(issuer: Issuer, { commonName, key, extensions }: Subject, nowMs: number): Promise<string> {
  const algorithm = ALGORITHMS[issuer.privateKey.asymmetricKeyType ?? ''];
  if (!algorithm) throw new TypeError('a certificate is made for a key of RSA or DSA only');
  const toBeSigned = sequence(
    context(0, integer(2)),
    integer(serialNumber()),
    algorithm,
    distinguishedName(issuer.commonName),
    sequence(time(nowMs), time(yearsAfter(nowMs))),
    distinguishedName(commonName),
    publicOf(key).export({ type: 'spki', format: 'der' }),
    context(3, sequence(...extensions)),
  );
  const signature = await promisify(sign)('sha256', toBeSigned, issuer.privateKey);
  return pem(sequence(toBeSigned, algorithm, bitString(signature)));
}

function publicOf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key;
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
