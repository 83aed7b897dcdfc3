/** Certificates as OpenSSL sees them. */

import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newDsaKey } from './dsa-key.ts';
import { selfSignedCertificate } from './x509.ts';

const NOW = Date.UTC(2026, 10, 23, 10, 20, 30);
const KEYS = {
  RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  DSA: newDsaKey(),
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'openimds-x509-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** `openssl verify -CAfile trusted certificate`. */
function verify(trusted: string, certificate: string) {
  writeFileSync(join(directory, 'trusted'), trusted);
  writeFileSync(join(directory, 'certificate'), certificate);
  return spawnSync('openssl', ['verify', '-CAfile', 'trusted', 'certificate'], { cwd: directory, encoding: 'utf8' });
}

/** With the last byte of its signature changed. */
function damaged(certificate: string): string {
  const bytes = new X509Certificate(certificate).raw;
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  return `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`;
}

describe.each(['RSA', 'DSA'] as const)('a certificate for %s', (algorithm) => {
  const key = KEYS[algorithm];

  test('does not verify with that of another key of the same name', async () => {
    const [own, other] = [
      await selfSignedCertificate(key, 'us-east-1 Test', NOW),
      await selfSignedCertificate(algorithm === 'DSA' ? newDsaKey() : KEYS.DSA, 'us-east-1 Test', NOW),
    ];
    expect(verify(other, own).status).not.toBe(0);
  });

  test('does not verify when its signature is changed', async () => {
    const certificate = damaged(await selfSignedCertificate(key, 'us-east-1 Test', NOW));
    expect(new X509Certificate(certificate).verify(createPublicKey(key))).toBe(false);
  });

  test('verifies with itself', async () => {
    const certificate = await selfSignedCertificate(key, 'us-east-1 Test', Date.now());
    expect(verify(certificate, certificate)).toMatchObject({ status: 0, stdout: 'certificate: OK\n', stderr: '' });
    expect(new X509Certificate(certificate).verify(createPublicKey(key))).toBe(true);
  });

  test('says its name, its years, its key, and that it signs but is no authority', async () => {
    const certificate = await selfSignedCertificate(key, `ap-southeast-1 ${algorithm}`, NOW);
    const args = ['x509', '-noout', '-text', '-nameopt', 'RFC2253'];
    const text = execFileSync('openssl', args, { input: certificate, encoding: 'utf8' });
    expect(text).toContain('Version: 3 (0x2)');
    expect(text).toContain(`Issuer: CN=ap-southeast-1 ${algorithm},O=OpenIMDS`);
    expect(text).toContain(`Subject: CN=ap-southeast-1 ${algorithm},O=OpenIMDS`);
    expect(text).toContain('Not Before: Nov 23 10:20:30 2026 GMT');
    expect(text).toContain('Not After : Nov 23 10:20:30 2056 GMT');
    expect(text).toContain('Public-Key: (2048 bit)');
    expect(text).toMatch(/X509v3 Basic Constraints: critical\s+CA:FALSE/);
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature\n/);
  });

  test('holds the public key', async () => {
    const { publicKey } = new X509Certificate(await selfSignedCertificate(key, 'us-east-1 Test', NOW));
    const pem = { type: 'spki', format: 'pem' } as const;
    expect(publicKey.export(pem)).toBe(createPublicKey(key).export(pem));
  });

  test('has a serial number of its own', async () => {
    const made = Array.from({ length: 10 }, () => selfSignedCertificate(key, 'us-east-1 Test', NOW));
    const serials = (await Promise.all(made)).map((certificate) => new X509Certificate(certificate).serialNumber);
    expect(new Set(serials).size).toBe(10);
  });
});

test('what has the wrong kind of key is refused', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  await expect(selfSignedCertificate(privateKey, 'us-east-1 Test', NOW)).rejects.toThrow(/RSA or DSA/);
});
