/**
 * The file of the root access key on a real disk: its form, its mode, what puts it right, and that nothing else is left
 * beside it.
 */

import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readRootAccessKey, rootAccessKeyFile, writeRootAccessKey } from './root-access-key.ts';

const key = { AccessKeyId: 'AKIAEXAMPLE', SecretAccessKey: 'se/cret+' };

async function stateDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'openimds-key-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

test('without a file there is no key, and it is said where one was looked for', async () => {
  const directory = await stateDirectory();
  await expect(readRootAccessKey(directory)).rejects.toThrow(rootAccessKeyFile(directory));
});

test('an AWS shared-credentials file that only its owner can read', async () => {
  const directory = await stateDirectory();
  await writeRootAccessKey(directory, key);
  const path = rootAccessKeyFile(directory);
  expect(await readFile(path, 'utf8')).toBe(
    '[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = se/cret+\n',
  );
  expect(await modeOf(path)).toBe(0o600);
  expect(await readRootAccessKey(directory)).toEqual(key);
});

test('a file that others can read, or that says something else, is put right', async () => {
  const directory = await stateDirectory();
  const path = rootAccessKeyFile(directory);
  await writeFile(path, '[default]\n', { mode: 0o644 });
  await writeRootAccessKey(directory, key);
  expect(await readRootAccessKey(directory)).toEqual(key);
  expect(await modeOf(path)).toBe(0o600);
  await chmod(path, 0o644);
  await writeRootAccessKey(directory, key);
  expect(await modeOf(path)).toBe(0o600);
  expect(await readdir(directory)).toEqual(['root-access-key']);
});
