/**
 * One look at what is desired, and everything done about it: running it twice does what running it once does.
 *
 *   in memory (the metadata service obeys) ──> on the substrate ──> on disk ──> acknowledged
 *
 * In this order, what a host has acknowledged it still knows after a restart. An instance that cannot be placed is not
 * acknowledged, is tried again, and does not hold up the others.
 *
 * A look from revision 0 hears of every instance there is, so that one it does not mention is gone. The agent begins so,
 * and again after each failure: whatever was lost on the way, or replaced beneath it, is put right by that, and no place
 * in the control plane's history has to be remembered.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import { newTraffic, type Traffic } from '../imds/faults.ts';
import { type ImdsInstance, prepareInstance } from '../imds/instance.ts';
import { RequestRecord } from '../imds/request-record.ts';
import { acknowledged } from '../instance-lifecycle.ts';
import type { Log } from '../log.ts';
import type { Acknowledgement, ControlPlaneForHost, DesiredInstance, ImdsEndpoints, RegionKeys } from '../model.ts';
import type { KnownInstance, LastState } from './last-state.ts';
import type { Substrate } from './substrate.ts';

/** An instance in the agent's memory. */
type HostedInstance = KnownInstance & {
  /** When it came to be desired so. */
  sinceMs: number;
  isSaved: boolean;
  /** Counted anew when its faults change, so that a test knows what comes first; over all other changes it goes on. */
  traffic: Traffic;
  /** It begins when the instance is first heard of, and goes on over all changes. */
  readonly requests: RequestRecord;
  /** Made at the first request that is answered from it. */
  imds?: ImdsInstance | undefined;
};

export type Host = {
  readonly instances: Map<string, HostedInstance>;
  /** What could not be brought about yet, by InstanceId. */
  readonly unplaced: Map<string, DesiredInstance>;
  /** What signs for the instances of each Region; they are served without what it signs until it is there. */
  readonly regionKeys: Map<string, RegionKeys>;
  readonly substrate: Substrate;
  readonly lastState: LastState;
  /** PacketsPerSecond of instances that have none of their own. */
  readonly throttle?: number | undefined;
  readonly clock: Clock;
  readonly log: Log;
};

/** How many instances are asked for at once: enough to be quick, few enough to answer requests in between. */
const PAGE = 500;

/** Places everything that the host knew when its last process ended, without the control plane. */
export async function placeKnown(host: Host, known: KnownInstance[]): Promise<void> {
  await Promise.all(known.map(({ desired, endpoints }) => place(host, desired, endpoints)));
}

/**
 * Brings about everything that is desired after `revision`, and acknowledges it.
 *
 * @returns the revision to ask after next
 * @throws what the control plane or the last state throws; the next look has to begin at revision 0
 */
export async function reconcile(host: Host, controlPlane: ControlPlaneForHost, revision: number): Promise<number> {
  await bringAbout(host, controlPlane, [...host.unplaced.values()]);
  const unmentioned = new Set(revision === 0 ? [...host.instances.keys(), ...host.unplaced.keys()] : []);
  const withKeys = new Set(revision === 0 ? [] : host.regionKeys.keys());
  let upTo = revision;
  for (;;) {
    const page = await controlPlane.desiredAfter(upTo, PAGE);
    if (page.instances.length === 0) break;
    await learnKeys(host, controlPlane, page.instances, withKeys);
    await bringAbout(host, controlPlane, page.instances);
    for (const { instance } of page.instances) unmentioned.delete(instance.InstanceId);
    upTo = page.upTo;
  }
  const gone = [...unmentioned].flatMap((id) => host.instances.get(id)?.desired ?? host.unplaced.get(id) ?? []);
  const ended = gone.map((desired): DesiredInstance => ({ ...desired, run: 'terminated' }));
  await bringAbout(host, controlPlane, ended);
  if (revision === 0) await host.substrate.forgetOthers();
  return upTo;
}

/**
 * Asks for the keys of Regions in which an instance is to run, one after the other: the first who asks waits for
 * them to be made. What was served without them, or with those of another installation, is prepared anew.
 *
 * @param withKeys Regions that this look need not ask for; it comes to hold those that were asked for
 */
async function learnKeys(
  host: Host,
  controlPlane: ControlPlaneForHost,
  desired: DesiredInstance[],
  withKeys: Set<string>,
): Promise<void> {
  const regions = new Set(desired.flatMap(({ run, instance }) => (run === 'running' ? [instance.region] : [])));
  for (const region of regions) {
    if (withKeys.has(region)) continue;
    const keys = await controlPlane.regionKeys(region);
    withKeys.add(region);
    if (isDeepStrictEqual(host.regionKeys.get(region), keys)) continue;
    // On disk first: what is in memory is taken for saved.
    host.lastState.saveRegionKeys(region, keys);
    host.regionKeys.set(region, keys);
    for (const hosted of host.instances.values()) {
      if (hosted.desired.instance.region === region) hosted.imds = undefined;
    }
  }
}

/** Has the next look place an instance again, and say where it then is, whatever was said of it before. */
export function placeAgain(host: Host, InstanceId: string): void {
  const hosted = host.instances.get(InstanceId);
  if (!hosted || host.unplaced.has(InstanceId)) return;
  const { endpoints: _reported, ...instance } = hosted.desired.instance;
  host.unplaced.set(InstanceId, { ...hosted.desired, instance });
}

async function bringAbout(host: Host, controlPlane: ControlPlaneForHost, desired: DesiredInstance[]): Promise<void> {
  if (desired.length === 0) return;
  const placed = await Promise.all(desired.map((each) => place(host, each)));
  save(host, desired);
  const news = placed.filter((acknowledgement) => acknowledgement !== undefined);
  if (news.length > 0) await controlPlane.acknowledge(news);
}

/**
 * Brings one instance about. What is to be answered changes before this first waits, for any number of instances at
 * once; so does what is held of their addresses.
 *
 * @param endpoints those of an instance that the last state knows
 * @returns what to acknowledge: nothing when the control plane knows it already, or when it failed
 */
async function place(
  host: Host,
  desired: DesiredInstance,
  endpoints?: ImdsEndpoints,
): Promise<Acknowledgement | undefined> {
  const { InstanceId } = desired.instance;
  try {
    const acknowledgement =
      desired.run === 'terminated'
        ? await remove(host, desired)
        : await apply(host, remember(host, desired, endpoints));
    host.unplaced.delete(InstanceId);
    // What it says of the time does not matter here: would the control plane learn anything from it?
    return acknowledged(desired.instance, acknowledgement, 0) === desired.instance ? undefined : acknowledgement;
  } catch (err) {
    if (!host.unplaced.has(InstanceId)) host.log.error('instance cannot be placed yet', { InstanceId, err });
    host.unplaced.set(InstanceId, desired);
    return undefined;
  }
}

async function apply(host: Host, hosted: HostedInstance): Promise<Acknowledgement> {
  const { desired, endpoints: formerly } = hosted;
  const { InstanceId } = desired.instance;
  const open = await host.substrate.apply({ desired, serve: (nowMs) => serve(host, hosted, nowMs), formerly });
  const { obstacle: _overcome, ...kept } = formerly;
  const endpoints = { ...kept, ...open };
  if (!isDeepStrictEqual(endpoints, formerly)) {
    if (open.obstacle !== undefined) host.log.warn('instance is out of reach', { InstanceId, hint: open.obstacle });
    else if (desired.run === 'running')
      host.log.info('metadata service answers', { InstanceId, address: Object.values(open).join(' ') });
    Object.assign(hosted, { endpoints, isSaved: false });
  }
  return { InstanceId, revision: desired.revision, ...(desired.run === 'running' && { endpoints: open }) };
}

async function remove(host: Host, { revision, instance }: DesiredInstance): Promise<Acknowledgement> {
  host.instances.delete(instance.InstanceId);
  await host.substrate.remove(instance.InstanceId);
  return { InstanceId: instance.InstanceId, revision };
}

/** From here on the instance's metadata service answers what is desired. */
function remember(host: Host, desired: DesiredInstance, endpoints?: ImdsEndpoints): HostedInstance {
  const { InstanceId } = desired.instance;
  const known = host.instances.get(InstanceId);
  if (known && isSame(known.desired, desired)) return Object.assign(known, { desired });
  const sameFaults = known && isDeepStrictEqual(known.desired.instance.Faults, desired.instance.Faults);
  const traffic = sameFaults ? known.traffic : newTraffic();
  const news = { desired, sinceMs: host.clock(), isSaved: endpoints !== undefined, traffic, imds: undefined };
  // An object that is known is changed and not replaced: its listeners answer from it.
  const hosted = Object.assign(
    known ?? { endpoints: endpoints ?? {}, requests: new RequestRecord(host.clock()) },
    news,
  );
  host.instances.set(InstanceId, hosted);
  return hosted;
}

/** What the instance's metadata service answers from at `nowMs`. */
export function serve(host: Host, hosted: HostedInstance, nowMs: number): ImdsInstance {
  if (hosted.imds === undefined || nowMs >= hosted.imds.goodUntilMs) {
    const { desired, sinceMs, traffic, requests } = hosted;
    hosted.imds = prepareInstance(desired, {
      hostKey: host.lastState.tokenKey,
      regionKeys: host.regionKeys.get(desired.instance.region),
      sinceMs,
      nowMs,
      traffic,
      requests,
      throttle: host.throttle,
    });
  }
  return hosted.imds;
}

/** Whether both say the same, apart from what the host itself has reported. */
function isSame(a: DesiredInstance, b: DesiredInstance): boolean {
  return a.revision === b.revision && isDeepStrictEqual(withoutReported(a), withoutReported(b));
}

function withoutReported({ instance, ...desired }: DesiredInstance): object {
  const { State, appliedRevision, endpoints, terminatedAtMs, ...told } = instance;
  return { ...desired, told };
}

function save(host: Host, desired: DesiredInstance[]): void {
  const ids = desired.map(({ instance }) => instance.InstanceId);
  const hosted = ids.flatMap((InstanceId) => host.instances.get(InstanceId) ?? []);
  const unsaved = hosted.filter(({ isSaved }) => !isSaved);
  const gone = ids.filter((InstanceId) => !host.instances.has(InstanceId) && !host.unplaced.has(InstanceId));
  if (unsaved.length === 0 && gone.length === 0) return;
  host.lastState.save(unsaved, gone);
  for (const each of unsaved) each.isSaved = true;
}
