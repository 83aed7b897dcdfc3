/**
 * A hop limit, tried for real: an instance of its own on the netns substrate, with its metadata service in this process,
 * and a container behind a router in that instance.
 *
 *   VPC, with the service ── veth ── instance, which forwards ── veth ── container
 *           1 hop from the instance                2 hops from the container
 *
 * With a limit of 1 the answer to a token PUT must reach the instance and not the container, with 2 both, over IPv4 and
 * over IPv6. Who calls it takes the namespaces away.
 */

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { descriptors } from '../../agent/descriptors.ts';
import { inNamespace } from '../../agent/substrates/kernel.ts';
import { createNetns } from '../../agent/substrates/netns.ts';
import { type Layout, layoutOf, namesOf } from '../../agent/substrates/netns-layout.ts';
import { runIp } from '../../agent/substrates/network-programs.ts';
import { systemClock } from '../../clock.ts';
import { newTraffic } from '../../imds/faults.ts';
import { prepareInstance } from '../../imds/instance.ts';
import { RequestRecord } from '../../imds/request-record.ts';
import { silentLog } from '../../log.ts';
import type { Seen } from '../explain/observe.ts';
import { probeFrom } from '../explain/place.ts';
import type { Tried } from './judge-hop-limit.ts';
import { OWN_INSTALLATION, OWN_PREFIX } from './throw-away.ts';
import { ADDRESSES, INSTANCE_ID, trialInstance } from './trial-instance.ts';

const URLS = ['http://169.254.169.254', 'http://[fd00:ec2::254]'];
const CONTAINER = `${OWN_PREFIX}container`;
const INSTANCE = `${OWN_PREFIX}${INSTANCE_ID}`;

/** @throws whatever keeps it from being tried */
export async function tryHopLimit(signal: AbortSignal): Promise<{ ipv4: Tried; ipv6: Tried }> {
  const desired = trialInstance();
  const { MetadataOptions } = desired.instance;
  const host = { hostKey: randomBytes(32), traffic: newTraffic(), requests: new RequestRecord(systemClock()) };
  const substrate = await createNetns({
    installation: OWN_INSTALLATION,
    keepAlive: false,
    nat: false,
    descriptors: descriptors(256),
    clock: systemClock,
    log: silentLog,
  });
  try {
    const serve = (nowMs: number) => prepareInstance(desired, { ...host, sinceMs: nowMs, nowMs });
    await substrate.apply({ desired, serve, formerly: {} });
    signal.throwIfAborted();
    await addContainer(layoutOf(desired, namesOf(OWN_INSTALLATION)));
    const [instance1, container1] = await Promise.all([probe(INSTANCE, signal), probe(CONTAINER, signal)]);
    MetadataOptions.HttpPutResponseHopLimit = 2;
    const container2 = await probe(CONTAINER, signal);
    const of = (index: 0 | 1) => ({
      instance1: instance1[index],
      container1: container1[index],
      container2: container2[index],
    });
    return { ipv4: of(0), ipv6: of(1) };
  } finally {
    await substrate.close();
  }
}

async function probe(namespace: string, signal: AbortSignal): Promise<[Seen, Seen]> {
  const place = { path: `/run/netns/${namespace}`, about: namespace };
  return (await probeFrom(place, URLS, signal)) as [Seen, Seen];
}

/** Its addresses are routed and not translated, so that nothing is needed here that an instance does not need. */
async function addContainer({ vpcNamespace, interfaces }: Layout): Promise<void> {
  const { ipv4, ipv6 } = ADDRESSES;
  inNamespace(`/run/netns/${INSTANCE}`, () => {
    for (const path of ['ipv4/ip_forward', 'ipv6/conf/all/forwarding']) writeFileSync(`/proc/sys/net/${path}`, '1');
  });
  await runAll([
    `netns add ${CONTAINER}`,
    `link add inside netns ${INSTANCE} type veth peer name eth0 netns ${CONTAINER}`,
  ]);
  const inInstance = [`address add ${ipv4.router}/24 dev inside`, `address add ${ipv6.router}/64 dev inside nodad`];
  await runAll(['link set inside up', ...inInstance], INSTANCE);
  const inContainer = [`address add ${ipv4.container}/24 dev eth0`, `address add ${ipv6.container}/64 dev eth0 nodad`];
  const waysOut = [`route add default via ${ipv4.router}`, `route add ::/0 via ${ipv6.router}`];
  await runAll(['link set eth0 up', ...inContainer, ...waysOut], CONTAINER);
  const device = interfaces[0]?.hostDevice;
  const waysBack = [ipv4, ipv6].map(
    ({ inside, instance }) => `route add ${inside} via ${instance} dev ${device} onlink`,
  );
  await runAll(waysBack, vpcNamespace);
}

async function runAll(lines: string[], namespace?: string): Promise<void> {
  const [first] = await runIp(lines, namespace);
  if (first) throw new Error(`${lines[first.line]}: ${first.message}`);
}
