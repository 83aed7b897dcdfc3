/** The agent's file: what is written survives whatever happens to the process, and what is not ours is left alone. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { desiredInstance } from '../imds/testing.ts';
import type { IdentityKeys, RegionKeys } from '../model.ts';
import { openLastState } from './last-state.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'openimds-last-state-'));
  file = join(directory, 'agent.sqlite');
});
afterEach(() => rmSync(directory, { recursive: true }));

const a = {
  desired: desiredInstance({ instance: { InstanceId: 'i-0000000000000000a' } }),
  endpoints: { ipv4: 'http://127.1.0.1:1338' },
};
const b = { desired: desiredInstance({ instance: { InstanceId: 'i-0000000000000000b' } }), endpoints: {} };

describe('a file is refused with one sentence and left as it is', () => {
  test('that is not a database', () => {
    writeFileSync(
      file,
      'somebody else wrote this, and it is longer than the header of a database is: 100 bytes'.repeat(2),
    );
    const before = readFileSync(file);
    expect(() => openLastState(directory)).toThrow(/was not made by OpenIMDS/);
    expect(readFileSync(file)).toEqual(before);
  });

  test("that is another program's database", () => {
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE theirs (x)');
    other.close();
    expect(() => openLastState(directory)).toThrow(/was not made by OpenIMDS/);
  });

  test('of a newer version', () => {
    openLastState(directory).close();
    const newer = new DatabaseSync(file);
    newer.exec('PRAGMA user_version = 1000');
    newer.close();
    expect(() => openLastState(directory)).toThrow(/newer OpenIMDS/);
  });

  test('that is damaged', () => {
    const state = openLastState(directory);
    state.save([a, b], []);
    state.close();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0xff, 4096));
    expect(() => openLastState(directory).instances()).toThrow(/is damaged/);
  });

  test('that another process has open', async () => {
    openLastState(directory).close();
    const program = `const { openLastState } = await import(${JSON.stringify(import.meta.resolve('./last-state.ts'))});
      openLastState(${JSON.stringify(directory)}); console.log('open'); process.stdin.resume();`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(holder.stdout, 'data');
    expect(() => openLastState(directory)).toThrow(/in use by another process/);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    openLastState(directory).close();
  });

  test('in a directory that cannot be made', () => {
    writeFileSync(file, '');
    expect(() => openLastState(join(file, 'below'))).toThrow(/cannot be used \(ENOTDIR\)/);
  });
});

test('the file is readable by its owner alone', () => {
  const state = openLastState(directory);
  state.save([a], []);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
  state.close();
});

test('the token key is made once and kept', () => {
  const first = openLastState(directory);
  const key = first.tokenKey;
  expect(key).toHaveLength(32);
  first.close();
  const second = openLastState(directory);
  expect(second.tokenKey).toEqual(key);
  second.close();
});

test('what was saved is there after the file is opened again', () => {
  const first = openLastState(directory);
  first.save([a, b], []);
  const moved = { ...a, endpoints: { ipv4: 'http://127.1.0.9:1338' } };
  first.save([moved], [b.desired.instance.InstanceId]);
  first.close();
  const second = openLastState(directory);
  expect(second.instances()).toEqual([moved]);
  second.close();
});

const KEYS: RegionKeys = {
  identityKeys: Object.fromEntries(
    ['DSA', 'RSA', 'RSA-2048', 'DSA-2048'].map((name) => [name, { privateKey: `${name}!`, certificate: `${name}.` }]),
  ) as IdentityKeys,
  sshSigner: { certificates: 'chain', ocspResponses: { A0: 'good' } },
};

test('keys of Regions that were saved are there after the file is opened again, the last ones of each Region', () => {
  const first = openLastState(directory);
  expect(first.regionKeys()).toEqual(new Map());
  const other = { ...KEYS, sshSigner: { ...KEYS.sshSigner, certificates: 'other' } };
  first.saveRegionKeys('us-east-1', other);
  first.saveRegionKeys('eu-west-1', other);
  first.saveRegionKeys('us-east-1', KEYS);
  first.close();
  const second = openLastState(directory);
  expect(second.regionKeys()).toEqual(
    new Map([
      ['eu-west-1', other],
      ['us-east-1', KEYS],
    ]),
  );
  second.close();
});

test('a file of version 1 is brought forward and keeps what it knows', () => {
  const old = new DatabaseSync(file);
  old.exec(`
    CREATE TABLE host (token_key BLOB NOT NULL) STRICT;
    CREATE TABLE instance (InstanceId TEXT PRIMARY KEY, known TEXT NOT NULL) STRICT;
    PRAGMA application_id = ${0x4f494d41};
    PRAGMA user_version = 1;
  `);
  const tokenKey = new Uint8Array(32).fill(9);
  const { Subnets, ...desired } = a.desired;
  old.prepare('INSERT INTO host (token_key) VALUES (?)').run(tokenKey);
  old
    .prepare('INSERT INTO instance (InstanceId, known) VALUES (?, ?)')
    .run(a.desired.instance.InstanceId, JSON.stringify({ ...a, desired: { ...desired, Subnet: Subnets[0] } }));
  old.close();
  // Twice: what brings it forward must not be done to it again.
  for (const keys of [new Map(), new Map([['us-east-1', KEYS]])]) {
    const state = openLastState(directory);
    expect(state.tokenKey).toEqual(tokenKey);
    expect(state.instances()).toEqual([a]);
    expect(state.regionKeys()).toEqual(keys);
    state.saveRegionKeys('us-east-1', KEYS);
    state.close();
  }
});

test('what was saved survives kill -9', async () => {
  const program = `const { openLastState } = await import(${JSON.stringify(import.meta.resolve('./last-state.ts'))});
    openLastState(${JSON.stringify(directory)}).save([${JSON.stringify(a)}], []);
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
  const state = openLastState(directory);
  expect(state.instances()).toEqual([a]);
  state.close();
});
