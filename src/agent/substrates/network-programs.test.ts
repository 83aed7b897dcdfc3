/** Where programs are found, and how they are asked who they are. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { ip, runIn, whyNoNamespaces } from '../../../test/netns/namespaces.ts';
import { findProgram, runIpInMany, versionOf } from './network-programs.ts';

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

describe('lines in many namespaces', () => {
  beforeEach(({ skip }) => {
    const reason = whyNoNamespaces();
    skip(reason !== undefined, reason);
  });

  test('each has its own, and what fails in one of them is said of that one alone', async () => {
    const names = Array.from({ length: 7 }, (_, number) => `oitest-${process.pid}-lines-${number}`);
    for (const name of names) ip(`netns add ${name}`);
    onTestFinished(() => {
      for (const name of names) ip(`netns del ${name}`);
    });
    const address = (name: string) => `192.0.2.${names.indexOf(name)}/32`;
    const batches = names.map((namespace) => ({
      namespace,
      lines: ['link set lo up', `address add ${address(namespace)} dev lo`],
    }));
    batches[3] = { namespace: names[3] as string, lines: ['link set none up', `address add 192.0.2.3/32 dev lo`] };
    batches.splice(5, 0, { namespace: `oitest-${process.pid}-none`, lines: ['link set lo up'] });

    const failed = await runIpInMany(batches);
    expect(failed.map((lines) => lines.map(({ line }) => line))).toEqual([[], [], [], [0], [], [0], [], []]);
    expect(failed[3]?.[0]?.message).toBe('Cannot find device "none"');
    expect(failed[5]?.[0]?.message).toContain('No such file or directory');
    for (const name of names)
      expect((await runIn(name, 'ip', 'address', 'show', 'lo')).stdout).toContain(address(name));
  });

  test('what a shell would run as code is text', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'openimds-lines-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const code = `$(touch ${folder}/owned)\`touch ${folder}/owned\`; touch ${folder}/owned`;
    const [inName, inLine] = await runIpInMany([
      { namespace: code, lines: ['link set lo up'] },
      { namespace: `oitest-${process.pid}-none`, lines: [code, 'LINES', `touch ${folder}/owned`] },
    ]);
    expect(inName?.[0]?.message).toContain(`touch ${folder}/owned`);
    expect(inLine).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('none', async () => {
    expect(await runIpInMany([])).toEqual([]);
  });
});
