/**
 * An instance is known by the link through which it asks: whatever root inside sends, it meets its own metadata service
 * and nothing else of this machine.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Keys, type Launched, type OpenImds, run } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import {
  ip,
  listNamespaces,
  makeIpv6Subnet,
  rootEnvironment,
  runIn,
  startInNamespaces,
  whyNoNamespaces,
} from './namespaces.ts';

const URL = 'http://169.254.169.254/latest/meta-data/instance-id';

let openimds: OpenImds;
/** Two of one subnet, and one of another account's VPC with the address of the first. */
let one: Launched;
let neighbour: Launched;
let twin: Launched;

const OTHER_ACCOUNT: Keys = { accessKeyId: '111122223333', secretAccessKey: 'test', region: 'us-east-1' };

beforeAll(async () => {
  if (whyNoNamespaces() !== undefined) return;
  openimds = await startInNamespaces();
  one = await openimds.launch({ PrivateIpAddress: '172.31.0.10' });
  neighbour = await openimds.launch({ PrivateIpAddress: '172.31.0.11' });
  twin = await openimds.launch({ PrivateIpAddress: '172.31.0.10' }, OTHER_ACCOUNT);
});
skipIf(whyNoNamespaces);
afterAll(async () => {
  await openimds?.[Symbol.asyncDispose]();
});

/** What plain curl prints there; empty when nothing comes. */
async function curl(netns: string, ...args: string[]): Promise<string> {
  return (await runIn(netns, 'curl', '--globoff', '--silent', '--max-time', '2', ...args)).stdout;
}

/** Changes something in the instance's namespace as root there may, for as long as `work` takes. */
async function changed(netns: string, there: string, back: string, work: () => Promise<void>): Promise<void> {
  ip(`-n ${netns} ${there}`);
  try {
    await work();
  } finally {
    ip(`-n ${netns} ${back}`);
  }
}

test('each gets its own id, also two in two VPCs with the same private address, at the same time', async () => {
  expect(one.netns).not.toBe(twin.netns);
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all([one, twin, neighbour].map(({ netns }) => curl(netns, URL)));
    expect(answers).toEqual([one, twin, neighbour].map(({ InstanceId }) => InstanceId));
  }
  for (const { netns } of [one, twin]) {
    expect((await runIn(netns, 'ip', '-4', '-br', 'address', 'show', 'eth0')).stdout).toContain('172.31.0.10/20');
  }
});

test('two in two VPCs with the same address and the same source port get their own ids', async () => {
  const answers = await Promise.all([one, twin].map(({ netns }) => curl(netns, '--local-port', '40000', URL)));
  expect(answers).toEqual([one.InstanceId, twin.InstanceId]);
});

test('two without an IPv4 address get their own ids, also from the same link-local one, and both reach the API', async () => {
  const SubnetId = await makeIpv6Subnet(openimds);
  const both = [await openimds.launch({ SubnetId }), await openimds.launch({ SubnetId })];
  const all = async (...args: string[]) => Promise.all(both.map(({ netns }) => curl(netns, ...args, URL)));
  const ids = both.map(({ InstanceId }) => InstanceId);
  expect(await all()).toEqual(ids);
  for (const { netns } of both) {
    expect(await curl(netns, 'http://169.254.169.254:4566/health')).toContain('"status":"ok"');
  }
  const same = ['address add 169.254.0.2/32 dev eth0', 'address del 169.254.0.2/32 dev eth0'] as const;
  await changed(both[0]?.netns ?? '', ...same, () =>
    changed(both[1]?.netns ?? '', ...same, async () => {
      for (const [index, answer] of (await all('--interface', '169.254.0.2')).entries()) {
        expect(['', ids[index]]).toContain(answer);
      }
    }),
  );
});

describe('root inside the instance never gets another one’s answer', () => {
  test('with its source address', async () => {
    await changed(one.netns, 'address add 172.31.0.11/32 dev eth0', 'address del 172.31.0.11/32 dev eth0', async () => {
      expect(await curl(one.netns, '--interface', '172.31.0.11', URL)).toBe('');
    });
    expect(await curl(neighbour.netns, URL)).toBe(neighbour.InstanceId);
  });

  test('with its MAC address', async () => {
    const mac = async (netns: string) => (await runIn(netns, 'cat', '/sys/class/net/eth0/address')).stdout.trim();
    const [own, other] = [await mac(one.netns), await mac(neighbour.netns)];
    await changed(one.netns, `link set eth0 address ${other}`, `link set eth0 address ${own}`, async () => {
      expect(await curl(one.netns, URL)).toBe(one.InstanceId);
    });
  });

  test.each([
    ['Host', 'Host: 172.31.0.11'],
    ['X-Forwarded-For', 'X-Forwarded-For: 172.31.0.11'],
    ['Forwarded', 'Forwarded: for=172.31.0.11'],
    ['X-Real-Ip', 'X-Real-Ip: 172.31.0.11'],
  ])('with a forged %s', async (_, header) => {
    expect(await curl(one.netns, '--header', header, URL)).toBe(one.InstanceId);
  });

  test('with a route that leads through the other', async () => {
    const route = 'route add 169.254.169.254/32 via 172.31.0.11 dev eth0 metric 1';
    await changed(one.netns, route, route.replace('add', 'del'), async () => {
      expect(['', one.InstanceId]).toContain(await curl(one.netns, URL));
    });
  });

  test('with a session token of the other', async () => {
    const put = ['--request', 'PUT', '--header', 'X-aws-ec2-metadata-token-ttl-seconds: 60'];
    const token = await curl(neighbour.netns, ...put, 'http://169.254.169.254/latest/api/token');
    expect(token).toHaveLength(56);
    const status = ['--output', '/dev/null', '--write-out', '%{http_code}'];
    expect(await curl(one.netns, ...status, '--header', `X-aws-ec2-metadata-token: ${token}`, URL)).toBe('401');
  });
});

describe('through the service nothing else is reached', () => {
  const connects = async (address: string, port: string | number) =>
    (await runIn(one.netns, 'curl', '--globoff', '--silent', '--max-time', '2', `http://${address}:${port}/`))
      .status === 0;

  test('the control plane: not at its port of the router, of the service’s address, or of this machine', async () => {
    const { port } = new globalThis.URL(openimds.address);
    for (const address of ['172.31.0.1', '169.254.169.254', '127.0.0.1', '[fd00:ec2::254]', '[fe80::1%25eth0]']) {
      expect([address, await connects(address, port)]).toEqual([address, false]);
    }
  });

  test('the API at its port of the service’s address, where keys that everybody knows are none', async () => {
    expect(await curl(one.netns, 'http://169.254.169.254:4566/health')).toContain('"status":"ok"');
    for (const address of ['172.31.0.1', '127.0.0.1', '[fd00:ec2::254]', '[fe80::1%25eth0]']) {
      expect([address, await connects(address, 4566)]).toEqual([address, false]);
    }
  });

  test('the metadata service at any address but its own', async () => {
    for (const address of ['172.31.0.1', '172.31.0.11', '[fe80::1%25eth0]']) {
      expect([address, await connects(address, 80)]).toEqual([address, false]);
    }
  });

  test('anything outside of the VPC, and it says so at once', async () => {
    const { status, stderr } = await runIn(one.netns, 'curl', '--silent', '--show-error', 'http://192.0.2.1/');
    expect(status).toBe(7);
    expect(stderr).not.toContain('timed out');
  });
});

test('instances of a VPC reach each other, those of another VPC do not', async () => {
  const args = ['netns', 'exec', neighbour.netns, 'python3', '-m', 'http.server', '8080'];
  const server = spawn('ip', args, { env: rootEnvironment(), stdio: 'ignore' });
  const status = (netns: string) =>
    curl(netns, '--output', '/dev/null', '--write-out', '%{http_code}', 'http://172.31.0.11:8080/');
  await expect.poll(() => status(one.netns), { timeout: 20_000 }).toBe('200');
  expect(await status(twin.netns)).toBe('000');
  server.kill();
  await once(server, 'exit');
});

test('HttpProtocolIpv6: fd00:ec2::254 cannot be reached while it is disabled, which shows at once', async () => {
  const url = 'http://[fd00:ec2::254]/latest/meta-data/instance-id';
  const { status, stderr } = await runIn(one.netns, 'curl', '--globoff', '--silent', '--show-error', '--verbose', url);
  expect(status).toBe(7);
  expect(stderr).toMatch(/Network is unreachable/);
  await openimds.query({
    Action: 'ModifyInstanceMetadataOptions',
    InstanceId: one.InstanceId,
    HttpEndpoint: 'enabled',
    HttpProtocolIpv6: 'enabled',
  });
  await expect.poll(() => curl(one.netns, url), { timeout: 20_000 }).toBe(one.InstanceId);
});

test('a terminated instance leaves nothing in the kernel', async () => {
  const gone = await openimds.launch();
  expect(listNamespaces()).toContain(gone.netns);
  await openimds.query({ Action: 'TerminateInstances', 'InstanceId.1': gone.InstanceId });
  await expect.poll(listNamespaces, { timeout: 20_000 }).not.toContain(gone.netns);
  const vpc = listNamespaces().find((name) => name.startsWith(`${one.netns.slice(0, 16)}vpc-`)) ?? '';
  const { stdout } = await run('ip', ['-n', vpc, '-br', 'link'], rootEnvironment());
  expect(stdout).not.toContain(gone.InstanceId);
});

test('a container that has an address of a delegated prefix is reached by other instances', async () => {
  const parameters = { 'NetworkInterface.1.DeviceIndex': '0', 'NetworkInterface.1.Ipv4PrefixCount': '1' };
  const owner = await openimds.launch(parameters);
  const { body } = await openimds.query({ Action: 'DescribeInstances', 'InstanceId.1': owner.InstanceId });
  const address = (/<ipv4Prefix>([\d.]+)\/28</.exec(body)?.[1] ?? '').replace(/\d+$/, (last) => `${Number(last) + 1}`);
  const name = `oitest-${process.pid}-pod`;
  ip(`netns add ${name}`);
  ip(`link add up0 netns ${name} type veth peer name pod0 netns ${owner.netns}`);
  for (const line of [
    'link set lo up',
    'link set up0 up',
    `address add ${address}/32 dev up0`,
    'route add default dev up0',
  ]) {
    ip(`-n ${name} ${line}`);
  }
  ip(`-n ${owner.netns} link set pod0 up`);
  ip(`-n ${owner.netns} route add ${address} dev pod0`);
  const forward = 'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv4/conf/pod0/proxy_arp';
  await runIn(owner.netns, 'sh', '-c', forward);
  const server = spawn('ip', ['netns', 'exec', name, 'python3', '-m', 'http.server', '8080'], {
    env: rootEnvironment(),
    stdio: 'ignore',
  });
  const status = () =>
    curl(neighbour.netns, '--output', '/dev/null', '--write-out', '%{http_code}', `http://${address}:8080/`);
  await expect.poll(status, { timeout: 20_000 }).toBe('200');
  server.kill();
  await once(server, 'exit');
  ip(`netns del ${name}`);
});
