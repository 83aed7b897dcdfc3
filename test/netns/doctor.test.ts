/**
 * `openimds doctor` on a machine that can do everything, and on one that lacks something; what it makes it takes away again.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually, OPENIMDS, run } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import { ip, rootEnvironment, whyNoNamespaces } from './namespaces.ts';

skipIf(whyNoNamespaces);

type Check = { name: string; status: string; found: string; remedy?: string; needed: boolean };
type Report = { netns: boolean; checks: Check[] };

/** Without `ip`, which complains of namespaces that are just being made. */
function namespacesOf(pid: number | undefined): string[] {
  const names = existsSync('/run/netns') ? readdirSync('/run/netns') : [];
  return names.filter((name) => name.startsWith(`openimds-doctor-${pid}-`));
}

/** Runs it with a program in front, which says under what it runs. */
async function doctor(...before: string[]): Promise<{ status: number; report: Report }> {
  const [program = '', ...args] = [...before, OPENIMDS, 'doctor', '--output', 'json'];
  const { status, stdout, stderr } = await run(program, args, rootEnvironment());
  expect(stderr).toBe('');
  return { status, report: JSON.parse(stdout) as Report };
}

function statuses({ checks }: Report): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, status }) => [name, status]));
}

describe('on this machine', () => {
  test('everything is ok, the hop limit over IPv4 and IPv6 too, and the status is 0', async () => {
    const { status, stdout, stderr } = await run(OPENIMDS, ['doctor', '--state', '/tmp'], rootEnvironment());
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const rows = stdout.split('\n\n')[0]?.split('\n') ?? [];
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 2).join(': '))).toEqual([
      'Linux: ok',
      'root: ok',
      'IPv6: ok',
      'ip: ok',
      'nft: ok',
      'nsenter: ok',
      'kernel calls: ok',
      'open files: ok',
      'state directory: ok',
      'network namespaces: ok',
      'veth: ok',
      'nft fib, reject: ok',
      'hop limit, IPv4: ok',
      'hop limit, IPv6: ok',
    ]);
    expect(stdout).toContain('with 1 a token reaches the instance only, with 2 also a container behind it');
    expect(stdout).toMatch(/\n\nInstances can be network namespaces here: openimds up --substrate netns\n$/);
  });

  test('a signal in the middle: nothing is left, and the status is that of the signal', async () => {
    for (const [signal, expected] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const child = spawn(OPENIMDS, ['doctor'], { env: rootEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
      const output: string[] = [];
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
      }
      await eventually(async () => namespacesOf(child.pid).some((name) => name.endsWith('container')) || undefined);
      const gone = once(child, 'exit');
      child.kill(signal);
      expect(await gone).toEqual([expected, null]);
      expect(output.join('')).toBe('');
      expect(namespacesOf(child.pid)).toEqual([]);
    }
  });

  test('what a killed one has left is taken away, and what a living one has is not', async () => {
    const child = spawn(OPENIMDS, ['doctor'], { env: rootEnvironment(), stdio: 'ignore' });
    await eventually(async () => namespacesOf(child.pid).length > 1 || undefined);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(namespacesOf(child.pid)).not.toEqual([]);
    const living = `openimds-doctor-${process.pid}-mine`;
    ip(`netns add ${living}`);
    onTestFinished(() => ip(`netns del ${living}`));
    expect((await doctor()).status).toBe(0);
    expect(namespacesOf(child.pid)).toEqual([]);
    expect(namespacesOf(process.pid)).toEqual([living]);
  });
});

describe('on a machine that lacks', () => {
  test('nft: it says so and how to get it, tries what works without, and the status is 1', async () => {
    const { status, report } = await doctor(...without('nft'));
    expect(status).toBe(1);
    expect(report.netns).toBe(false);
    expect(statuses(report)).toMatchObject({
      ip: 'ok',
      nft: 'missing',
      'network namespaces': 'ok',
      veth: 'ok',
      'nft fib, reject': 'not tried',
      'hop limit, IPv4': 'not tried',
      'hop limit, IPv6': 'not tried',
    });
    const nft = report.checks.find(({ name }) => name === 'nft');
    expect(nft?.remedy).toBe('Debian: apt-get install nftables; Fedora: dnf install nftables');
  });

  test('ip: nothing can be tried', async () => {
    const { status, report } = await doctor(...without('ip'));
    expect(status).toBe(1);
    expect(statuses(report)).toMatchObject({
      ip: 'missing',
      nft: 'ok',
      'network namespaces': 'not tried',
      veth: 'not tried',
    });
  });

  test('nft, and is asked to start all the same: one sentence', async () => {
    const up = [OPENIMDS, 'up', '--listen', '127.0.0.1:0', '--substrate', 'netns', '--state', '/nonexistent'];
    const [program = '', ...args] = [...without('nft'), ...up];
    const { status, stdout, stderr } = await run(program, args, rootEnvironment());
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      'openimds: instances cannot be network namespaces here: missing is nft (Debian: apt-get install nftables; Fedora: dnf install nftables); `openimds doctor` says more\n',
    );
  });
});

/** In a mount namespace of its own, in which this program cannot be executed. */
function without(name: string): string[] {
  const hide = `mount --bind /dev/null "$(command -v ${name})" && exec "$@"`;
  return ['unshare', '--mount', 'sh', '-c', hide, 'sh'];
}
