/**
 * `openimds up` as a process: how it starts, what it says, how it ends, and why it may refuse to start.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cleanEnvironment, OPENIMDS, type Ran, run, startOpenImds } from '../../test/openimds.ts';
import { POWERLESS } from '../../test/powerless.ts';

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'openimds-up-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** `openimds up` that is expected to end by itself. */
function up(state: string, ...flags: string[]): Promise<Ran> {
  const args = ['up', '--listen', '127.0.0.1:0', '--imds-port', '0', '--state', state, ...flags];
  return run(OPENIMDS, args, cleanEnvironment());
}

describe('it does not start: one clear sentence and status 1', () => {
  async function refuses(state: string, sentence: RegExp, ...flags: string[]): Promise<void> {
    const { status, stdout, stderr } = await up(state, ...flags);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^openimds: [^\n]+\n$/);
    expect(stderr).toMatch(sentence);
  }

  test('the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    await refuses(
      await directory(),
      /http:\/\/127\.0\.0\.1:\d+ is taken by another program.*--listen/,
      '--listen',
      `127.0.0.1:${port}`,
    );
  });

  test('the port of the metadata services is taken on all addresses', async () => {
    const taken = createServer().listen(0, '0.0.0.0');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    await refuses(await directory(), /is taken by another program on all addresses/, '--imds-port', String(port));
  });

  test.each(['--nat', '--imds-only'])('%s without namespaces', async (flag) => {
    const { status, stderr } = await up(await directory(), flag);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `openimds: ${flag} goes with --substrate netns: on loopback instances have no network\n`,
    });
  });

  test('the machine has no such address', async () => {
    await refuses(await directory(), /this machine has no address 192\.0\.2\.1/, '--listen', '192.0.2.1:0');
  });

  test('another process has the state', async () => {
    await using openimds = await startOpenImds();
    await refuses(openimds.state, /is in use by another OpenIMDS/);
    expect((await openimds.openimds('status')).status).toBe(0);
  });

  test('the state directory is not ours', async () => {
    const state = await directory();
    await writeFile(join(state, 'thesis.txt'), 'all of it');
    await refuses(state, /holds thesis\.txt, which is not a state of OpenIMDS/);
    expect(await readFile(join(state, 'thesis.txt'), 'utf8')).toBe('all of it');
  });

  test('the state directory is a file', async () => {
    const state = join(await directory(), 'file');
    await writeFile(state, '');
    await refuses(state, /cannot be written/);
  });

  // Not even root may make a directory there.
  test.each(['/proc/openimds', '/sys/openimds'])('the state directory %s cannot be written', async (state) => {
    await refuses(state, /cannot be written/);
  });

  test('instances shall be network namespaces, and this user may not make any', async () => {
    const state = join(await directory(), 'state');
    const [program = '', ...before] = POWERLESS;
    const args = [...before, OPENIMDS, 'up', '--listen', '127.0.0.1:0', '--state', state, '--substrate', 'netns'];
    const { status, stdout, stderr } = await run(program, args, cleanEnvironment());
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^openimds: instances cannot be network namespaces here: missing (?:is|are) root \([^\n]+; `openimds doctor` says more\n$/,
    );
    await expect(stat(state)).rejects.toThrow('ENOENT');
  });

  test('the store is damaged', async () => {
    await using openimds = await startOpenImds();
    await openimds.stop();
    const file = await open(join(openimds.state, 'store.sqlite'), 'r+');
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size - 4096, 0xff), 0, size - 4096, 4096);
    await file.close();
    await refuses(openimds.state, /is damaged/);
  });

  test.each(['store.sqlite', 'agent.sqlite'])('a newer version wrote %s', async (file) => {
    await using openimds = await startOpenImds();
    await openimds.stop();
    const database = new DatabaseSync(join(openimds.state, file));
    database.exec('PRAGMA user_version = 4242');
    database.close();
    await refuses(openimds.state, /newer/);
  });
});

describe('it is ready', () => {
  test('the first line says where, and three commands follow', async () => {
    const state = await directory();
    const args = ['up', '--imds-port', '0', '--state', state];
    const { stdout, status } = await firstOutput(args, { OPENIMDS_LISTEN: '[::1]:0' });
    expect(stdout).toMatch(/^ready http:\/\/\[::1\]:\d+\n\nTry, in another terminal:\n/);
    const [, address] = /^ready (\S+)/.exec(stdout) ?? [];
    expect(stdout.split('\n').slice(3)).toEqual([
      `  eval "$(${OPENIMDS} env --address '${address}')"`,
      expect.stringMatching(
        /^ {2}aws ec2 run-instances .*--metadata-options "HttpEndpoint=enabled,HttpTokens=required"$/,
      ),
      '  openimds ls',
      'Or in a browser:',
      `  ${address}/console/`,
      '',
    ]);
    expect(status).toBe(0);
  });

  test('variables stand for flags, and a flag wins', async () => {
    const variables = { OPENIMDS_RULES: 'current', OPENIMDS_STRICT: 'true', OPENIMDS_LOG_FORMAT: 'json' };
    const args = ['up', '--listen', '127.0.0.1:0', '--imds-port', '0', '--state', await directory(), '--strict=false'];
    const { health, stderr } = await firstOutput(args, variables);
    expect(health).toMatchObject({ rules: 'current', strict: false });
    for (const line of stderr.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
  });

  test('on loopback addresses, which it says, and how to have more', async () => {
    await using openimds = await startOpenImds();
    expect(openimds.log()).toMatch(
      / info {2}instances are loopback addresses of this machine hint=.*--substrate netns/,
    );
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it with status 0', async (signal) => {
    await using openimds = await startOpenImds();
    await openimds.launch();
    expect(await openimds.stop(signal)).toBe(0);
  });

  test('nobody reading its log does not end it', async () => {
    await using openimds = await startOpenImds();
    openimds.process.stderr?.destroy();
    for (let i = 0; i < 3; i++) expect((await openimds.query({ Action: 'DescribeInstances' })).status).toBe(200);
    expect(await openimds.stop()).toBe(0);
  });
});

describe('the root access key', () => {
  const DESCRIBE = { Action: 'DescribeInstances' };

  async function keyIn(state: string) {
    const content = await readFile(join(state, 'root-access-key'), 'utf8');
    const [, accessKeyId = '', secretAccessKey = ''] =
      /^\[default\]\naws_access_key_id = (AKIA[A-Z2-7]{16})\naws_secret_access_key = (\S{40})\n$/.exec(content) ?? [];
    return { accessKeyId, secretAccessKey, region: 'us-east-1' };
  }

  test('with --strict the test keys are refused, and this key is not', async () => {
    await using openimds = await startOpenImds('--strict');
    expect((await openimds.query(DESCRIBE)).status).toBe(401);
    expect((await openimds.query(DESCRIBE, await keyIn(openimds.state))).status).toBe(200);
    expect((await stat(join(openimds.state, 'root-access-key'))).mode & 0o777).toBe(0o600);
  });

  test('at an address that others reach it is the same, and that is said', async () => {
    await using openimds = await startOpenImds('--listen', '0.0.0.0:0');
    const { port } = new URL(openimds.address);
    const address = `http://127.0.0.1:${port}`;
    expect(openimds.log()).toContain('others can reach this address, so test keys are refused');
    expect((await openimds.query(DESCRIBE)).status).toBe(401);
    const env = { ...cleanEnvironment(), OPENIMDS_ADDRESS: address, OPENIMDS_STATE: openimds.state };
    expect((await run(OPENIMDS, ['ls'], env)).status).toBe(0);
  });

  test('a restart keeps it, and writes the file again when it is missing', async () => {
    await using openimds = await startOpenImds('--strict');
    const key = await keyIn(openimds.state);
    await openimds.stop();
    await rm(join(openimds.state, 'root-access-key'));
    await openimds.restart();
    expect(await keyIn(openimds.state)).toEqual(key);
    expect((await openimds.query(DESCRIBE, key)).status).toBe(200);
  });

  test('commands find it in the state directory, and say so where they do not', async () => {
    await using openimds = await startOpenImds('--strict');
    expect((await openimds.openimds('ls')).status).toBe(0);
    expect((await openimds.openimds('status')).stdout).toMatch(/^strict +yes$/m);
    const { accessKeyId } = await keyIn(openimds.state);
    expect((await openimds.openimds('env')).stdout).toContain(`export AWS_ACCESS_KEY_ID=${accessKeyId}\n`);
    const elsewhere = await openimds.openimds('ls', '--state', '/nowhere');
    expect(elsewhere.status).toBe(1);
    expect(elsewhere.stderr).toMatch(/takes no test keys and \/nowhere\/root-access-key has no key/);
  });
});

/** Runs `up` until it is ready, asks for its health, and ends it. */
async function firstOutput(args: string[], variables: NodeJS.ProcessEnv) {
  const child = spawn(OPENIMDS, args, { env: { ...cleanEnvironment(), ...variables } });
  const output = { stdout: '', stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  for await (const text of child.stdout.setEncoding('utf8')) {
    output.stdout += text;
    if (output.stdout.endsWith('/console/\n')) break;
  }
  const [, address] = /^ready (\S+)/.exec(output.stdout) ?? [];
  const health: unknown = await (await fetch(`${address}/health`)).json();
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const [status] = (await gone) as [number | null];
  return { ...output, health, status };
}
