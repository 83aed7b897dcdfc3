/**
 * `bin/openimds`, the script: which Node it takes, what it runs, and what it says when there is none.
 *
 * Each test has a package of its own around a copy of the script, and programs named `node` that only say who they are.
 */

import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { packagePath } from './package.ts';

/** An empty package with nothing but the script in it. */
function emptyPackage(): string {
  const root = mkdtempSync(join(tmpdir(), 'openimds-bin-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'bin'));
  copyFileSync(packagePath('bin', 'openimds'), join(root, 'bin', 'openimds'));
  return root;
}

/** A program that has this version, and otherwise prints its own path and what it is given. */
function fakeNode(path: string, version: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && { echo '${version}'; exit; }\necho "$0" "$@"\n`);
  chmodSync(path, 0o755);
}

function start(script: string, path = '', ...args: string[]) {
  const env = { PATH: `${path}:/usr/bin:/bin`, HOME: '/nonexistent' };
  const { status, stdout, stderr } = spawnSync(script, args, { encoding: 'utf8', env });
  return { status, stdout: stdout.trim(), stderr };
}

/** What runs when the system's `node` has this version. */
function startWith(version: string) {
  const root = emptyPackage();
  fakeNode(join(root, 'system', 'node'), version);
  return { root, ...start(join(root, 'bin', 'openimds'), join(root, 'system'), 'ls', 'a b') };
}

describe('the system has a Node', () => {
  test.each(['v20.20.2', 'v22.17.9', 'v23.11.0', 'v9.0.0', 'nonsense', ''])('`%s` is not new enough', (version) => {
    const { status, stdout, stderr } = startWith(version);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^openimds: needs Node 22\.18 or newer.*\n$/);
  });

  test.each(['v22.18.0', 'v22.20.1', 'v24.0.0', 'v26.1.0'])('`%s` is', (version) => {
    const { root, status, stdout, stderr } = startWith(version);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const main = join(root, 'dist/cli/main.js');
    expect(stdout).toBe(`${join(root, 'system/node')} --disable-warning=ExperimentalWarning ${main} ls a b`);
  });
});

test.each(['node_modules/node/bin/node', 'node_modules/.bin/node'])('else the checkout has one: %s', (path) => {
  const root = emptyPackage();
  fakeNode(join(root, 'system', 'node'), 'v20.20.2');
  fakeNode(join(root, path), 'v24.21.0');
  expect(start(join(root, 'bin', 'openimds'), join(root, 'system')).stdout).toContain(join(root, path));
});

test('a checkout runs its source', () => {
  const root = emptyPackage();
  fakeNode(join(root, 'system', 'node'), 'v24.0.0');
  mkdirSync(join(root, 'src', 'cli'), { recursive: true });
  writeFileSync(join(root, 'src', 'cli', 'main.ts'), '');
  expect(start(join(root, 'bin', 'openimds'), join(root, 'system')).stdout).toContain(join(root, 'src/cli/main.ts'));
});

test('symbolic links lead to the package', () => {
  const root = emptyPackage();
  fakeNode(join(root, 'system', 'node'), 'v24.0.0');
  mkdirSync(join(root, 'links'));
  symlinkSync('../bin/openimds', join(root, 'links', 'relative'));
  symlinkSync(join(root, 'links', 'relative'), join(root, 'links', 'absolute'));
  const { stdout } = start(join(root, 'links', 'absolute'), join(root, 'system'));
  expect(stdout).toContain(join(root, 'dist/cli/main.js'));
});
