/** The keys of a Region: the same for everybody, in the store, and good for the signatures that they are made for. */

import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { identitySignatures } from '../imds/identity-signatures.ts';
import { verifyPkcs7, verifySignature } from '../imds/testing.ts';
import type { IdentityKeyName, IdentityKeys } from '../model.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { identityKeysIn } from './identity-keys.ts';

const NOW = Date.UTC(2026, 10, 23);
const DOCUMENT = '{\n  "region" : "us-east-1"\n}';
const NAMES: IdentityKeyName[] = ['DSA', 'RSA', 'RSA-2048', 'DSA-2048'];

let directory: string;
let store: Store;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'openimds-keys-'));
  store = await openSqliteStore(directory);
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

function stored(account: string, region: string): Promise<IdentityKeys[]> {
  return store.transaction((tx) => tx.documents.list('identity-keys', { account, region }));
}

describe('keys', () => {
  test('are not made before anybody asks', async () => {
    identityKeysIn(store, () => NOW);
    expect(await stored('', 'us-east-1')).toEqual([]);
  });

  test('of one Region are not those of another', async () => {
    const keysOf = identityKeysIn(store, () => NOW);
    const [here, there] = await Promise.all([keysOf('us-east-1'), keysOf('eu-west-1')]);
    const all = [here, there].flatMap((keys) => Object.values(keys).map(({ privateKey }) => privateKey));
    expect(new Set(all).size).toBe(8);
  });

  test('are the same whenever they are asked for, and after the store was opened again', async () => {
    const first = await identityKeysIn(store, () => NOW)('us-east-1');
    expect(await identityKeysIn(store, () => NOW + 1000)('us-east-1')).toEqual(first);
    await store.close();
    store = await openSqliteStore(directory);
    expect(await identityKeysIn(store, () => NOW + 2000)('us-east-1')).toEqual(first);
  });

  test('are made once for all who ask a process at once', async () => {
    let made = 0;
    const keysOf = identityKeysIn(store, () => NOW + made++);
    const asked = await Promise.all(Array.from({ length: 10 }, () => keysOf('us-east-1')));
    for (const keys of asked) expect(keys).toEqual(asked[0]);
    expect(made).toBe(1);
  });

  test('are the same for all processes that make them at once', async () => {
    let made = 0;
    const processes = Array.from({ length: 3 }, () => identityKeysIn(store, () => NOW + made++));
    const asked = await Promise.all(processes.map((keysOf) => keysOf('us-east-1')));
    for (const keys of asked) expect(keys).toEqual(asked[0]);
    expect(made).toBe(3);
    expect(await stored('', 'us-east-1')).toEqual([asked[0]]);
  });

  test('are of no account', async () => {
    await identityKeysIn(store, () => NOW)('us-east-1');
    expect(await stored('000000000000', 'us-east-1')).toEqual([]);
  });

  test('are asked for again after a making that failed', async () => {
    let isBroken = true;
    const shaky: Store = {
      ...store,
      transaction: (work) => (isBroken ? Promise.reject(new Error('away')) : store.transaction(work)),
    };
    const keysOf = identityKeysIn(shaky, () => NOW);
    await expect(keysOf('us-east-1')).rejects.toThrow('away');
    isBroken = false;
    expect(Object.keys(await keysOf('us-east-1'))).toEqual(NAMES);
  });

  test('are made beside everything else: the event loop goes on turning', async () => {
    let turns = 0;
    let isMade = false;
    const turn = () => {
      turns++;
      if (!isMade) setImmediate(turn);
    };
    turn();
    await identityKeysIn(store, () => NOW)('us-east-1');
    isMade = true;
    expect(turns).toBeGreaterThan(100);
  });
});

test('each certificate is that of its key, named after it and the Region, and valid from the making', async () => {
  const keys = await identityKeysIn(store, () => NOW)('us-east-1');
  for (const name of NAMES) {
    const { subject, validFromDate } = new X509Certificate(keys[name].certificate);
    expect(subject).toBe(`O=OpenIMDS\nCN=us-east-1 ${name}`);
    expect(validFromDate.getTime()).toBe(NOW);
  }
});

describe('signatures with them', () => {
  test("are rejected with another Region's certificates", async () => {
    const keysOf = identityKeysIn(store, () => NOW);
    const [here, there] = await Promise.all([keysOf('us-east-1'), keysOf('eu-west-1')]);
    const signed = identitySignatures(DOCUMENT, here, NOW);
    expect(verifyPkcs7(signed.pkcs7(), there.DSA.certificate).status).not.toBe(0);
    expect(verifyPkcs7(signed.rsa2048(), there['RSA-2048'].certificate).status).not.toBe(0);
    expect(verifyPkcs7(signed.dsa2048(), there['DSA-2048'].certificate).status).not.toBe(0);
    expect(verifySignature(DOCUMENT, signed.signature(), there.RSA.certificate).status).not.toBe(0);
  });

  test('are accepted by OpenSSL with the certificates that go with them', async () => {
    const keys = await identityKeysIn(store, () => NOW)('us-east-1');
    const signed = identitySignatures(DOCUMENT, keys, NOW);
    const accepted = { status: 0, stdout: DOCUMENT };
    expect(verifyPkcs7(signed.pkcs7(), keys.DSA.certificate)).toMatchObject(accepted);
    expect(verifyPkcs7(signed.rsa2048(), keys['RSA-2048'].certificate)).toMatchObject(accepted);
    expect(verifyPkcs7(signed.dsa2048(), keys['DSA-2048'].certificate)).toMatchObject(accepted);
    expect(verifySignature(DOCUMENT, signed.signature(), keys.RSA.certificate)).toMatchObject({ status: 0 });
  });
});
