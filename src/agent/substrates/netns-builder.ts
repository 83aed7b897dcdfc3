/**
 * Brings layouts about in the kernel and takes them away again, many at once.
 *
 *   wanted while a round runs ──> the next round: demolish ─> VPCs ─> links ─> addresses and routes ─> mark as complete
 *
 * Each step is one batch for all that are in the round. The mark, the alias of the VPC's end of a link, has the instance's
 * id and its layout's fingerprint: what carries the right one stays as it is after a restart, and what a crash has left
 * half done carries none. Everything that is changed has the installation's prefix in its name, or is a link from there.
 */

import { existsSync, writeFileSync } from 'node:fs';
import { inNamespace } from './kernel.ts';
import { enableIpv6, isAttached, namespacePath, ObstacleError, obstacleOf, obstacleTo } from './netns-attachment.ts';
import { vpcRuleset } from './netns-firewall.ts';
import { imdsIpv6Line, type Layout, type Names, VPC_LINES, VPC_SETTINGS } from './netns-layout.ts';
import {
  MACHINE_SETTINGS,
  machineRuleset,
  UPLINK,
  uplinkOf,
  uplinkPrefix,
  withoutMachineRuleset,
} from './netns-uplink.ts';
import { askIp, loadRuleset, runIp, runIpInMany } from './network-programs.ts';

export type Builder = {
  /** Resolves when the instance stands as laid out. @throws ObstacleError when it cannot be attached now */
  build(layout: Layout): Promise<void>;
  /** Whether the instance still stands as it was built. */
  stands(layout: Layout): boolean;
  /** Whether fd00:ec2::254 can be reached by the instance. */
  switchIpv6(layout: Layout, enabled: boolean): Promise<void>;
  /** Takes away whatever there is of an instance. */
  demolish(InstanceId: string): Promise<void>;
  /** Takes away all instances of this installation but these. */
  demolishOthers(keep: ReadonlySet<string>): Promise<void>;
};

/** What there is of an instance in the kernel. */
type Standing = { vpcNamespace: string; hostDevices: string[]; fingerprint: string };

type Job = { layout?: Layout; InstanceId: string; settle: PromiseWithResolvers<void> };

/** The VPC's ruleset has to be loaded again, and in each namespace a line to be run. */
type IPv6Change = { settle: PromiseWithResolvers<void>; routes: Map<string, string> };

/** A group of links that go together: thirty times as fast as one by one, because the kernel waits once for all. */
const DOOMED = 28_521;

/**
 * Looks at what an earlier process has left, and goes on from there.
 *
 * @param nat whether instances reach what is outside of their VPC
 */
export async function openBuilder(names: Names, nat: boolean): Promise<Builder> {
  const builder = new Rounds(names, nat);
  await builder.look();
  return builder;
}

class Rounds implements Builder {
  readonly #names: Names;
  readonly #prefix: string;
  readonly #nat: boolean;
  readonly #standing = new Map<string, Standing>();
  /** By VPC namespace: the ends of links whose IPv6 endpoint is on. */
  readonly #vpcs = new Map<string, Set<string>>();
  #jobs: Job[] = [];
  /** VPCs in which the IPv6 endpoint of some was switched. */
  #changedVpcs = new Map<string, IPv6Change>();
  #running = false;

  constructor(names: Names, nat: boolean) {
    this.#names = names;
    this.#prefix = names.prefix;
    this.#nat = nat;
  }

  async look(): Promise<void> {
    await this.#openOrCloseWayOut();
    const listed = await askIp<{ name: string }[]>(['netns', 'list']);
    const names = listed.map(({ name }) => name).filter((name) => name.startsWith(this.#prefix));
    for (const name of names.filter((each) => each.startsWith(`${this.#prefix}vpc-`))) await this.#lookAtVpc(name);
    for (const name of names.filter((each) => each.startsWith(`${this.#prefix}i-`))) {
      const InstanceId = name.slice(this.#prefix.length);
      if (!this.#standing.has(InstanceId)) {
        this.#standing.set(InstanceId, { vpcNamespace: '', hostDevices: [], fingerprint: '' });
      }
    }
  }

  async #lookAtVpc(vpcNamespace: string): Promise<void> {
    // Whatever it lacks, of an older version or because of a crash.
    await this.#setUpVpc(vpcNamespace);
    const links = await askIp<{ ifname: string; ifalias?: string }[]>(['-n', vpcNamespace, 'link', 'show']);
    for (const { ifname, ifalias = '' } of links.filter((link) => link.ifname !== 'lo' && link.ifname !== UPLINK)) {
      // A link without a mark belongs to nobody; it is taken away with the first that is built under its name.
      const [InstanceId = '', fingerprint = ''] = ifalias.split('/');
      const known = this.#standing.get(InstanceId || ifname);
      this.#standing.set(InstanceId || ifname, {
        vpcNamespace,
        hostDevices: [...(known?.hostDevices ?? []), ifname],
        fingerprint,
      });
    }
  }

  async build(layout: Layout): Promise<void> {
    if (this.stands(layout)) return;
    await this.#add({ layout, InstanceId: layout.InstanceId, settle: Promise.withResolvers() });
  }

  stands(layout: Layout): boolean {
    if (this.#standing.get(layout.InstanceId)?.fingerprint !== layout.fingerprint) return false;
    return layout.attachment ? isAttached(layout) : existsSync(namespacePath(layout.namespace));
  }

  demolish(InstanceId: string): Promise<void> {
    if (!this.#standing.has(InstanceId)) return Promise.resolve();
    return this.#add({ InstanceId, settle: Promise.withResolvers() });
  }

  async demolishOthers(keep: ReadonlySet<string>): Promise<void> {
    const others = [...this.#standing.keys()].filter((InstanceId) => !keep.has(InstanceId));
    await Promise.all(others.map((InstanceId) => this.demolish(InstanceId)));
  }

  switchIpv6(layout: Layout, enabled: boolean): Promise<void> {
    const { vpcNamespace, interfaces } = layout;
    const devices = this.#vpcs.get(vpcNamespace) ?? new Set();
    const changed = interfaces.filter(({ hostDevice }) => devices.has(hostDevice) !== enabled);
    if (changed.length === 0) return this.#changedVpcs.get(vpcNamespace)?.settle.promise ?? Promise.resolve();
    for (const { hostDevice } of changed) {
      if (enabled) devices.add(hostDevice);
      else devices.delete(hostDevice);
    }
    const change = this.#changedVpcs.get(vpcNamespace) ?? { settle: Promise.withResolvers<void>(), routes: new Map() };
    this.#changedVpcs.set(vpcNamespace, change);
    // What is in somebody else's namespace stays as it is.
    if (!layout.attachment) change.routes.set(layout.namespace, imdsIpv6Line(enabled));
    this.#start();
    return change.settle.promise;
  }

  #add(job: Job): Promise<void> {
    this.#jobs.push(job);
    this.#start();
    return job.settle.promise;
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    // After all that is wanted in the same turn.
    setImmediate(() => this.#run());
  }

  async #run(): Promise<void> {
    while (this.#jobs.length > 0 || this.#changedVpcs.size > 0) {
      const [jobs, vpcs] = [this.#jobs, this.#changedVpcs];
      [this.#jobs, this.#changedVpcs] = [[], new Map()];
      await this.#round(jobs);
      for (const [vpcNamespace, { settle, routes }] of vpcs) {
        // A line that fails changes nothing that was not so already.
        const lines = runIpInMany([...routes].map(([namespace, line]) => ({ namespace, lines: [line] })));
        await lines.then(() => this.#loadRuleset(vpcNamespace)).then(settle.resolve, settle.reject);
      }
    }
    this.#running = false;
  }

  async #round(jobs: Job[]): Promise<void> {
    try {
      // With them what a crash has left under the names that are needed.
      const names = jobs.flatMap(({ layout }) => layout?.interfaces.map(({ hostDevice }) => hostDevice) ?? []);
      await this.#takeAway([...jobs.map(({ InstanceId }) => InstanceId), ...names]);
      const failed = await this.#putUp(jobs.flatMap(({ layout }) => layout ?? []));
      await this.#takeAway([...failed.keys()]);
      await this.#takeAwayEmptyVpcs();
      for (const { InstanceId, settle } of jobs) {
        const error = failed.get(InstanceId);
        if (error === undefined) settle.resolve();
        else settle.reject(error);
      }
    } catch (error) {
      for (const { settle } of jobs) settle.reject(error);
    }
  }

  /** With the VPC's end of a link its other end goes too, wherever that is. */
  async #takeAway(instanceIds: string[]): Promise<void> {
    const gone = instanceIds.flatMap((InstanceId) => {
      const standing = this.#standing.get(InstanceId);
      return standing ? [{ InstanceId, ...standing }] : [];
    });
    for (const [vpcNamespace, those] of Map.groupBy(gone, (each) => each.vpcNamespace)) {
      const devices = those.flatMap(({ hostDevices }) => hostDevices);
      if (vpcNamespace === '' || devices.length === 0) continue;
      await runIp(
        [...devices.map((device) => `link set ${device} group ${DOOMED}`), `link delete group ${DOOMED}`],
        vpcNamespace,
      );
      for (const device of devices) this.#vpcs.get(vpcNamespace)?.delete(device);
    }
    const named = gone
      .map(({ InstanceId }) => `${this.#prefix}${InstanceId}`)
      .filter((name) => existsSync(namespacePath(name)));
    await runIp(named.map((name) => `netns del ${name}`));
    for (const { InstanceId } of gone) this.#standing.delete(InstanceId);
  }

  /** @returns what is wrong with those that failed, by InstanceId */
  async #putUp(wanted: Layout[]): Promise<Map<string, Error>> {
    const failed = new Map<string, Error>();
    for (const layout of wanted) {
      const obstacle = obstacleTo(layout);
      if (obstacle !== undefined) failed.set(layout.InstanceId, new ObstacleError(obstacle));
    }
    const layouts = wanted.filter(({ InstanceId }) => !failed.has(InstanceId));
    for (const vpcNamespace of new Set(layouts.map((layout) => layout.vpcNamespace)))
      await this.#putUpVpc(vpcNamespace);
    await runFor(layouts, (layout) => layout.links, failed);
    for (const { InstanceId, vpcNamespace, interfaces } of layouts) {
      const hostDevices = interfaces.map(({ hostDevice }) => hostDevice);
      this.#standing.set(InstanceId, { vpcNamespace, hostDevices, fingerprint: '' });
    }
    for (const layout of layouts) if (layout.attachment && !failed.has(layout.InstanceId)) enableIpv6(layout);
    const byVpc = [...Map.groupBy(layouts, (layout) => layout.vpcNamespace)];
    await Promise.all([
      runInInstances(layouts, failed),
      ...byVpc.map(([vpc, those]) => runFor(those, (layout) => layout.inVpc, failed, vpc)),
    ]);
    for (const [vpc, those] of byVpc) {
      const whole = those.filter(({ InstanceId }) => !failed.has(InstanceId));
      await runFor(whole, markLines, failed, vpc);
      for (const { InstanceId, fingerprint } of whole) {
        const standing = this.#standing.get(InstanceId);
        if (standing) standing.fingerprint = fingerprint;
      }
    }
    return failed;
  }

  async #putUpVpc(vpcNamespace: string): Promise<void> {
    if (!existsSync(namespacePath(vpcNamespace))) await orThrow(runIp([`netns add ${vpcNamespace}`]));
    else if (this.#vpcs.has(vpcNamespace)) return;
    await this.#setUpVpc(vpcNamespace);
  }

  async #setUpVpc(vpcNamespace: string): Promise<void> {
    this.#vpcs.set(vpcNamespace, new Set());
    inNamespace(namespacePath(vpcNamespace), () => {
      for (const [path, value] of VPC_SETTINGS) writeFileSync(`/proc/sys/net/${path}`, value);
    });
    await orThrow(runIp(VPC_LINES, vpcNamespace));
    await this.#loadRuleset(vpcNamespace);
    if (this.#nat) await this.#openWayOut(vpcNamespace);
  }

  /** What this machine itself needs for it; and where it is not asked for, takes away what was opened before. */
  async #openOrCloseWayOut(): Promise<void> {
    if (this.#nat) {
      for (const [path, value] of MACHINE_SETTINGS) writeFileSync(`/proc/sys/net/${path}`, value);
      await loadRuleset(machineRuleset(this.#names));
      return;
    }
    const links = await askIp<{ ifname: string }[]>(['link', 'show']);
    const open = links.filter(({ ifname }) => ifname.startsWith(uplinkPrefix(this.#names)));
    if (open.length === 0) return;
    await runIp(open.map(({ ifname }) => `link del ${ifname}`));
    await loadRuleset(withoutMachineRuleset(this.#names));
  }

  async #openWayOut(vpcNamespace: string): Promise<void> {
    const { device, links, inVpc } = uplinkOf(vpcNamespace, this.#names);
    // What an earlier process has left, whole or half done; mostly there is none.
    await runIp([`link del ${device}`]);
    await orThrow(runIp(links));
    await orThrow(runIp(inVpc, vpcNamespace));
  }

  async #loadRuleset(vpcNamespace: string): Promise<void> {
    const devices = this.#vpcs.get(vpcNamespace);
    if (devices) await loadRuleset(vpcRuleset([...devices]), vpcNamespace);
  }

  async #takeAwayEmptyVpcs(): Promise<void> {
    const inUse = new Set([...this.#standing.values()].map(({ vpcNamespace }) => vpcNamespace));
    const empty = [...this.#vpcs.keys()].filter((name) => !inUse.has(name));
    await runIp(empty.map((name) => `netns del ${name}`));
    for (const name of empty) this.#vpcs.delete(name);
  }
}

function markLines({ InstanceId, fingerprint, interfaces }: Layout): string[] {
  return interfaces.map(({ hostDevice }) => `link set ${hostDevice} alias ${InstanceId}/${fingerprint}`);
}

/** Runs the lines of many layouts as one batch, and notes for each that failed what was said first. */
async function runFor(
  layouts: Layout[],
  linesOf: (layout: Layout) => string[],
  failed: Map<string, Error>,
  namespace?: string,
): Promise<void> {
  const lines = layouts.flatMap((layout) => linesOf(layout).map((line) => ({ line, layout })));
  for (const { line, message } of await runIp(
    lines.map((each) => each.line),
    namespace,
  )) {
    const at = lines[line];
    if (at && !failed.has(at.layout.InstanceId)) failed.set(at.layout.InstanceId, failure(at.layout, at.line, message));
  }
}

/** As `runFor`, in the namespace of each. One that ends at this moment is not in the way of the others. */
async function runInInstances(layouts: Layout[], failed: Map<string, Error>): Promise<void> {
  const results = await runIpInMany(layouts.map(({ namespace, inInstance: lines }) => ({ namespace, lines })));
  layouts.forEach((layout, index) => {
    const [first] = results[index] ?? [];
    if (!first || failed.has(layout.InstanceId)) return;
    failed.set(layout.InstanceId, failure(layout, layout.inInstance[first.line] ?? '', first.message));
  });
}

function failure({ InstanceId, attachment }: Layout, line: string, message: string): Error {
  if (attachment) return new ObstacleError(obstacleOf(line, message));
  return new Error(`the network of ${InstanceId} cannot be set up: ${line}: ${message}`);
}

async function orThrow(result: ReturnType<typeof runIp>): Promise<void> {
  const [first] = await result;
  if (first) throw new Error(first.message);
}
