/**
 * `openimds doctor` for a user who may not try anything. What it tries for others is tested with real namespaces.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cleanEnvironment, OPENIMDS, type Ran, run } from '../../../test/openimds.ts';
import { POWERLESS } from '../../../test/powerless.ts';

async function doctor(state: string, ...args: string[]): Promise<Ran> {
  const [program = '', ...before] = POWERLESS;
  return run(program, [...before, OPENIMDS, 'doctor', '--state', state, ...args], cleanEnvironment());
}

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'openimds-doctor-test-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test('without root it says so, how to get it, what works without, and that nothing could be tried; the status is 1', async () => {
  const { status, stdout, stderr } = await doctor(await directory());
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout).toMatch(/^Linux +ok +kernel \d/);
  expect(stdout).toMatch(/^root +no +lacks CAP_NET_ADMIN, CAP_SYS_ADMIN$/m);
  expect(stdout).toMatch(/^kernel calls +ok/m);
  expect(stdout).toMatch(/^state directory +ok/m);
  for (const name of ['network namespaces', 'veth', 'nft fib, reject', 'hop limit, IPv4', 'hop limit, IPv6']) {
    expect(stdout).toMatch(new RegExp(`^${name} +not tried +needs .*root`, 'm'));
  }
  expect(stdout).toMatch(/^root: run it as root \(sudo\).* Without it: instances as loopback addresses/m);
  expect(stdout).toMatch(/\n\nInstances cannot be network namespaces here; they can be loopback addresses/);
});

test('for programs: JSON with the same', async () => {
  const { status, stdout } = await doctor(await directory(), '--output', 'json');
  expect(status).toBe(1);
  const { netns, checks } = JSON.parse(stdout) as { netns: boolean; checks: { name: string }[] };
  expect(netns).toBe(false);
  expect(checks.find(({ name }) => name === 'root')).toEqual({
    name: 'root',
    status: 'no',
    found: 'lacks CAP_NET_ADMIN, CAP_SYS_ADMIN',
    remedy: expect.stringContaining('sudo'),
    without: expect.stringContaining('loopback'),
    needed: true,
  });
});

test('a state directory that cannot be written, and one that is not there yet', async () => {
  const { stdout } = await doctor('/proc/openimds');
  expect(stdout).toMatch(/^state directory +no +\/proc\/openimds cannot be written \(E[A-Z]+\)$/m);
  expect(stdout).toMatch(/^state directory: name a directory .* Without it: `openimds up` does not start\.$/m);
  const path = join(await directory(), 'not', 'yet');
  expect((await doctor(path)).stdout).toMatch(/^state directory +ok/m);
});

test('few open files are told, with how many instances they are enough for', async () => {
  const script = `ulimit -n 64 && exec "$0" doctor`;
  const { stdout } = await run('sh', ['-c', script, OPENIMDS], cleanEnvironment());
  expect(stdout).toMatch(/^open files +no +64, enough for \d+ running instances/m);
  expect(stdout).toMatch(/^open files: raise the limit .* Without it: fewer instances at a time\.$/m);
});
