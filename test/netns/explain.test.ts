/**
 * `openimds explain` in real namespaces: each thing that can keep a program from its metadata, brought about for real, seen
 * from where it hurts, and mended with the command that is printed.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { eventually, type Launched, OPENIMDS, type OpenImds, type Ran, run, startOpenImds } from '../openimds.ts';
import { POWERLESS } from '../powerless.ts';
import { skipIf } from '../skip.ts';
import {
  chainBehind,
  ip,
  makeDualStackSubnet,
  rootEnvironment,
  runIn,
  startInNamespaces,
  whyNoNamespaces,
} from './namespaces.ts';

let openimds: OpenImds;
let subnet: string;

beforeAll(async () => {
  if (whyNoNamespaces() !== undefined) return;
  openimds = await startInNamespaces();
  subnet = await makeDualStackSubnet(openimds);
});
skipIf(whyNoNamespaces);
afterAll(async () => {
  await openimds?.[Symbol.asyncDispose]();
});

/** An instance with an IPv6 address and these options. */
function launch(options: Record<string, string> = {}): Promise<Launched> {
  const named = Object.entries(options).map(([name, value]) => [`MetadataOptions.${name}`, value]);
  return openimds.launch({
    SubnetId: subnet,
    Ipv6AddressCount: '1',
    'MetadataOptions.HttpEndpoint': 'enabled',
    ...Object.fromEntries(named),
  });
}

function arrival({ InstanceId }: Launched, State: string): Promise<object> {
  return eventually(async () =>
    (await openimds.instances()).find((each) => each.InstanceId === InstanceId && each.State === State),
  );
}

/** A namespace behind a bridge in the instance, as a container has it. */
async function containerIn(instance: Launched, routers = 1): Promise<string> {
  const chain = await chainBehind(instance, routers);
  onTestFinished(() => chain[Symbol.dispose]());
  return chain.clients.at(-1) as string;
}

type Finding = { cause: string; says: string; command?: string };
type Outcome = { outcome: string; status?: number };
type Seen = { url: string; get: Outcome; put?: Outcome; getWithToken?: Outcome; hops?: number };
type Report = { InstanceId: string; from: string; seen: { ipv4?: Seen; ipv6?: Seen }; findings: Finding[] };

/** A shell without a proxy, whatever the one is in which the tests run, in which our commands find the OpenIMDS. */
function environment(): NodeJS.ProcessEnv {
  const direct = Object.entries(rootEnvironment()).filter(([name]) => !/_proxy$/i.test(name));
  return { ...Object.fromEntries(direct), OPENIMDS_ADDRESS: openimds.address, OPENIMDS_STATE: openimds.state };
}

async function explain({ InstanceId }: Launched, ...args: string[]): Promise<Report> {
  const { status, stdout, stderr } = await run(
    OPENIMDS,
    ['explain', InstanceId, ...args, '--output', 'json'],
    environment(),
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as Report;
}

/** Causes in their order, without that IPv6 is off, which is so by default. */
function causes({ findings }: Report): string[] {
  return findings.map(({ cause }) => cause).filter((cause) => cause !== 'ipv6-disabled');
}

/** Runs the command that a finding has, as a person would who is root already. */
async function obey({ findings }: Report, cause: string): Promise<void> {
  const command = findings.find((finding) => finding.cause === cause)?.command ?? 'false';
  const env = { ...environment(), PATH: `${OPENIMDS.replace(/\/openimds$/, '')}:${environment().PATH}` };
  const { status, stderr } = await run('sh', ['-c', command.replaceAll('sudo ', '')], env);
  expect({ command, status, stderr }).toEqual({ command, status: 0, stderr: '' });
}

describe('an option is the cause, and the command changes it', () => {
  test('none: all is answered, one hop away', async () => {
    const report = await explain(await launch());
    expect(causes(report)).toEqual(['nothing-wrong']);
    expect(report.seen.ipv4).toMatchObject({ get: { status: 200 }, put: { status: 200 }, hops: 1 });
    expect(report.seen.ipv6).toEqual({ url: 'http://[fd00:ec2::254]', get: { outcome: 'no route' } });
  });

  test('HttpProtocolIpv6', async () => {
    const instance = await launch();
    await obey(await explain(instance), 'ipv6-disabled');
    const report = await explain(instance);
    expect(report.findings.map(({ cause }) => cause)).toEqual(['nothing-wrong']);
    expect(report.seen.ipv6).toMatchObject({ getWithToken: { status: 200 }, hops: 1 });
  });

  test('HttpEndpoint: 403', async () => {
    const instance = await launch({ HttpEndpoint: 'disabled' });
    const report = await explain(instance);
    expect(causes(report)).toEqual(['endpoint-disabled']);
    expect(report.seen.ipv4).toMatchObject({ get: { status: 403 }, put: { status: 403 } });
    await obey(report, 'endpoint-disabled');
    expect(causes(await explain(instance))).toEqual(['nothing-wrong']);
  });

  test('HttpTokens: 401 without a token', async () => {
    const instance = await launch({ HttpTokens: 'required' });
    const report = await explain(instance);
    expect(causes(report)).toEqual(['tokens-required']);
    expect(report.seen.ipv4).toMatchObject({
      get: { status: 401 },
      put: { status: 200 },
      getWithToken: { status: 200 },
    });
    await obey(report, 'tokens-required');
    expect(causes(await explain(instance))).toEqual(['nothing-wrong']);
  });

  test('HttpProtocolIpv4: refused', async () => {
    const instance = await launch({ HttpProtocolIpv4: 'disabled', HttpProtocolIpv6: 'enabled' });
    const report = await explain(instance);
    expect(causes(report)).toEqual(['ipv4-disabled']);
    expect(report.seen.ipv4).toEqual({ url: 'http://169.254.169.254', get: { outcome: 'refused' } });
    await obey(report, 'ipv4-disabled');
    expect(causes(await explain(instance))).toEqual(['nothing-wrong']);
  });

  test('HttpPutResponseHopLimit: a container gets no token, over IPv4 and IPv6', async () => {
    const instance = await launch({ HttpProtocolIpv6: 'enabled', HttpPutResponseHopLimit: '1' });
    const container = await containerIn(instance);
    const { InstanceId } = instance;
    const { stdout } = await run(OPENIMDS, ['explain', InstanceId, '--from', container], environment());
    expect(
      stdout.replaceAll(/ {2,}/g, '  '),
    ).toBe(`From the network namespace ${container}  http://169.254.169.254  http://[fd00:ec2::254]
GET without a token  200  200
token PUT  no answer  no answer
hops to the service  2  2

The answer to the token PUT travels at most 1 hop (HttpPutResponseHopLimit), and from here it takes 2:
  openimds aws ec2 modify-instance-metadata-options --instance-id ${InstanceId} --http-put-response-hop-limit 2 --http-endpoint enabled
`);
    await obey(await explain(instance, '--from', container), 'hop-limit');
    expect(causes(await explain(instance, '--from', container))).toEqual(['nothing-wrong']);
  });

  test('the same behind three routers, with tokens required: both are said, and the limit first', async () => {
    const instance = await launch({ HttpTokens: 'required', HttpPutResponseHopLimit: '2' });
    const container = await containerIn(instance, 3);
    const report = await explain(instance, '--from', container);
    expect(causes(report)).toEqual(['hop-limit', 'tokens-required']);
    expect(report.seen.ipv4?.hops).toBe(4);
    await obey(report, 'hop-limit');
    expect(causes(await explain(instance, '--from', container))).toEqual(['tokens-required']);
  });

  test('a stopped instance has no metadata service', async () => {
    const instance = await launch({ HttpEndpoint: 'disabled' });
    await openimds.query({ Action: 'StopInstances', 'InstanceId.1': instance.InstanceId });
    await arrival(instance, 'stopped');
    const report = await explain(instance);
    expect(report).toMatchObject({ seen: {}, findings: [{ cause: 'not-running' }] });
    expect(report.findings).toHaveLength(1);
    await obey(report, 'not-running');
    await arrival(instance, 'running');
    expect(causes(await explain(instance))).toEqual(['endpoint-disabled']);
  });
});

describe('a fault is the cause, and clearing it helps', () => {
  test.each([
    ['errors', ['503'], { get: { status: 503 }, put: { outcome: 'no answer' } }],
    ['latency', ['60000'], { get: { outcome: 'no answer' }, put: { outcome: 'no answer' } }],
    ['hang-token-put', [], { get: { status: 200 }, put: { outcome: 'no answer' } }],
  ])('%s', async (name, args, seen) => {
    // One that would be told apart from the hop limit by nothing else than that it is there.
    const instance = await launch({ HttpPutResponseHopLimit: '1' });
    const container = await containerIn(instance);
    await openimds.openimds('fault', name, instance.InstanceId, ...args);
    const report = await explain(instance, '--from', container);
    expect(causes(report)).toEqual(['fault']);
    expect(report.seen.ipv4).toMatchObject(seen);
    await obey(report, 'fault');
    expect(causes(await explain(instance, '--from', container))).toEqual(['hop-limit']);
  });
});

describe('the way there is the cause', () => {
  test('no route in a container', async () => {
    const instance = await launch();
    const container = await containerIn(instance);
    ip(`-n ${container} route del default`);
    const report = await explain(instance, '--from', container);
    expect(causes(report)).toEqual(['no-route']);
    expect(report.findings[0]?.says).toContain('169.254.169.254');
  });

  test('no route in the instance: a stop and a start lay it anew', async () => {
    const instance = await launch();
    ip(`-n ${instance.netns} route flush all`);
    const report = await explain(instance);
    expect(causes(report)).toEqual(['no-route']);
    await obey(report, 'no-route');
    await arrival(instance, 'running');
    expect(causes(await explain(instance))).toEqual(['nothing-wrong']);
  });

  test('a container whose packets leave the instance under its own address, over IPv4 and IPv6', async () => {
    const instance = await launch({ HttpProtocolIpv6: 'enabled' });
    const container = await containerIn(instance);
    await expectSuccess(runIn(instance.netns, 'nft', 'flush ruleset'));
    const report = await explain(instance, '--from', container);
    expect(causes(report)).toEqual(['dropped']);
    expect(report.seen.ipv4).toEqual({ url: 'http://169.254.169.254', get: { outcome: 'no connection' } });
    await obey(report, 'dropped');
    const overIpv4 = await explain(instance, '--from', container);
    expect(causes(overIpv4)).toEqual(['hop-limit', 'dropped']);
    await obey(overIpv4, 'dropped');
    expect(causes(await explain(instance, '--from', container))).toEqual(['hop-limit']);
  });

  test('a firewall that refuses', async () => {
    const instance = await launch();
    const container = await containerIn(instance);
    const rules =
      'table ip no { chain way { type filter hook forward priority 0; tcp dport 80 reject with tcp reset; }; }';
    await expectSuccess(runIn(instance.netns, 'nft', rules));
    expect(causes(await explain(instance, '--from', container))).toEqual(['refused']);
  });

  test('a proxy in the instance that marks what it passes on as forwarded', async () => {
    const instance = await launch({ HttpPutResponseHopLimit: '64' });
    const container = await containerIn(instance);
    await startIn(instance.netns, process.execPath, '-e', FORWARDING_PROXY);
    const rules =
      'table ip to-proxy { chain in { type nat hook prerouting priority -100; tcp dport 80 redirect to :3128; }; }';
    await expectSuccess(runIn(instance.netns, 'nft', rules));
    const report = await explain(instance, '--from', container);
    expect(causes(report)).toEqual(['forwarded']);
    expect(report.seen.ipv4).toMatchObject({ get: { status: 200 }, put: { status: 403 } });
  });

  test("another instance's namespace", async () => {
    const [instance, other] = [await launch(), await launch()];
    const report = await explain(instance, '--from', other.netns);
    expect(causes(report)).toEqual(['another-instance']);
    expect(report.findings[0]?.says).toContain(other.InstanceId);
  });

  test("the instance's own namespace may be named too", async () => {
    const instance = await launch();
    expect(await explain(instance, '--from', `/run/netns/${instance.netns}`)).toEqual(await explain(instance));
  });

  test('a process there has a variable for a proxy, which its environment says', async () => {
    const instance = await launch({ HttpPutResponseHopLimit: '2' });
    const container = await containerIn(instance);
    const command = ['env', 'http_proxy=http://user:secret@proxy:3128', 'sh', '-c', 'echo started; exec cat'];
    const { pid } = await startIn(container, ...command);
    const report = await explain(instance, '--from', `${pid}`);
    expect(report.from).toBe(`the network namespace of process ${pid}`);
    expect(causes(report)).toEqual(['proxy-variable']);
    expect(JSON.stringify(report)).not.toContain('secret');
    expect(causes(await explain(instance, '--from', container))).toEqual(['nothing-wrong']);
  });
});

test('on the loopback substrate a container reaches no metadata service, and what would help is said', async () => {
  const container = await containerIn(await launch());
  const usual = openimds;
  await using loopback = await startOpenImds();
  openimds = loopback;
  onTestFinished(() => {
    openimds = usual;
  });
  const report = await explain(await loopback.launch(), '--from', container);
  expect(causes(report)).toEqual(['loopback-elsewhere']);
  expect(report.seen.ipv4).toMatchObject({ get: { outcome: 'refused' } });
});

test('an instance that has lost its namespace: nothing is asked, above all not in the machine’s own network', async () => {
  const instance = await launch();
  ip(`netns del ${instance.netns}`);
  const { status, stderr } = await run(OPENIMDS, ['explain', instance.InstanceId], environment());
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^openimds: the instance cannot be looked at: it is not on this machine, or no longer; [^\n]+\n$/,
  );
});

test('the options are pending: what is seen may be due to the former ones', async () => {
  await using broken = await startInNamespaces();
  const usual = openimds;
  openimds = broken;
  onTestFinished(() => {
    openimds = usual;
  });
  const instance = await openimds.launch({ 'MetadataOptions.HttpEndpoint': 'enabled' });
  const { Vpcs } = await openimds.json<{ Vpcs: { VpcId: string }[] }>('ec2', 'describe-vpcs');
  // The host can no longer load rules there, and what is there goes on.
  ip(`netns del ${instance.netns.replace(instance.InstanceId, Vpcs[0]?.VpcId ?? '')}`);
  const options = ['--http-protocol-ipv6', 'enabled', '--http-endpoint', 'enabled'];
  await openimds.aws('ec2', 'modify-instance-metadata-options', '--instance-id', instance.InstanceId, ...options);
  const report = await explain(instance);
  expect(causes(report)[0]).toBe('options-pending');
  expect(report.seen.ipv4).toMatchObject({ getWithToken: { status: 200 } });
  expect(report.findings[0]?.says).toContain('the log of `openimds up` says why');
});

describe('it cannot be looked at: one sentence', () => {
  async function refuses(args: string[], sentence: RegExp, ...before: string[]): Promise<void> {
    const { InstanceId } = await launch();
    const [program = '', ...rest] = [...before, OPENIMDS, 'explain', InstanceId, ...args];
    const { status, stdout, stderr } = await run(program, rest, environment());
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^openimds: [^\n]+\n$/);
    expect(stderr).toMatch(sentence);
  }

  test("from this machine's own network, where metadata is that of the machine", async () => {
    await refuses(['--from', `${process.pid}`], /of process \d+ is this machine's own network/);
    await refuses(['--from', '/proc/self/ns/net'], /is this machine's own network/);
  });

  test('from a namespace or a process that is not there', async () => {
    await refuses(['--from', 'nowhere'], /cannot see the network namespace nowhere, or it is not there/);
    await refuses(['--from', '/run/netns/nowhere'], /or it is not there/);
    await refuses(['--from', '4194305'], /there is no process 4194305/);
    await refuses(['--from', OPENIMDS], /cannot be looked at: it is no network namespace/);
  });

  test('by a user who may not enter namespaces', async () => {
    await refuses([], /the instance cannot be looked at: only root may enter it, for example with sudo/, ...POWERLESS);
  });
});

/** Passes requests on to the metadata service, with what proxies add. */
const FORWARDING_PROXY = `
  const { createServer, request } = require('node:http');
  createServer((from, answer) => {
    const headers = { ...from.headers, 'x-forwarded-for': from.socket.remoteAddress };
    const to = request({ host: '169.254.169.254', method: from.method, path: from.url, headers }, (got) => {
      answer.writeHead(got.statusCode, got.headers);
      got.pipe(answer);
    });
    from.pipe(to);
  }).listen(3128, () => console.log('started'));
`;

/** Starts a program in a namespace and waits until it has printed something. */
async function startIn(netns: string, ...command: string[]): Promise<ChildProcess> {
  const child = spawn('ip', ['netns', 'exec', netns, ...command], {
    env: environment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  await once(child.stdout, 'data');
  return child;
}

async function expectSuccess(ran: Promise<Ran>): Promise<void> {
  const { status, stderr } = await ran;
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}
