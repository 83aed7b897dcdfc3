/**
 * OpenIMDS as a user runs it, for tests: a process of `bin/openimds up` on free ports with a state directory of its own.
 *
 * Everything is real: the process, its sockets, its files. Whoever starts one stops it, in `afterAll` or with `await using`.
 */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import aws4 from 'aws4';

export const CHECKOUT = new URL('..', import.meta.url).pathname;
export const OPENIMDS = join(CHECKOUT, 'bin/openimds');

/** What a command printed and how it ended. */
export type Ran = { status: number; stdout: string; stderr: string };

export type OpenImds = {
  /** `http://127.0.0.1:PORT` */
  address: string;
  state: string;
  process: ChildProcess;
  /** All that it wrote to standard error so far. */
  log(): string;
  /** Ends it as an operator does and waits until it is gone; its exit status. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Starts it again on the same state. */
  restart(...flags: string[]): Promise<void>;
  /** The real AWS CLI against it, with everything that `openimds aws` sets. */
  aws(...args: string[]): Promise<Ran>;
  /** As `aws`, with `--output json`; the parsed answer. @throws when the command fails, with what it printed */
  json<T>(...args: string[]): Promise<T>;
  /** `openimds COMMAND …` against it. */
  openimds(...args: string[]): Promise<Ran>;
  /** A signed Query request; the status and the body as they came. */
  query(form: Record<string, string>, keys?: Keys, service?: string): Promise<{ status: number; body: string }>;
  /** A signed request to our own API, below `/openimds/`; what it answers. @throws what it refuses with */
  own<T>(method: string, path: string, body?: object, keys?: Keys): Promise<T>;
  /** What `GET /openimds/instances` answers: every instance with the addresses of its metadata service. */
  instances(keys?: Keys): Promise<Listed[]>;
  /** Launches one instance and waits until its host has applied its options. */
  launch(parameters?: Record<string, string>, keys?: Keys): Promise<Launched>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string; region: string };

/** A running instance, the base addresses of its metadata service, and where they are to be asked, if it is a namespace. */
export type Launched = { InstanceId: string; ipv4: string; ipv6: string; netns: string };

const TEST_KEYS: Keys = { accessKeyId: 'test', secretAccessKey: 'test', region: 'us-east-1' };

/** Starts OpenIMDS and waits until it says that it is ready. */
export async function startOpenImds(...flags: string[]): Promise<OpenImds> {
  const state = await mkdtemp(join(tmpdir(), 'openimds-test-'));
  let running = await up(state, flags);
  const environment = () => ({ ...cleanEnvironment(), OPENIMDS_ADDRESS: running.address, OPENIMDS_STATE: state });
  const self: OpenImds = {
    state,
    get address() {
      return running.address;
    },
    get process() {
      return running.process;
    },
    log: () => running.log(),
    stop: (signal) => stop(running.process, signal),
    async restart(...again) {
      await stop(running.process);
      running = await up(state, again.length > 0 ? again : flags);
    },
    aws: (...args) => run(OPENIMDS, ['aws', ...args], environment()),
    async json<T>(...args: string[]) {
      const { status, stdout, stderr } = await self.aws(...args, '--output', 'json');
      if (status !== 0) throw new Error(`aws ${args.join(' ')}: ${stderr}`);
      return (stdout.trim() === '' ? {} : JSON.parse(stdout)) as T;
    },
    openimds: (...args) => run(OPENIMDS, args, environment()),
    query: (form, keys = TEST_KEYS, service = 'ec2') => signedQuery(running.address, form, { ...keys, service }),
    own: (method, path, body, keys = TEST_KEYS) => ownCall(running.address, { method, path, body }, keys),
    instances: (keys = TEST_KEYS) => listInstances(running.address, keys),
    launch: (parameters = {}, keys = TEST_KEYS) => launch(self, parameters, keys),
    async [Symbol.asyncDispose]() {
      await stop(running.process);
      await rm(state, { recursive: true, force: true });
    },
  };
  return self;
}

/** For `launch`: a Spot instance. */
export const SPOT = { 'InstanceMarketOptions.MarketType': 'spot' };

/** Runs a program to its end, without a shell. */
export function run(program: string, args: string[], env: NodeJS.ProcessEnv = cleanEnvironment()): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, args, { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 128;
      resolve({
        status,
        stdout,
        stderr: error && typeof error.code !== 'number' ? `${stderr}${error.message}` : stderr,
      });
    });
  });
}

/** This process's environment without what would change how AWS clients behave, and with Debian's programs first. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|OPENIMDS_|PYENV|VITEST|NODE_OPTIONS)/.test(name),
  );
  return { ...Object.fromEntries(kept), PATH: `/usr/bin:/bin:${process.env.PATH ?? ''}`, AWS_PAGER: '' };
}

/** Waits until `probe` gives something other than undefined; the test's own time limit ends the wait. */
export async function eventually<T>(probe: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function up(state: string, flags: string[]) {
  const args = ['up', '--listen', '127.0.0.1:0', '--imds-port', '0', '--state', state, ...flags];
  const process = spawn(OPENIMDS, args, { env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  process.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  for await (const line of createInterface({ input: process.stdout })) {
    const ready = /^ready (\S+)/.exec(line);
    if (!ready?.[1]) continue;
    process.stdout.resume();
    return { address: ready[1], process, log: () => log };
  }
  throw new Error(`openimds up ended before it was ready:\n${log}`);
}

async function stop(process: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (process.exitCode === null && process.signalCode === null) {
    const gone = once(process, 'exit');
    process.kill(signal);
    await gone;
  }
  return process.exitCode;
}

async function signedQuery(
  address: string,
  form: Record<string, string>,
  { service, ...keys }: Keys & { service: string },
) {
  const { host } = new URL(address);
  const body = new URLSearchParams({ Version: '2016-11-15', ...form }).toString();
  const signed = aws4.sign(
    {
      host,
      method: 'POST',
      path: '/',
      service,
      region: keys.region,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body,
    },
    keys,
  );
  const response = await fetch(address, { method: 'POST', headers: signed.headers as Record<string, string>, body });
  return { status: response.status, body: await response.text() };
}

async function launch(openimds: OpenImds, parameters: Record<string, string>, keys: Keys): Promise<Launched> {
  const form = {
    Action: 'RunInstances',
    ImageId: 'ami-0abcdef1234567890',
    InstanceType: 't3.large',
    MinCount: '1',
    MaxCount: '1',
    ...parameters,
  };
  const { status, body } = await openimds.query(form, keys);
  const InstanceId = /<instanceId>(i-[0-9a-f]+)</.exec(body)?.[1];
  if (status !== 200 || InstanceId === undefined) throw new Error(`RunInstances answered ${status}: ${body}`);
  return reach(openimds, InstanceId, 'running', keys);
}

/** The instance once it is in this state; its addresses may be others after a start. */
export function reach(
  openimds: OpenImds,
  InstanceId: string,
  state: string,
  keys: Keys = TEST_KEYS,
): Promise<Launched> {
  return eventually(async () => {
    const found = (await openimds.instances(keys)).find((each) => each.InstanceId === InstanceId);
    if (found?.State !== state) return undefined;
    const { ipv4 = '', ipv6 = '', netns = '' } = found.Endpoints;
    return { InstanceId, ipv4, ipv6, netns };
  });
}

async function listInstances(address: string, keys: Keys): Promise<Listed[]> {
  const listed: Listed[] = [];
  for (let token: string | undefined = ''; token !== undefined; ) {
    const path: string = token === '' ? 'instances' : `instances?NextToken=${token}`;
    const page: Page = await ownCall<Page>(address, { method: 'GET', path }, keys);
    listed.push(...page.Instances);
    token = page.NextToken;
  }
  return listed;
}

type Page = { Instances: Listed[]; NextToken?: string };

async function ownCall<T>(
  address: string,
  { method, path, body }: { method: string; path: string; body?: object | undefined },
  keys: Keys,
): Promise<T> {
  const { host } = new URL(address);
  const text = body === undefined ? '' : JSON.stringify(body);
  const request = { host, method, path: `/openimds/${path}`, service: 'openimds', region: keys.region, body: text };
  const headers = aws4.sign(request, keys).headers as Record<string, string>;
  const response = await fetch(`${address}${request.path}`, { method, headers, ...(body && { body: text }) });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
  return answer as T;
}

export type Listed = {
  InstanceId: string;
  State: string;
  MetadataOptions: Record<string, string | number>;
  Endpoints: { ipv4?: string; ipv6?: string; netns?: string };
};
