/**
 * Instances attached to namespaces that exist without OpenIMDS, as containers have them: what they get, what is left as it
 * was, and what comes of it when either side ends.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type Launched, type Listed, OPENIMDS, type OpenImds, type Ran } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import { type Container, makeNamespace, startContainer, switchIpv6ForLaterLinks } from './containers.ts';
import {
  chainBehind,
  ip,
  listNamespaces,
  makeDualStackSubnet,
  rootEnvironment,
  runIn,
  startInNamespaces,
  whyNoNamespaces,
} from './namespaces.ts';

let openimds: OpenImds;

beforeAll(async () => {
  if (whyNoNamespaces() === undefined) openimds = await startInNamespaces();
});
skipIf(whyNoNamespaces);
afterAll(async () => {
  await openimds?.[Symbol.asyncDispose]();
});

type Attached = Listed & {
  Endpoints: Listed['Endpoints'] & { obstacle?: string };
  Attachment?: { Netns: string; Device: string; Status: string };
};

const IPV4 = 'http://169.254.169.254';
const IPV6 = 'http://[fd00:ec2::254]';

function launch(options: Record<string, string> = {}): Promise<Launched> {
  const both = { 'MetadataOptions.HttpEndpoint': 'enabled', 'MetadataOptions.HttpProtocolIpv6': 'enabled' };
  return openimds.launch({ ...both, ...options });
}

const attach = ({ InstanceId }: Launched, ...args: string[]) =>
  openimds.openimds('attach', InstanceId, '--netns', ...args);
const detach = ({ InstanceId }: Launched) => openimds.openimds('detach', InstanceId);

async function listed({ InstanceId }: Launched): Promise<Attached> {
  const found = (await openimds.instances()).find((each) => each.InstanceId === InstanceId);
  if (!found) throw new Error(`${InstanceId} is not listed`);
  return found as Attached;
}

/** Waits until the attachment has this status. */
async function until(instance: Launched, Status: string): Promise<Attached> {
  return eventually(async () => {
    const found = await listed(instance);
    return found.Attachment?.Status === Status ? found : undefined;
  });
}

const curl = (url: string) => ['curl', '--globoff', '--silent', '--max-time', '5', url] as const;

/** Which instance the service says that it is of, asked from within a container. */
async function asked(container: Container, base = IPV4): Promise<string> {
  return (await container.run(...curl(`${base}/latest/meta-data/instance-id`))).stdout;
}

function putToken(netns: string): Promise<Ran> {
  const put = ['-X', 'PUT', '-H', 'X-aws-ec2-metadata-token-ttl-seconds: 60', '-m', '2', '-sf'];
  return runIn(netns, 'curl', ...put, `${IPV4}/latest/api/token`);
}

/** Who has links of this instance left, its own namespace included. */
async function devices(container: Container): Promise<string[]> {
  const { stdout } = await container.run('ip', '-j', 'link', 'show');
  return (JSON.parse(stdout) as { ifname: string }[]).map(({ ifname }) => ifname);
}

describe.each([
  ['by its name', (container: Container) => container.netns],
  ['by the number of its process', (container: Container) => String(container.pid)],
] as const)('a container, %s', (_how, nameOf) => {
  test('gets the interface and the metadata service of the instance, and keeps its own network', async () => {
    const instance = await launch();
    await using container = await startContainer({ named: true });
    const before = await container.network();
    const { status, stdout } = await attach(instance, nameOf(container));
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining(', as imds0\n') });
    expect(await asked(container)).toBe(instance.InstanceId);
    expect(await asked(container, IPV6)).toBe(instance.InstanceId);
    expect(await devices(container)).toEqual(['lo', 'outside', 'eth0', 'imds0']);
    const mac = (await container.run(...curl(`${IPV4}/latest/meta-data/mac`))).stdout;
    expect((await container.run('cat', '/proc/net/arp')).stdout).toContain('imds0');
    expect((await container.run('ip', '-br', 'link', 'show', 'imds0')).stdout).toContain(mac);
    expect(await container.network()).toEqual(before);
    // Its namespace of its own is gone, or is another name of the container's.
    expect((await listed(instance)).Endpoints).toMatchObject({ ipv4: IPV4, ipv6: IPV6 });
    await detach(instance);
  });

  test('is where `openimds exec` goes, and the table shows it', async () => {
    const instance = await launch();
    await using container = await startContainer({ named: true });
    await attach(instance, nameOf(container), '--device', 'net7');
    const { stdout } = await openimds.openimds('exec', instance.InstanceId, '--', 'ls', '/sys/class/net');
    expect(stdout).toBe('eth0\nlo\nnet7\noutside\n');
    const name = nameOf(container);
    const [row] = (await openimds.openimds('ls')).stdout
      .split('\n')
      .filter((line) => line.startsWith(instance.InstanceId));
    expect(row).toMatch(new RegExp(` ${/^\d+$/.test(name) ? `process ${name}` : name}$`));
    await detach(instance);
  });

  test('gives it back, and is as it was', async () => {
    const instance = await launch();
    await using container = await startContainer({ named: true });
    const before = await container.network();
    await attach(instance, nameOf(container));
    expect(await detach(instance)).toEqual({
      status: 0,
      stdout: `${instance.InstanceId} has a network namespace of its own again\n`,
      stderr: '',
    });
    expect(await devices(container)).not.toContain('imds0');
    expect(await container.network()).toEqual(before);
    expect(listNamespaces()).toContain(container.netns);
    expect(await listed(instance)).toMatchObject({ Endpoints: { netns: instance.netns } });
    const own = await runIn(instance.netns, ...curl(`${IPV4}/latest/meta-data/instance-id`));
    expect(own.stdout).toBe(instance.InstanceId);
  });

  test('loses the interface with a stop, and has it again after the start', async () => {
    const instance = await launch();
    await using container = await startContainer({ named: true });
    await attach(instance, nameOf(container));
    await openimds.query({ Action: 'StopInstances', 'InstanceId.1': instance.InstanceId });
    await until(instance, 'detached');
    await eventually(async () => ((await listed(instance)).State === 'stopped' ? true : undefined));
    expect(await devices(container)).toEqual(['lo', 'outside', 'eth0']);
    await openimds.query({ Action: 'StartInstances', 'InstanceId.1': instance.InstanceId });
    await until(instance, 'attached');
    expect(await asked(container)).toBe(instance.InstanceId);
    await detach(instance);
  });

  test('loses the interface when the instance is terminated, and stays', async () => {
    const instance = await launch();
    await using container = await startContainer({ named: true });
    await attach(instance, nameOf(container));
    await openimds.query({ Action: 'TerminateInstances', 'InstanceId.1': instance.InstanceId });
    await eventually(async () => ((await listed(instance)).State === 'terminated' ? true : undefined));
    expect(await devices(container)).toEqual(['lo', 'outside', 'eth0']);
    expect(listNamespaces()).toContain(container.netns);
    // It may have another one now.
    const next = await launch();
    await attach(next, nameOf(container));
    expect(await asked(container)).toBe(next.InstanceId);
    await detach(next);
  });
});

test('options that are modified hold in the container from the next request on', async () => {
  const instance = await launch({ 'MetadataOptions.HttpPutResponseHopLimit': '1' });
  await using container = await startContainer({ named: true });
  await attach(instance, container.netns);
  // A container that forwards for others has it on.
  switchIpv6ForLaterLinks(container.netns, true);
  using chain = await chainBehind({ ...instance, netns: container.netns }, 1);
  const [, behind = ''] = chain.clients;
  // Within the container is one hop away, behind a bridge in it are two.
  expect((await putToken(container.netns)).status).toBe(0);
  expect((await putToken(behind)).status).toBe(28);
  const modify = { Action: 'ModifyInstanceMetadataOptions', InstanceId: instance.InstanceId, HttpEndpoint: 'enabled' };
  const applied = () =>
    eventually(async () => ((await listed(instance)).MetadataOptions.State === 'applied' ? true : undefined));
  await openimds.query({ ...modify, HttpPutResponseHopLimit: '2', HttpProtocolIpv6: 'disabled' });
  await applied();
  expect((await putToken(behind)).status).toBe(0);
  expect((await container.run(...curl(`${IPV6}/`))).status).toBe(7);
  await openimds.query({ ...modify, HttpEndpoint: 'disabled' });
  await applied();
  const { stdout } = await container.run(...curl(`${IPV4}/latest/meta-data/`), '-w', '%{http_code}');
  expect(stdout).toBe('403');
  await detach(instance);
});

test('a second interface comes with the first, and the metadata service answers on both', async () => {
  const instance = await launch({ 'NetworkInterface.1.DeviceIndex': '0', 'NetworkInterface.2.DeviceIndex': '1' });
  await using container = await startContainer({ named: true });
  await attach(instance, container.netns);
  expect(await devices(container)).toEqual(['lo', 'outside', 'eth0', 'imds0', 'imds0.1']);
  for (const device of ['imds0', 'imds0.1']) {
    const { stdout } = await container.run(...curl(`${IPV4}/latest/meta-data/instance-id`), '--interface', device);
    expect(stdout).toBe(instance.InstanceId);
  }
  await detach(instance);
});

describe('the IPv6 endpoint is asked from the address', () => {
  async function sourceIn(container: Container): Promise<string | undefined> {
    const { stdout } = await container.run('ip', '-j', 'route', 'get', 'fd00:ec2::254');
    const [route] = JSON.parse(stdout) as { dev: string; prefsrc: string }[];
    expect(route?.dev).toBe('imds0');
    return route?.prefsrc;
  }

  test("of the link where the instance has none, and never from the container's own", async () => {
    const instance = await launch();
    await using container = await startContainer({ named: true });
    await attach(instance, container.netns);
    expect(await sourceIn(container)).toMatch(/^fe80::/);
    await detach(instance);
  });

  test('of an instance that has one', async () => {
    const instance = await launch({ SubnetId: await makeDualStackSubnet(openimds), Ipv6AddressCount: '1' });
    await using container = await startContainer({ named: true });
    await attach(instance, container.netns);
    const own = (await container.run(...curl(`${IPV6}/latest/meta-data/ipv6`))).stdout;
    expect(own).not.toBe('');
    expect(await sourceIn(container)).toBe(own);
    await detach(instance);
  });
});

describe('when a container ends', () => {
  const outOfReach = ({ InstanceId }: Launched) =>
    openimds.log().split(`out of reach InstanceId=${InstanceId}`).length - 1;

  test('the instance goes on, everything says where it is not, and it comes back with the name', async () => {
    const instance = await launch();
    const container = await startContainer({ named: true });
    await attach(instance, container.netns);
    await container[Symbol.asyncDispose]();
    const { State, Endpoints } = await until(instance, 'failed');
    const obstacle = `there is no network namespace ${container.netns} on its host; \`ip netns\` lists those that there are`;
    expect({ State, Endpoints }).toEqual({ State: 'running', Endpoints: { obstacle } });
    const table = (await openimds.openimds('ls')).stdout;
    expect(table).toContain(`${container.netns} (failed)`);
    expect(table).toContain(`\n${instance.InstanceId} is out of reach: ${obstacle}.\n`);
    expect(await openimds.openimds('exec', instance.InstanceId, '--', 'true')).toEqual({
      status: 1,
      stdout: '',
      stderr: `openimds: ${instance.InstanceId} is out of reach: ${obstacle}\n`,
    });
    expect(outOfReach(instance)).toBe(1);
    makeNamespace(container.netns);
    await until(instance, 'attached');
    const again = await runIn(container.netns, ...curl(`${IPV4}/latest/meta-data/instance-id`));
    expect(again.stdout).toBe(instance.InstanceId);
    await detach(instance);
    ip(`netns del ${container.netns}`);
  });

  test('a name that leads to another namespace now is followed', async () => {
    const instance = await launch();
    // Its process keeps the first namespace, with the link in it, when the name is given to another one.
    await using container = await startContainer({ named: true });
    await attach(instance, container.netns);
    ip(`netns del ${container.netns}`);
    makeNamespace(container.netns);
    await eventually(async () => ((await devices(container)).includes('imds0') ? undefined : true));
    const there = () => runIn(container.netns, ...curl(`${IPV4}/latest/meta-data/instance-id`));
    await eventually(async () => ((await there()).stdout === instance.InstanceId ? true : undefined));
    expect(await listed(instance)).toMatchObject({ Attachment: { Status: 'attached' } });
    await detach(instance);
  });

  test('its process was what counted: nothing keeps its namespace, and another process is not taken for it', async () => {
    const instance = await launch();
    await using container = await startContainer({ named: false });
    await attach(instance, String(container.pid));
    expect(listNamespaces()).toContain(instance.netns);
    await container.end();
    const { Endpoints } = await until(instance, 'failed');
    expect(Endpoints).toEqual({ obstacle: `there is no process ${container.pid} on its host, or no longer` });
    expect(listNamespaces()).not.toContain(instance.netns);
    expect(outOfReach(instance)).toBe(1);
    await detach(instance);
    const own = await runIn(instance.netns, ...curl(`${IPV4}/latest/meta-data/instance-id`));
    expect(own.stdout).toBe(instance.InstanceId);
  });

  test('or when only the link is taken away, it is put there again', async () => {
    const instance = await launch();
    await using container = await startContainer({ named: true });
    await attach(instance, container.netns);
    ip(`-n ${container.netns} link del imds0`);
    await eventually(async () => ((await asked(container)) === instance.InstanceId ? true : undefined));
    expect(await asked(container, IPV6)).toBe(instance.InstanceId);
    await detach(instance);
  });
});

describe('kill -9', () => {
  test.each([true, false])('attachments are found again with the same links (a name: %s)', async (named) => {
    const instance = await launch();
    await using container = await startContainer({ named });
    await attach(instance, named ? container.netns : String(container.pid));
    const link = async () => (await container.run('ip', '-o', 'link', 'show', 'imds0')).stdout;
    const before = await link();
    await openimds.stop('SIGKILL');
    expect(await link()).toBe(before);
    await openimds.restart();
    await until(instance, 'attached');
    expect(await link()).toBe(before);
    expect(await asked(container)).toBe(instance.InstanceId);
    expect(await asked(container, IPV6)).toBe(instance.InstanceId);
    await detach(instance);
    expect(await devices(container)).toEqual(['lo', 'outside', 'eth0']);
  });

  test('what has changed meanwhile is found out', async () => {
    const [first, second] = [await launch(), await launch()];
    await using gone = await startContainer({ named: false });
    await using stays = await startContainer({ named: true });
    await attach(first, String(gone.pid));
    await attach(second, stays.netns);
    await openimds.stop('SIGKILL');
    await gone.end();
    ip(`-n ${stays.netns} link del imds0`);
    await openimds.restart();
    await until(first, 'failed');
    expect(listNamespaces()).not.toContain(first.netns);
    await until(second, 'attached');
    expect(await asked(stays)).toBe(second.InstanceId);
    for (const instance of [first, second]) await detach(instance);
  });
});

describe('what is in the way is said, and no longer when it has gone', () => {
  /** What `attach` says of why not. */
  async function refusal(instance: Launched, ...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await attach(instance, ...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    const sentence = new RegExp(
      `^openimds: ${instance.InstanceId} is not attached yet: (.*); to give up: openimds detach ${instance.InstanceId}\n$`,
    );
    return sentence.exec(stderr)?.[1] ?? stderr;
  }

  test('a namespace that is still to come', async () => {
    const instance = await launch();
    const netns = `oibox-${process.pid}-later`;
    expect(await refusal(instance, netns)).toMatch(/^there is no network namespace /);
    makeNamespace(netns);
    await until(instance, 'attached');
    await detach(instance);
    ip(`netns del ${netns}`);
  });

  test('a link of that name, and a route that leads elsewhere', async () => {
    const instance = await launch();
    await using container = await startContainer({ named: true });
    const { netns } = container;
    expect(await refusal(instance, netns, '--device', 'eth0')).toBe(
      `the namespace ${netns} has a device eth0 already; choose another name with --device`,
    );
    ip(`-n ${netns} route add 169.254.169.254/32 dev eth0`);
    expect(await refusal(instance, netns)).toBe('something else has the route to 169.254.169.254 in the namespace');
    expect(await devices(container)).toEqual(['lo', 'outside', 'eth0']);
    ip(`-n ${netns} route del 169.254.169.254/32 dev eth0`);
    await until(instance, 'attached');
    expect(await asked(container)).toBe(instance.InstanceId);
    await detach(instance);
  });

  test("the machine's own namespace, and that of another instance, have no business with it", async () => {
    const [instance, other] = [await launch(), await launch()];
    expect(await refusal(instance, String(process.pid))).toBe(
      `the namespace of process ${process.pid} is the machine's own`,
    );
    const args = ['exec', other.InstanceId, '--', 'sh', '-c', 'echo $$; exec sleep 1000'];
    const env = { ...rootEnvironment(), OPENIMDS_ADDRESS: openimds.address };
    const program = spawn(OPENIMDS, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [pid] = (await once(program.stdout, 'data')) as [Buffer];
    expect(await refusal(instance, pid.toString().trim())).toBe(
      `the namespace of process ${pid.toString().trim()} is that of an instance`,
    );
    program.kill();
    await once(program, 'exit');
    await detach(instance);
  });

  test('one instance to a namespace, by whichever name', async () => {
    const [first, second] = [await launch(), await launch()];
    await using container = await startContainer({ named: true });
    await attach(first, container.netns);
    expect((await attach(second, container.netns)).stderr).toContain(
      `the namespace \`${container.netns}\` has ${first.InstanceId} already (InvalidParameterValue)`,
    );
    expect(await refusal(second, String(container.pid))).toMatch(/has a device imds0 already/);
    expect(await refusal(second, String(container.pid), '--device', 'imds1')).toBe(
      'something else has the route to 169.254.169.254 in the namespace',
    );
    expect(await asked(container)).toBe(first.InstanceId);
    await detach(first);
    await until(second, 'attached');
    expect(await asked(container)).toBe(second.InstanceId);
    await detach(second);
  });
});
