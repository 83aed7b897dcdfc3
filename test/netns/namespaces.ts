/**
 * OpenIMDS with instances as network namespaces, and containers within them, for tests: real links, real packets.
 *
 *   service ── instance ── router 1 ── router 2 ── client        each arrow a veth, each in the middle forwards
 *
 * As a container's traffic does, that of the client leaves the instance under the instance's own address. Whatever is made
 * here is removed when it is disposed of, with all namespaces of the installation.
 */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cleanEnvironment, type Launched, type OpenImds, type Ran, run, startOpenImds } from '../openimds.ts';

const IP = '/usr/sbin:/sbin:';

/** Why no namespaces can be had here, if so. In continuous integration they must. */
export function whyNoNamespaces(): string | undefined {
  if (process.env.CI === 'true') return undefined;
  if (process.getuid?.() !== 0) return 'network namespaces with names need root';
  const missing = ['ip', 'nft', 'tcpdump'].filter(
    (name) => !['/usr/sbin', '/sbin', '/usr/bin', '/bin'].some((folder) => existsSync(`${folder}/${name}`)),
  );
  if (missing.length > 0) return `${missing.join(', ')} missing (test/install-clients.sh installs them)`;
  try {
    const options = { env: rootEnvironment(), stdio: 'pipe' } as const;
    execFileSync('unshare', ['--net', '--mount', 'ip', 'link', 'set', 'lo', 'up'], options);
    return undefined;
  } catch (error) {
    const lastLine = error instanceof Error ? error.message.trim().split('\n').at(-1) : error;
    return `root may not make network namespaces here: ${lastLine}`;
  }
}

/** Starts OpenIMDS on the netns substrate; disposing of it removes its instances. */
export async function startInNamespaces(...flags: string[]): Promise<OpenImds> {
  const openimds = await startOpenImds('--substrate', 'netns', ...flags);
  const stop = openimds[Symbol.asyncDispose];
  openimds[Symbol.asyncDispose] = async () => {
    const prefixes = new Set((await namespacesOf(openimds)).map((name) => name.slice(0, 'openimds-xxxxxx-'.length)));
    await stop.call(openimds);
    for (const name of listNamespaces().filter((each) => prefixes.has(each.slice(0, 'openimds-xxxxxx-'.length)))) {
      ip(`netns del ${name}`);
    }
  };
  return openimds;
}

/** A subnet of the default VPC whose instances can have addresses of both families; its id. */
export function makeDualStackSubnet(openimds: OpenImds): Promise<string> {
  return makeSubnet(openimds, '--cidr-block', '172.31.200.0/24');
}

/** One whose instances have no IPv4 address. */
export function makeIpv6Subnet(openimds: OpenImds): Promise<string> {
  return makeSubnet(openimds, '--ipv6-native');
}

async function makeSubnet(openimds: OpenImds, ...more: string[]): Promise<string> {
  const { Vpcs } = await openimds.json<{ Vpcs: Vpc[] }>('ec2', 'describe-vpcs');
  const [vpc] = Vpcs;
  const block = vpc?.Ipv6CidrBlockAssociationSet[0]?.Ipv6CidrBlock.replace('/56', '/64') ?? '';
  const args = ['--vpc-id', vpc?.VpcId ?? '', '--ipv6-cidr-block', block, ...more];
  return (await openimds.json<{ Subnet: { SubnetId: string } }>('ec2', 'create-subnet', ...args)).Subnet.SubnetId;
}

type Vpc = { VpcId: string; Ipv6CidrBlockAssociationSet: { Ipv6CidrBlock: string }[] };

async function namespacesOf(openimds: OpenImds): Promise<string[]> {
  const names = (await openimds.instances()).flatMap(({ Endpoints }) => Endpoints.netns ?? []);
  // An instance may also be attached to one that belongs to somebody else.
  return names.filter((name) => name.startsWith('openimds-'));
}

export function listNamespaces(): string[] {
  const text = execFileSync('ip', ['netns', 'list'], { env: rootEnvironment(), encoding: 'utf8' });
  return text.split('\n').flatMap((line) => line.split(' ')[0] || []);
}

/** One command of `ip`, its words separated by blanks. @throws when it fails */
export function ip(line: string): void {
  execFileSync('ip', line.split(' '), { env: rootEnvironment(), stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Runs a program in a namespace to its end. */
export function runIn(netns: string, program: string, ...args: string[]): Promise<Ran> {
  return run('ip', ['netns', 'exec', netns, program, ...args], rootEnvironment());
}

export function rootEnvironment(): NodeJS.ProcessEnv {
  const env = cleanEnvironment();
  return { ...env, PATH: IP + env.PATH };
}

let made = 0;

export type Chain = Disposable & {
  /** `clients[n]` is n routers away from the service; the first is the instance itself. */
  clients: string[];
};

/** Namespaces one behind the other, the first of them in the instance. */
export async function chainBehind({ netns }: Launched, routers: number): Promise<Chain> {
  const clients = [netns];
  const links: [router: string, link: string][] = [];
  for (let hop = 1; hop <= routers; hop++) {
    const [router, name, link] = [clients.at(-1) as string, `oitest-${process.pid}-${++made}`, `down${made}`];
    await joinBehind({ router, name, link, hop });
    clients.push(name);
    links.push([router, link]);
  }
  return {
    clients,
    [Symbol.dispose]() {
      // The kernel takes a namespace away some time later, and until then its address would be in the way of another.
      for (const [router, link] of links) ip(`-n ${router} link del ${link}`);
      for (const name of clients.slice(1)) ip(`netns del ${name}`);
    },
  };
}

type Join = { router: string; name: string; link: string; hop: number };

/** Makes a namespace whose way out is `router`, which gives its traffic an address of its own. */
async function joinBehind({ router, name, link, hop }: Join): Promise<void> {
  ip(`netns add ${name}`);
  ip(`link add up0 netns ${name} type veth peer name ${link} netns ${router}`);
  for (const [namespace, device, last] of [
    [router, link, 1],
    [name, 'up0', 2],
  ] as const) {
    ip(`-n ${namespace} link set lo up`);
    ip(`-n ${namespace} link set ${device} up`);
    ip(`-n ${namespace} address add 192.168.${hop}.${last}/24 dev ${device}`);
    ip(`-n ${namespace} address add fd99:${hop}::${last}/64 dev ${device} nodad`);
  }
  ip(`-n ${name} route add default via 192.168.${hop}.1`);
  ip(`-n ${name} -6 route add default via fd99:${hop}::1`);
  const forward = 'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding';
  await expectSuccess(runIn(router, 'sh', '-c', forward));
  const rules = `table inet ${link} {
  chain out {
    type nat hook postrouting priority srcnat
    ip saddr 192.168.${hop}.0/24 masquerade
    ip6 saddr fd99:${hop}::/64 masquerade
  }
}`;
  await expectSuccess(runIn(router, 'nft', rules));
}

async function expectSuccess(ran: Promise<Ran>): Promise<void> {
  const { status, stderr } = await ran;
  if (status !== 0) throw new Error(stderr);
}
