/**
 * The keys below were made with `ssh-keygen`, their fingerprints with `openssl` as AWS's guide says (UG/verify-keys).
 */

import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../aws-errors.ts';
import { readPublicKey } from './public-key.ts';

const RSA_BLOB =
  'AAAAB3NzaC1yc2EAAAADAQABAAABAQC8mAuvBUS1gRf8rnAVrIuEGLeDqT+1FmmndRB/x2SCNwbx01IKbF+CT+IQsIHExekhNyH/' +
  'P1MzdfOk9MdFJsOIcCO91/GoOncCNg1dFmPmCIwT52sjdtQSfjy1KXttZmYQYBKhVeYlvriNWHPDtFvQLyLS7S0b4Wum8mzM68Ta' +
  'EMd5umwpqubGxWJiD77NSix/6PipbM4DstZnIcE7+j2KdFyT/5KcHR4SEHx1KTYOgV0JOxapBUxhNopWr4kACLEvWDRFzBU0o5RJ' +
  'CGewp86ZrMI/C6nzS00I/SlHpMbuYzGFAsk1+rOCTGIze4A5JldVs66Y8eFl7/PRpWQH47dz';
const RSA = {
  KeyType: 'rsa',
  PublicKey: `ssh-rsa ${RSA_BLOB}`,
  // ssh-keygen -e -m PKCS8 -f key.pub | openssl pkey -pubin -outform DER | openssl md5 -c
  KeyFingerprint: '9c:85:59:35:78:0f:e5:30:76:72:cf:e4:1c:e7:f8:57',
};
const ED25519 = {
  KeyType: 'ed25519',
  PublicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMIWgsdPQELSG60rj3i8rKcqamvdgpqtS827ZXECOc/U',
  // ssh-keygen -l -f key.pub, with the padding that AWS prints
  KeyFingerprint: 'z3uHRo3S6FQMgiTXzQPJFSzJgydLcBizUY2xxxSSpd0=',
};
const ECDSA =
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBNBvktUTjaQQ4zH6yWp+PK1OxAYnvIXoqSeJiI4lAxpouYg/X2mgUv0ouir6Lb46qhN3g29e3d4ldufzpTrvfUE=';

const read = (text: string) => readPublicKey(Buffer.from(text));
const inLines = (base64: string) => base64.replace(/.{70}/g, '$&\n');

/** The RSA key above in the DER form. */
function rsaDer(): Buffer {
  const [e = '', n = ''] = ['AQAB', Buffer.from(RSA_BLOB, 'base64').subarray(-256).toString('base64url')];
  return createPublicKey({ format: 'jwk', key: { kty: 'RSA', e, n } }).export({ type: 'spki', format: 'der' });
}

/** An RSA key whose modulus has so many bytes. */
function rsaOf(bytes: number): string {
  const n = Buffer.alloc(bytes, 0xc5).toString('base64url');
  const key = createPublicKey({ format: 'jwk', key: { kty: 'RSA', e: 'AQAB', n } });
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

describe('a public key is refused', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  test.each([
    ['that is empty', ''],
    ['that is text', 'garbage'],
    ['of ECDSA', ECDSA],
    ['whose type is another one than its line says', `ssh-rsa ${ED25519.PublicKey.split(' ')[1]}`],
    ['that goes on after its end', `ssh-rsa ${RSA_BLOB}AAAA`],
    ['that ends too early', RSA.PublicKey.slice(0, -40)],
    ['with options of authorized_keys before it', `no-pty ${ED25519.PublicKey}`],
    ['with another line after it', `${ED25519.PublicKey}\n${ED25519.PublicKey}`],
    ['that is a private key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['of RSA with 1,016 bits', rsaOf(127)],
    ['of RSA with 4,104 bits', rsaOf(513)],
    ['in SSH2 without an end', `---- BEGIN SSH2 PUBLIC KEY ----\n${RSA_BLOB}`],
    ['that is larger than any key', `${ED25519.PublicKey} ${'x'.repeat(20_000)}`],
  ])('%s', (_, text) =>
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'InvalidKey.Format', message: 'Key is not in valid OpenSSH public key format' }),
    ),
  );

  test('and nothing else happens, whatever the bytes are', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.base64String().map((text) => Buffer.from(`ssh-rsa ${text}`)),
      fc.uint8Array({ maxLength: 99 }).map((blob) => Buffer.from(`ssh-rsa ${Buffer.from(blob).toString('base64')}`)),
    );
    fc.assert(
      fc.property(bytes, (material) => {
        try {
          readPublicKey(material);
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
    );
  });
});

describe('the same RSA key, with the MD5 of its DER form, is read from', () => {
  test.each([
    ['an OpenSSH line', RSA.PublicKey],
    ['an OpenSSH line with a comment', `${RSA.PublicKey} me@laptop, at home\n`],
    ['SSH2', `---- BEGIN SSH2 PUBLIC KEY ----\n${inLines(RSA_BLOB)}\n---- END SSH2 PUBLIC KEY ----\n`],
    [
      'SSH2 with headers, one of them over two lines',
      `---- BEGIN SSH2 PUBLIC KEY ----\nSubject: me\nComment: "2048-bit RSA, \\\nat home"\n${inLines(RSA_BLOB)}\n---- END SSH2 PUBLIC KEY ----`,
    ],
    ['PEM', `-----BEGIN PUBLIC KEY-----\n${rsaDer().toString('base64')}\n-----END PUBLIC KEY-----\n`],
    ['base64 of DER', inLines(rsaDer().toString('base64'))],
  ])('%s', (_, text) => expect(read(text)).toEqual(RSA));

  test('DER', () => expect(readPublicKey(rsaDer())).toEqual(RSA));

  test('PEM of PKCS #1', () => {
    const key = createPublicKey({ key: rsaDer(), format: 'der', type: 'spki' });
    expect(read(key.export({ type: 'pkcs1', format: 'pem' }).toString())).toEqual(RSA);
  });
});

test('an Ed25519 key has the base64 of its SHA-256 as fingerprint', () => {
  expect(read(`${ED25519.PublicKey} me@laptop`)).toEqual(ED25519);
});

test.each([128, 256, 384, 512])('RSA keys of %i bytes are taken', (bytes) => {
  expect(read(rsaOf(bytes)).KeyType).toBe('rsa');
});
