/** The signer of pushed SSH keys and what proves it, judged by OpenSSL as a client on an instance has it judged. */

import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SshSignerProof } from '../model.ts';
import { findMade } from '../store/made-once.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { sshSignerIn } from './ssh-signer.ts';

let directory: string;
let store: Store;
let proof: SshSignerProof;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'openimds-signer-'));
  store = await openSqliteStore(join(directory, 'state'));
  proof = await signerOf('us-east-1');
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const signerOf = (region: string): Promise<SshSignerProof> => sshSignerIn(store, Date.now)(region);

function openssl(...args: string[]) {
  return spawnSync('openssl', args, { cwd: directory, encoding: 'utf8' });
}

/** Writes each certificate of a chain to a file of its own: `cert0` is the signer's, `cert2` the root's. */
function split({ certificates }: SshSignerProof): string[] {
  const parts = certificates.split(/(?<=-----END CERTIFICATE-----)\n/);
  parts.forEach((part, index) => {
    writeFileSync(join(directory, `cert${index}`), `${part}\n`);
  });
  return parts;
}

/** What a client does with one of a chain and the one above it. */
function askOcsp(of: number, response: string) {
  writeFileSync(join(directory, 'response'), Buffer.from(response, 'base64'));
  const issuer = `cert${of + 1}`;
  return openssl(
    ...['ocsp', '-no_nonce', '-issuer', issuer, '-cert', `cert${of}`],
    ...['-VAfile', issuer, '-respin', 'response'],
  );
}

function fingerprint(certificate = ''): string {
  return new X509Certificate(certificate).fingerprint.replaceAll(':', '');
}

function changed(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  return bytes.toString('base64');
}

describe('the chain of a Region', () => {
  test("does not verify with another installation's root, though it has the same name", async () => {
    const other = await openSqliteStore(join(directory, 'other'));
    const [, , foreignRoot = ''] = split(await sshSignerIn(other, Date.now)('us-east-1'));
    await other.close();
    split(proof);
    writeFileSync(join(directory, 'foreign'), foreignRoot);
    expect(openssl('verify', '-CAfile', 'foreign', '-untrusted', 'cert1', 'cert0').status).not.toBe(0);
  });

  test('does not verify without the authority between signer and root', async () => {
    split(proof);
    expect(openssl('verify', '-CAfile', 'cert2', 'cert0').status).not.toBe(0);
  });

  test('ends with a root that vouches for SSH and nothing else: no web server can be signed with it', async () => {
    split(proof);
    const root = await store.transaction((tx) => findMade(tx, 'ssh-root', ''));
    writeFileSync(join(directory, 'root-key'), root?.privateKey ?? '');
    const request = ['req', '-new', '-nodes', '-newkey', 'rsa:2048', '-keyout', 'web-key', '-subj', '/CN=web.example'];
    expect(openssl(...request, '-out', 'web-request').status).toBe(0);
    const signed = ['x509', '-req', '-in', 'web-request', '-CA', 'cert2', '-CAkey', 'root-key', '-out', 'web'];
    expect(openssl(...signed).status).toBe(0);
    expect(openssl('verify', '-CAfile', 'cert2', 'web').status).toBe(0);
    expect(openssl('verify', '-purpose', 'sslserver', '-CAfile', 'cert2', 'web').status).not.toBe(0);
  });

  test('verifies up to the root, strictly', async () => {
    split(proof);
    const strict = ['verify', '-x509_strict', '-CAfile', 'cert2'];
    expect(openssl(...strict, '-untrusted', 'cert1', 'cert0')).toMatchObject({ status: 0, stdout: 'cert0: OK\n' });
    expect(openssl(...strict, 'cert1')).toMatchObject({ status: 0, stdout: 'cert1: OK\n' });
    expect(openssl(...strict, 'cert2')).toMatchObject({ status: 0, stdout: 'cert2: OK\n' });
  });

  test.each([
    ['us-east-1', 'managed-ssh-signer.us-east-1.amazonaws.com'],
    ['cn-north-1', 'managed-ssh-signer.cn-north-1.amazonaws.com.cn'],
  ])('begins with the certificate of %s that clients expect', async (region, name) => {
    const [own = ''] = split(await signerOf(region));
    expect(new X509Certificate(own).subject.split('\n').at(-1)).toBe(`CN=${name}`);
    expect(openssl('x509', '-noout', '-subject', '-in', 'cert0').stdout).toMatch(new RegExp(`CN = ${name}\n$`));
  });

  test('ends with the same root for all Regions, and is the same whenever it is asked for', async () => {
    expect(await signerOf('us-east-1')).toEqual(proof);
    const there = split(await signerOf('eu-west-1'));
    const parts = split(proof);
    expect(parts).toHaveLength(3);
    expect(there[2]).toBe(parts[2]);
    expect(new Set([...parts, ...there]).size).toBe(5);
  });
});

describe('OCSP responses', () => {
  test('are there for each certificate but the root, by its fingerprint', async () => {
    const [own, authority] = split(proof);
    expect(Object.keys(proof.ocspResponses).sort()).toEqual([fingerprint(own), fingerprint(authority)].sort());
  });

  test('say good, for as long as the certificate is valid', async () => {
    for (const [index, certificate] of split(proof).slice(0, 2).entries()) {
      const judged = askOcsp(index, proof.ocspResponses[fingerprint(certificate)] ?? '');
      expect(judged).toMatchObject({ status: 0, stderr: 'Response verify OK\n' });
      const { validFrom, validTo } = new X509Certificate(certificate);
      expect(judged.stdout).toBe(`cert${index}: good\n\tThis Update: ${validFrom}\n\tNext Update: ${validTo}\n`);
    }
  });

  test('say nothing of another certificate', async () => {
    const [, authority] = split(proof);
    const judged = askOcsp(0, proof.ocspResponses[fingerprint(authority)] ?? '');
    expect(judged.stdout).not.toContain('cert0: good');
  });

  test('are refused when a byte is changed', async () => {
    const [own] = split(proof);
    const judged = askOcsp(0, changed(proof.ocspResponses[fingerprint(own)] ?? ''));
    expect(judged.status).not.toBe(0);
  });
});

test('hosts are told no private key', async () => {
  expect(JSON.stringify(proof)).not.toContain('PRIVATE');
});
