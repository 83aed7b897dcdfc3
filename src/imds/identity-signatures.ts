/**
 * The signatures of an instance identity document, in the forms that AWS's have (aws-behaviour 2.3).
 *
 *   signature                 RSA     of the document's very bytes
 *   pkcs7, rsa2048, dsa2048   PKCS#7 SignedData: the document, and a signature of the attributes, its digest among them
 *
 * Each is text without a header or footer. The signer is named by issuer and serial number; no certificate is inside. The
 * time comes in, and DSA draws a number inside OpenSSL: of the same input all but `pkcs7` and `dsa2048` are the same again.
 */

import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { context, integer, NULL, octetString, oid, partsOf, sequence, set, time } from '../der.ts';
import type { IdentityKeyName, IdentityKeys } from '../model.ts';

export type IdentitySignatureName = 'signature' | 'pkcs7' | 'rsa2048' | 'dsa2048';

type CertifiedKey = IdentityKeys[IdentityKeyName];

export type IdentitySignatures = Readonly<Record<IdentitySignatureName, () => string>>;

/**
 * The four signatures. Each costs a millisecond or two, so it is computed when it is first asked for, by itself, and then
 * kept: whoever asks twice gets the same bytes.
 *
 * @param document the text that is served, to the byte
 * @param keys those of the instance's Region
 * @param signedAtMs what is said to be the time of signing; AWS's is a few seconds after `pendingTime`
 */
export function identitySignatures(document: string, keys: IdentityKeys, signedAtMs: number): IdentitySignatures {
  const bytes = Buffer.from(document, 'utf8');
  const signed = (form: Form) => once(() => wrapped(signedData(bytes, form, keys, signedAtMs)));
  return {
    signature: once(() => wrapped(sign('sha256', bytes, privateKeyOf(keys.RSA)))),
    pkcs7: signed(FORMS.pkcs7),
    rsa2048: signed(FORMS.rsa2048),
    dsa2048: signed(FORMS.dsa2048),
  };
}

function once(compute: () => string): () => string {
  let computed: string | undefined;
  return () => {
    computed ??= compute();
    return computed;
  };
}

/** A Region's keys as OpenSSL has them: to read one costs half as much as to sign with it, and all instances share it. */
const privateKeys = new WeakMap<CertifiedKey, KeyObject>();

function privateKeyOf(key: CertifiedKey): KeyObject {
  const known = privateKeys.get(key) ?? createPrivateKey(key.privateKey);
  privateKeys.set(key, known);
  return known;
}

/** Lines of 76 characters, and no line feed at the end. AWS's bodies of PKCS#7 have them too, though PEM says 64 (CAP-20). */
function wrapped(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll(/.{76}(?=.)/g, '$&\n');
}

// ─── PKCS#7 SignedData (RFC 5652) ────────────────────────────────────────────────────────────────────────────────────

type Form = {
  key: IdentityKeyName;
  digest: 'sha1' | 'sha256';
  digestAlgorithm: Buffer;
  signatureAlgorithm: Buffer;
};

const SHA1 = sequence(oid('1.3.14.3.2.26'), NULL);
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'), NULL);

const FORMS: Record<Exclude<IdentitySignatureName, 'signature'>, Form> = {
  pkcs7: { key: 'DSA', digest: 'sha1', digestAlgorithm: SHA1, signatureAlgorithm: sequence(oid('1.2.840.10040.4.3')) },
  rsa2048: {
    key: 'RSA-2048',
    digest: 'sha256',
    digestAlgorithm: SHA256,
    signatureAlgorithm: sequence(oid('1.2.840.113549.1.1.11'), NULL),
  },
  dsa2048: {
    key: 'DSA-2048',
    digest: 'sha256',
    digestAlgorithm: SHA256,
    signatureAlgorithm: sequence(oid('2.16.840.1.101.3.4.3.2')),
  },
};

const DATA = oid('1.2.840.113549.1.7.1');
const SIGNED_DATA = oid('1.2.840.113549.1.7.2');
const CONTENT_TYPE = oid('1.2.840.113549.1.9.3');
const MESSAGE_DIGEST = oid('1.2.840.113549.1.9.4');
const SIGNING_TIME = oid('1.2.840.113549.1.9.5');
/** RFC 6211. */
const ALGORITHM_PROTECTION = oid('1.2.840.113549.1.9.52');

const SEQUENCE = 0x30;
const OCTET_STRING = 0x24;
const EXPLICIT = 0xa0;

function signedData(document: Buffer, form: Form, keys: IdentityKeys, signedAtMs: number): Buffer {
  const content = streamed(EXPLICIT, streamed(OCTET_STRING, octetString(document)));
  const parts = [
    integer(1),
    set(form.digestAlgorithm),
    streamed(SEQUENCE, DATA, content),
    set(signerInfo(document, form, keys, signedAtMs)),
  ];
  return streamed(SEQUENCE, SIGNED_DATA, streamed(EXPLICIT, streamed(SEQUENCE, ...parts)));
}

/**
 * BER's indefinite length: the value goes on until two zeros. AWS's are written so (CAP-20), and a client whose reader
 * knows only DER must fail here as it would there.
 */
function streamed(tag: number, ...content: Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(tag, 0x80), ...content, Buffer.of(0, 0)]);
}

function signerInfo(document: Buffer, form: Form, keys: IdentityKeys, signedAtMs: number): Buffer {
  const { digest, digestAlgorithm, signatureAlgorithm } = form;
  const key = keys[form.key];
  const attributes = set(
    attribute(CONTENT_TYPE, DATA),
    attribute(SIGNING_TIME, time(signedAtMs)),
    attribute(MESSAGE_DIGEST, octetString(createHash(digest).update(document).digest())),
    attribute(ALGORITHM_PROTECTION, sequence(digestAlgorithm, context(1, ...partsOf(signatureAlgorithm)))),
  );
  return sequence(
    integer(1),
    issuerAndSerialNumber(key.certificate),
    digestAlgorithm,
    // They are signed as the set that they are, and written under a tag of their own (RFC 5652, 5.4).
    context(0, ...partsOf(attributes)),
    signatureAlgorithm,
    octetString(sign(digest, attributes, privateKeyOf(key))),
  );
}

function attribute(type: Buffer, value: Buffer): Buffer {
  return sequence(type, set(value));
}

/** @param certificate X.509 version 3, where both stand after the version (RFC 5280, 4.1) */
function issuerAndSerialNumber(certificate: string): Buffer {
  const bytes = Buffer.from(certificate.replaceAll(/-----.*?-----|\s/g, ''), 'base64');
  const [signed = Buffer.alloc(0)] = partsOf(bytes);
  const [, serialNumber = Buffer.alloc(0), , issuer = Buffer.alloc(0)] = partsOf(signed);
  return sequence(issuer, serialNumber);
}
