/** Where programs are found, and how they are asked who they are. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findProgram, versionOf } from './network-programs.ts';

test('a program is the first file of its name that may be executed', () => {
  const root = mkdtempSync(join(tmpdir(), 'openimds-programs-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'folder', 'nft'), { recursive: true });
  mkdirSync(join(root, 'text'));
  writeFileSync(join(root, 'text', 'nft'), '', { mode: 0o644 });
  const path = ['folder', 'text', 'missing'].map((name) => join(root, name)).join(':');
  expect(findProgram('nft', path)).toBeUndefined();
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'bin', 'nft'), '', { mode: 0o755 });
  expect(findProgram('nft', `${path}:${join(root, 'bin')}`)).toBe(join(root, 'bin', 'nft'));
});

test('its version is the first line that it prints', async () => {
  expect(await versionOf('node', '--version')).toBe(process.version);
  await expect(versionOf('no-such-program', '--version')).rejects.toThrow('ENOENT');
});
