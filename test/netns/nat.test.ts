/**
 * `--nat`: a way out for instances, on a machine of the test's own, which is a network namespace too.
 *
 *   instance ── VPC ── machine (192.0.2.2; OpenIMDS runs here) ── elsewhere (192.0.2.1, a web server)
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPENIMDS, type Ran, run } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import { ip, listNamespaces, rootEnvironment, runIn, whyNoNamespaces } from './namespaces.ts';

const MACHINE = `oitest-${process.pid}-machine`;
const ELSEWHERE = `oitest-${process.pid}-elsewhere`;

let state: string;
let up: ChildProcess;
let server: ChildProcess;
let address = '';

/** As on that machine, whose files are those of this one. */
function onMachine(program: string, ...args: string[]): Promise<Ran> {
  const env = { ...rootEnvironment(), OPENIMDS_ADDRESS: address };
  return run('nsenter', [`--net=/run/netns/${MACHINE}`, program, ...args], env);
}

async function start(...flags: string[]): Promise<void> {
  const args = ['up', '--listen', '0.0.0.0:4566', '--state', state, '--substrate', 'netns', ...flags];
  up = spawn('nsenter', [`--net=/run/netns/${MACHINE}`, OPENIMDS, ...args], {
    env: rootEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: up.stdout as NodeJS.ReadableStream })) {
    if (line.startsWith('ready ')) break;
  }
  up.stdout?.resume();
  address = 'http://127.0.0.1:4566';
}

async function stop(): Promise<void> {
  const gone = once(up, 'exit');
  up.kill();
  await gone;
}

beforeAll(async () => {
  if (whyNoNamespaces() !== undefined) return;
  state = await mkdtemp(join(tmpdir(), 'openimds-nat-'));
  for (const [name, last] of [
    [MACHINE, 2],
    [ELSEWHERE, 1],
  ] as const) {
    ip(`netns add ${name}`);
    ip(`-n ${name} link set lo up`);
    if (last === 1) ip(`link add out0 netns ${MACHINE} type veth peer name in0 netns ${ELSEWHERE}`);
  }
  for (const [name, device, last] of [
    [MACHINE, 'out0', 2],
    [ELSEWHERE, 'in0', 1],
  ] as const) {
    ip(`-n ${name} address add 192.0.2.${last}/24 dev ${device}`);
    ip(`-n ${name} link set ${device} up`);
  }
  const program = `
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.client_address[0].encode())
http.server.ThreadingHTTPServer(("192.0.2.1", 8080), Handler).serve_forever()
`;
  server = spawn('ip', ['netns', 'exec', ELSEWHERE, 'python3', '-c', program], {
    env: rootEnvironment(),
    stdio: 'ignore',
  });
  await start('--nat');
});
skipIf(whyNoNamespaces);
afterAll(async () => {
  if (whyNoNamespaces() !== undefined) return;
  const ours = await instances();
  await stop();
  server.kill();
  const prefix = ours[0]?.slice(0, 'openimds-xxxxxx-'.length) ?? 'none';
  for (const name of listNamespaces().filter((each) => each.startsWith(prefix))) ip(`netns del ${name}`);
  for (const name of [MACHINE, ELSEWHERE]) ip(`netns del ${name}`);
  await rm(state, { recursive: true });
});

/** The namespaces of those that run. */
async function instances(): Promise<string[]> {
  const query = 'Instances[?State==`running`].Endpoints.netns';
  const { stdout } = await onMachine(OPENIMDS, 'ls', '--state', state, '--query', query, '--output', 'text');
  return stdout.trim().split('\t').filter(Boolean);
}

async function launched(): Promise<string> {
  const form = ['--image-id', 'ami-0abcdef1234567890', '--instance-type', 't3.large'];
  const env = { ...rootEnvironment(), OPENIMDS_ADDRESS: address, OPENIMDS_STATE: state };
  await run('nsenter', [`--net=/run/netns/${MACHINE}`, OPENIMDS, 'aws', 'ec2', 'run-instances', ...form], env);
  await expect.poll(instances, { timeout: 60_000 }).not.toEqual([]);
  return (await instances())[0] as string;
}

const curl = async (netns: string, url: string) =>
  (await runIn(netns, 'curl', '--silent', '--max-time', '3', url)).stdout;

test('with --nat an instance reaches what the machine reaches, under its address, and nothing of the machine itself', async () => {
  const netns = await launched();
  await expect.poll(() => curl(netns, 'http://192.0.2.1:8080/'), { timeout: 30_000 }).toBe('192.0.2.2');
  // The control plane listens on all addresses here, and answers elsewhere.
  expect((await runIn(ELSEWHERE, 'curl', '--silent', 'http://192.0.2.2:4566/health')).stdout).toContain(
    '"status":"ok"',
  );
  const { stdout } = await runIn(
    netns.replace(/i-.*/, (await vpcOf(netns)) ?? ''),
    'ip',
    '-4',
    'route',
    'show',
    'default',
  );
  const gateway = /via (\S+)/.exec(stdout)?.[1] ?? '';
  expect(gateway).toMatch(/^100\./);
  for (const host of ['192.0.2.2', gateway])
    expect([host, await curl(netns, `http://${host}:4566/health`)]).toEqual([host, '']);
  expect(await curl(netns, 'http://169.254.169.254/latest/meta-data/instance-type')).toBe('t3.large');
});

async function vpcOf(netns: string): Promise<string | undefined> {
  const prefix = netns.replace(/i-[0-9a-f]+$/, '');
  return listNamespaces()
    .find((name) => name.startsWith(`${prefix}vpc-`))
    ?.slice(prefix.length);
}

test('after a restart without it, there is no way out any more, and nothing of it is left on the machine', async () => {
  const [netns = ''] = await instances();
  await stop();
  await start();
  await expect.poll(() => curl(netns, 'http://169.254.169.254/latest/meta-data/instance-type')).toBe('t3.large');
  const { status } = await runIn(netns, 'curl', '--silent', '--max-time', '3', 'http://192.0.2.1:8080/');
  expect(status).toBe(7);
  expect((await onMachine('nft', 'list', 'ruleset')).stdout).toBe('');
  expect((await onMachine('ip', '-br', 'link')).stdout).not.toMatch(/^oi/m);
});
