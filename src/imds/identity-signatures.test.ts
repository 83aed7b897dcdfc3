/**
 * The signatures of the identity document as everybody verifies them: with the commands of AWS's page and OpenSSL itself.
 *
 * Keys and certificates come from OpenSSL too, so that nothing here is only true of ours.
 */

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { IdentityKeyName, IdentityKeys } from '../model.ts';
import { identityDocument } from './identity-document.ts';
import { type IdentitySignatures, identitySignatures } from './identity-signatures.ts';
import { desiredInstance, identityKeysByOpenssl, verifyPkcs7, verifySignature } from './testing.ts';

const { instance } = desiredInstance();
const document = identityDocument(instance);
const signedAtMs = Date.parse(instance.LaunchTime);
const keys = identityKeysByOpenssl('us-east-1');
const elsewhere = identityKeysByOpenssl('eu-west-1');
const signatures: IdentitySignatures = identitySignatures(document, keys, signedAtMs);

const PKCS7: ['pkcs7' | 'rsa2048' | 'dsa2048', IdentityKeyName][] = [
  ['pkcs7', 'DSA'],
  ['rsa2048', 'RSA-2048'],
  ['dsa2048', 'DSA-2048'],
];

function changed(base64: string, from: string, to: string): string {
  const text = Buffer.from(base64, 'base64').toString('latin1');
  expect(text.split(from)).toHaveLength(2);
  return Buffer.from(text.replace(from, to), 'latin1').toString('base64').replaceAll(/.{64}/g, '$&\n');
}

describe.each(PKCS7)('%s is rejected by openssl smime', (name, key) => {
  test('with one byte of the document changed', () => {
    const { status, stderr } = verifyPkcs7(
      changed(signatures[name](), '123456789012', '123456789013'),
      keys[key].certificate,
    );
    expect(stderr).toContain('digest failure');
    expect(status).not.toBe(0);
  });

  test('with one byte of the signed attributes changed', () => {
    const { status, stderr } = verifyPkcs7(
      changed(signatures[name](), '261123090000Z', '261123090001Z'),
      keys[key].certificate,
    );
    expect(stderr).toContain('signature failure');
    expect(status).not.toBe(0);
  });

  test("with another Region's certificate", () => {
    const { status, stderr } = verifyPkcs7(signatures[name](), elsewhere[key].certificate);
    expect(stderr).toContain('signer certificate not found');
    expect(status).not.toBe(0);
  });

  test("when another Region's key has signed in the name of this one", () => {
    const forged = { ...keys, [key]: { ...keys[key], privateKey: elsewhere[key].privateKey } };
    const { status, stderr } = verifyPkcs7(
      identitySignatures(document, forged, signedAtMs)[name](),
      keys[key].certificate,
    );
    expect(stderr).toContain('signature failure');
    expect(status).not.toBe(0);
  });
});

describe('signature is rejected by openssl dgst', () => {
  test('with one byte of the document changed', () => {
    const { status, stdout } = verifySignature(
      document.replace('t3.large', 't3.largf'),
      signatures.signature(),
      keys.RSA.certificate,
    );
    expect(stdout).toBe('Verification failure\n');
    expect(status).not.toBe(0);
  });

  test("with another Region's key, and with another key of the Region", () => {
    for (const { certificate } of [elsewhere.RSA, keys['RSA-2048']]) {
      expect(verifySignature(document, signatures.signature(), certificate)).toMatchObject({
        stdout: 'Verification failure\n',
      });
    }
  });
});

test.each(PKCS7)('%s: openssl smime accepts it with the certificate %s and prints the document', (name, key) => {
  const { status, stdout } = verifyPkcs7(signatures[name](), keys[key].certificate);
  expect(stdout).toBe(document);
  expect(status).toBe(0);
});

test('signature: openssl dgst accepts it for the very bytes of the document', () => {
  const { status, stdout } = verifySignature(document, signatures.signature(), keys.RSA.certificate);
  expect(stdout).toBe('Verified OK\n');
  expect(status).toBe(0);
});

test('a document with other letters than ASCII is signed as the bytes that are served', () => {
  const text = document.replace('t3.large', 'Zoë');
  const signed = identitySignatures(text, keys, signedAtMs);
  expect(verifyPkcs7(signed.rsa2048(), keys['RSA-2048'].certificate).stdout).toBe(text);
  expect(verifySignature(text, signed.signature(), keys.RSA.certificate).status).toBe(0);
});

test('the text is base64 in lines of 76, with no header, no footer and no line feed at the end', () => {
  for (const signature of Object.values(signatures)) {
    const lines = signature().split('\n');
    const last = lines.pop();
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([76]));
    expect(last).toMatch(/^[A-Za-z0-9+/]{1,76}={0,2}$/);
    expect(Buffer.from(signature(), 'base64').toString('base64')).toBe(signature().replaceAll('\n', ''));
  }
  expect(signatures.pkcs7()).toMatch(/^MIAGCSqGSIb3DQEHAqCAMIACAQExCzAJBgUrDgMCGgUAMIAGCSqGSIb3DQEHAaCAJIAE/);
  expect(signatures.rsa2048()).toMatch(
    /^MIAGCSqGSIb3DQEHAqCAMIACAQExDzANBglghkgBZQMEAgEFADCABgkqhkiG9w0BBwGggCSABIIB\n/,
  );
});

/** The tree that `openssl asn1parse` prints of it: depth and type of each value, what object identifiers and times say. */
function structure(base64: string): string {
  const input = Buffer.from(base64, 'base64');
  const printed = execFileSync('openssl', ['asn1parse', '-inform', 'DER'], { input, encoding: 'utf8' });
  const values = printed.matchAll(
    /d=(\d+) .* l= *(\w+) +(?:prim|cons): (cont \[ \d \]|[A-Z]+(?: STRING)?) *(?:\[HEX DUMP\])?(:.*)?$/gm,
  );
  return [...values]
    .map(([, depth, length, type = '', said = '']) => {
      const shown = type === 'OBJECT' || type === 'UTCTIME' ? said : '';
      return `${depth} ${type}${length === 'inf' ? ' without length' : ''}${shown}`;
    })
    .join('\n');
}

type Algorithms = { digest: string; signature: string; protectionFirst: boolean };

/** AWS's `pkcs7` and `rsa2048` as recorded in 2022, value by value, but for the names in the issuer. */
function recordedForm({ digest, signature, protectionFirst }: Algorithms): string {
  const algorithm = (depth: number, names: string) => names.split(' ').map((each) => `${depth} ${each}`);
  const attribute = (oid: string, ...value: string[]) => ['6 SEQUENCE', `7 OBJECT:${oid}`, '7 SET', ...value];
  const messageDigest = attribute('messageDigest', '8 OCTET STRING');
  const protection = attribute(
    '1.2.840.113549.1.9.52',
    ...['8 SEQUENCE', '9 SEQUENCE', ...algorithm(10, digest), '9 cont [ 1 ]', ...algorithm(10, signature)],
  );
  return [
    ...['0 SEQUENCE without length', '1 OBJECT:pkcs7-signedData', '1 cont [ 0 ] without length'],
    ...['2 SEQUENCE without length', '3 INTEGER', '3 SET', '4 SEQUENCE', ...algorithm(5, digest)],
    ...['3 SEQUENCE without length', '4 OBJECT:pkcs7-data', '4 cont [ 0 ] without length'],
    ...['5 OCTET STRING without length', '6 OCTET STRING', '6 EOC', '5 EOC', '4 EOC'],
    ...['3 SET', '4 SEQUENCE', '5 INTEGER', '5 SEQUENCE', '6 SEQUENCE', '6 INTEGER'],
    ...['5 SEQUENCE', ...algorithm(6, digest), '5 cont [ 0 ]'],
    ...attribute('contentType', '8 OBJECT:pkcs7-data'),
    ...attribute('signingTime', '8 UTCTIME:261123090000Z'),
    ...(protectionFirst ? [protection, messageDigest] : [messageDigest, protection]).flat(),
    ...['5 SEQUENCE', ...algorithm(6, signature), '5 OCTET STRING', '3 EOC', '2 EOC', '1 EOC'],
  ].join('\n');
}

const RECORDED: Record<(typeof PKCS7)[number][0], Algorithms> = {
  pkcs7: { digest: 'OBJECT:sha1 NULL', signature: 'OBJECT:dsaWithSHA1', protectionFirst: false },
  rsa2048: {
    digest: 'OBJECT:sha256 NULL',
    signature: 'OBJECT:sha256WithRSAEncryption NULL',
    protectionFirst: true,
  },
  // No recording of it is known: in the manner of the others.
  dsa2048: { digest: 'OBJECT:sha256 NULL', signature: 'OBJECT:dsa_with_SHA256', protectionFirst: true },
};

test.each(PKCS7)('%s is built as that of AWS, value by value, with lengths where it has them', (name) => {
  const issuer = /(?<=5 SEQUENCE\n6 SEQUENCE\n)(?:[789] .*\n)+/;
  expect(structure(signatures[name]()).replace(issuer, '')).toBe(recordedForm(RECORDED[name]));
});

test('the time of signing is the one that is given', () => {
  const later = identitySignatures(document, keys, Date.parse('2049-12-31T23:59:59Z')).rsa2048();
  expect(structure(later)).toContain('8 UTCTIME:491231235959Z');
});

test('RSA signs the same input with the same bytes', () => {
  const again = identitySignatures(document, keys, signedAtMs);
  expect(again.signature()).toBe(signatures.signature());
  expect(again.rsa2048()).toBe(signatures.rsa2048());
});

test('whoever asks twice gets the same bytes, those of DSA too', () => {
  for (const signature of Object.values(signatures)) expect(signature()).toBe(signature());
});

test('each is computed by itself, when it is asked for', () => {
  const broken: IdentityKeys = { ...keys, DSA: { privateKey: 'none', certificate: 'none' } };
  const signed = identitySignatures(document, broken, signedAtMs);
  expect(signed.rsa2048()).toBe(signatures.rsa2048());
  expect(() => signed.pkcs7()).toThrow();
});
