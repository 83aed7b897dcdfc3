/**
 * What stands for a container in tests: a network namespace with an eth0 and a way out of its own, and a process in it.
 *
 * As most container engines leave it: loopback is up, and IPv6 is off for every link that comes later.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { eventually, type Ran, run } from '../openimds.ts';
import { ip, listNamespaces, rootEnvironment } from './namespaces.ts';

export type Container = AsyncDisposable & {
  netns: string;
  pid: number;
  /** Runs a program in it to its end. */
  run(program: string, ...args: string[]): Promise<Ran>;
  /** Its own links with their addresses, and the routes over them. */
  network(): Promise<unknown>;
  /** Ends its process; the namespace goes with it unless it has a name. */
  end(): Promise<void>;
};

let made = 0;

/** @param named whether `ip netns` shows it: container engines differ in that */
export async function startContainer({ named }: { named: boolean }): Promise<Container> {
  const netns = `oibox-${process.pid}-${++made}`;
  makeNamespace(netns);
  const init = spawn('ip', ['netns', 'exec', netns, 'sleep', '1000'], { env: rootEnvironment(), stdio: 'ignore' });
  const pid = init.pid as number;
  const isThere = () => statSync(`/proc/${pid}/ns/net`).ino === statSync(`/run/netns/${netns}`).ino;
  await eventually(async () => isThere() || undefined);
  if (!named) ip(`netns del ${netns}`);
  const runThere = (program: string, ...args: string[]) =>
    run('nsenter', [`--net=/proc/${pid}/ns/net`, program, ...args], rootEnvironment());
  return {
    netns,
    pid,
    run: runThere,
    network: () => networkOf(runThere),
    end: () => end(init),
    async [Symbol.asyncDispose]() {
      await end(init);
      if (listNamespaces().includes(netns)) ip(`netns del ${netns}`);
    },
  };
}

/** The namespace alone, under its name. */
export function makeNamespace(netns: string): void {
  ip(`netns add ${netns}`);
  ip(`-n ${netns} link set lo up`);
  ip(`-n ${netns} link add eth0 type veth peer name outside`);
  for (const device of OWN.slice(1)) ip(`-n ${netns} link set ${device} up`);
  ip(`-n ${netns} address add 10.88.0.2/16 dev eth0`);
  ip(`-n ${netns} address add fd88::2/64 dev eth0 nodad`);
  ip(`-n ${netns} route add default via 10.88.0.1 dev eth0`);
  ip(`-n ${netns} -6 route add default via fd88::1 dev eth0`);
  switchIpv6ForLaterLinks(netns, false);
}

/** For links that come from now on. */
export function switchIpv6ForLaterLinks(netns: string, on: boolean): void {
  const script = `echo ${on ? 0 : 1} > /proc/sys/net/ipv6/conf/default/disable_ipv6`;
  execFileSync('ip', ['netns', 'exec', netns, 'sh', '-c', script], { env: rootEnvironment() });
}

const OWN = ['lo', 'eth0', 'outside'];

type Address = { ifname: string; flags: string[]; mtu: number; addr_info: { local: string; prefixlen: number }[] };
type Route = { dst: string; gateway?: string; dev: string; metric?: number };

async function networkOf(runThere: Container['run']): Promise<unknown> {
  const ask = async <T>(...args: string[]) => JSON.parse((await runThere('ip', '-j', ...args)).stdout) as T;
  const links = (await ask<Address[]>('address', 'show')).filter(({ ifname }) => OWN.includes(ifname));
  const routes = [...(await ask<Route[]>('route', 'show')), ...(await ask<Route[]>('-6', 'route', 'show'))];
  return {
    links: links.map(({ ifname, flags, mtu, addr_info }) => ({
      ifname,
      flags,
      mtu,
      addresses: addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`),
    })),
    routes: routes.filter(({ dev }) => OWN.includes(dev)).map(({ dst, gateway, dev }) => ({ dst, gateway, dev })),
  };
}

async function end(init: ChildProcess): Promise<void> {
  if (init.exitCode !== null || init.signalCode !== null) return;
  const gone = once(init, 'exit');
  init.kill('SIGKILL');
  await gone;
}
