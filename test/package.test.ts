/**
 * The published package: packed as npm packs it, unpacked into an empty folder beside its run-time dependencies and
 * nothing else, it starts and answers.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHECKOUT, cleanEnvironment, type Ran, run } from './openimds.ts';

let folder: string;
let openimds: string;
/** An installed package takes the system's Node, which here is the one that runs the tests. */
const env = { ...cleanEnvironment(), PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openimds-package-'));
  const packed = await succeed('npm', ['pack', CHECKOUT, '--pack-destination', folder], cleanEnvironment());
  const modules = join(folder, 'node_modules');
  const root = join(modules, 'openimds');
  await mkdir(root, { recursive: true });
  const archive = join(folder, packed.trim().split('\n').at(-1) ?? '');
  await succeed('tar', ['-xzf', archive, '-C', root, '--strip-components=1'], env);
  for (const dependency of await runTimeDependencies()) {
    const path = join(modules, dependency);
    await mkdir(dirname(path), { recursive: true });
    await symlink(join(CHECKOUT, 'node_modules', dependency), path);
  }
  openimds = join(root, 'bin', 'openimds');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function succeed(program: string, args: string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const { status, stdout, stderr } = await run(program, args, environment);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** What is installed without the dev dependencies; what stands within one of these comes along with it. */
async function runTimeDependencies(): Promise<string[]> {
  const list = ['ls', '--prefix', CHECKOUT, '--all', '--omit=dev', '--parseable'];
  const paths = (await succeed('npm', list, cleanEnvironment())).trim().split('\n');
  const modules = join(CHECKOUT, 'node_modules');
  return paths.map((path) => relative(modules, path)).filter((path) => !/^\.\.|node_modules/.test(path));
}

function inPackage(...args: string[]): Promise<Ran> {
  return run(openimds, args, env);
}

test('it holds what runs, and no source or test', async () => {
  const root = dirname(dirname(openimds));
  const { stdout } = await run('find', [root, '-type', 'f'], env);
  expect(stdout).not.toMatch(/\.test\.|\.ts$/m);
  for (const path of ['README.md', 'LICENSE', 'clients/bin/aws', 'console/dist/index.html', 'dist/cli/main.js']) {
    expect(existsSync(join(root, path)), path).toBe(true);
  }
  expect(existsSync(join(root, 'src'))).toBe(false);
});

test('it starts and answers without the dev dependencies', async () => {
  const args = ['up', '--listen', '127.0.0.1:0', '--imds-port', '0', '--state', join(folder, 'state')];
  const child = spawn(openimds, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const address = line.replace('ready ', '');
  expect((await inPackage('status', '--address', address)).stdout).toMatch(/^rules +page$/m);
  expect((await inPackage('ls', '--address', address, '--output', 'yaml')).stdout).toBe('Instances: []\n');
  expect(await (await fetch(`${address}/console/`)).text()).toContain('<title>OpenIMDS</title>');
  const gone = once(child, 'exit');
  child.kill();
  expect(await gone).toEqual([0, null]);
});

test('what it adds to a shell is there', async () => {
  const { stdout } = await inPackage('env');
  for (const name of ['AWS_DATA_PATH', 'PATH']) {
    const [, path = ''] = new RegExp(`^export ${name}='?([^:'\n]+)`, 'm').exec(stdout) ?? [];
    expect(path).toContain(folder);
    expect(existsSync(path), path).toBe(true);
  }
  expect((await inPackage('completion', 'bash')).status).toBe(0);
});
