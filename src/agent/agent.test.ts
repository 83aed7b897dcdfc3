/** The agent with everything real around it: sockets, its file, and a control plane on a store. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { connectHost } from '../hosts/connect-host.ts';
import { launch, makeNetwork, update } from '../hosts/testing.ts';
import { silentLog } from '../log.ts';
import type { ControlPlaneForHost, Instance, InstanceStateName } from '../model.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { SCOPE, sampleInstance } from '../store/testing.ts';
import { type Agent, startAgent } from './agent.ts';
import { descriptors } from './descriptors.ts';
import { openLastState } from './last-state.ts';
import type { Substrate } from './substrate.ts';
import { createLoopback } from './substrates/loopback.ts';
import { get, putToken, refuses } from './testing.ts';

/** How long a condition is waited for on a machine that is busy with other tests. */
const PATIENT = { timeout: 20_000 };

let directory: string;
let store: Store;
let controlPlane: ControlPlaneForHost;
let agents: Agent[];
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'openimds-agent-'));
  store = await openSqliteStore(join(directory, 'store'));
  controlPlane = connectHost(store, systemClock, 'local');
  agents = [];
  await makeNetwork(store, SCOPE);
});
afterEach(async () => {
  for (const agent of agents) await agent.close();
  await store.close();
  rmSync(directory, { recursive: true });
});

function start(parts: { controlPlane?: ControlPlaneForHost; substrate?: Substrate } = {}): Agent {
  const agent = startAgent({
    controlPlane,
    substrate: loopback(),
    lastState: openLastState(join(directory, 'agent')),
    clock: systemClock,
    log: silentLog,
    ...parts,
  });
  agents.push(agent);
  return agent;
}

function loopback(): Substrate {
  return createLoopback({
    port: 0,
    own: 'address',
    keepAlive: false,
    descriptors: descriptors(1000),
    clock: systemClock,
    log: silentLog,
  });
}

const OPTIONAL = { HttpTokens: 'optional' } as const;

function pending(changes: Parameters<typeof sampleInstance>[0] = {}): Instance {
  return sampleInstance({ State: 'pending', MetadataOptions: OPTIONAL, ...changes });
}

function readAll(ids: string[]): Promise<Instance[]> {
  return store.transaction((tx) => tx.instances.get(SCOPE, ids));
}

/** The instance, once its host has acknowledged its current revision and it is in this state. */
async function arrival(InstanceId: string, State: InstanceStateName): Promise<Instance> {
  await expect.poll(async () => (await readAll([InstanceId]))[0], PATIENT).toMatchObject({ State });
  return (await readAll([InstanceId]))[0] as Instance;
}

/** Launches an instance and waits until it runs. */
async function running(changes: Parameters<typeof sampleInstance>[0] = {}): Promise<Instance & { at: string }> {
  const [launched] = await launch(store, [pending(changes)]);
  return withAddress(await arrival(launched?.InstanceId as string, 'running'));
}

function withAddress(instance: Instance): Instance & { at: string } {
  return { ...instance, at: instance.endpoints?.ipv4 ?? '' };
}

async function stopped(instance: Instance): Promise<Instance> {
  await update(store, { ...instance, State: 'stopping' });
  return arrival(instance.InstanceId, 'stopped');
}

async function started(instance: Instance): Promise<Instance & { at: string }> {
  await update(store, { ...instance, State: 'pending', tokenGeneration: instance.tokenGeneration + 1 });
  return withAddress(await arrival(instance.InstanceId, 'running'));
}

function instanceId(at: string): Promise<{ status: number; body: string }> {
  return get(`${at}/latest/meta-data/instance-id`);
}

/** The instances that the last state of a closed agent knows. */
function knownIds(): string[] {
  const lastState = openLastState(join(directory, 'agent'));
  const ids = lastState.instances().map(({ desired }) => desired.instance.InstanceId);
  lastState.close();
  return ids;
}

describe('an agent that has stopped', () => {
  test('serves nothing', async () => {
    const agent = start();
    const { at } = await running();
    await agent.close();
    expect(await refuses(at)).toBe(true);
  });

  test('before it had caught up says so to who waits for that', async () => {
    const away: ControlPlaneForHost = { ...controlPlane, desiredAfter: () => Promise.reject(new Error('away')) };
    const agent = start({ controlPlane: away });
    await agent.close();
    await expect(agent.ready).rejects.toThrow(/closed before/);
  });
});

describe('the life of an instance', () => {
  test('launched: pending, then running, and its metadata service answers', async () => {
    start();
    const { InstanceId, at, revision, appliedRevision } = await running();
    expect(appliedRevision).toBe(revision);
    expect((await instanceId(at)).body).toBe(InstanceId);
  });

  test('launched before the agent started: running when the agent is ready', async () => {
    const [launched] = await launch(store, [pending()]);
    await start().ready;
    expect((await readAll([launched?.InstanceId as string]))[0]?.State).toBe('running');
  });

  test('running: State `pending` then `applied`, and the options obeyed without a restart', async () => {
    start();
    const instance = await running();
    const MetadataOptions = { ...instance.MetadataOptions, HttpTokens: 'required' } as const;
    const { revision } = await update(store, { ...instance, MetadataOptions });
    await expect.poll(async () => (await readAll([instance.InstanceId]))[0]?.appliedRevision, PATIENT).toBe(revision);
    expect((await instanceId(instance.at)).status).toBe(401);
    const token = await putToken(instance.at);
    const answer = await get(`${instance.at}/latest/meta-data/instance-id`, { 'X-aws-ec2-metadata-token': token });
    expect(answer.body).toBe(instance.InstanceId);
  });

  test('running: changing options leaves existing session tokens good', async () => {
    start();
    const instance = await running();
    const token = await putToken(instance.at);
    const MetadataOptions = { ...instance.MetadataOptions, HttpTokens: 'required' } as const;
    await update(store, { ...instance, MetadataOptions });
    await expect.poll(async () => (await instanceId(instance.at)).status, PATIENT).toBe(401);
    const answer = await get(`${instance.at}/latest/meta-data/instance-id`, { 'X-aws-ec2-metadata-token': token });
    expect(answer.status).toBe(200);
  });

  test('stopped: its address refuses; started: it answers there again, and earlier tokens are refused', async () => {
    start();
    const before = await running();
    const token = await putToken(before.at);
    const atRest = await stopped(before);
    expect(atRest.endpoints).toBeUndefined();
    expect(await refuses(before.at)).toBe(true);
    const after = await started(atRest);
    expect(after.at).toBe(before.at);
    expect((await instanceId(after.at)).body).toBe(before.InstanceId);
    const answer = await get(`${after.at}/latest/meta-data/`, { 'X-aws-ec2-metadata-token': token });
    expect(answer.status).toBe(401);
  });

  test('instance stopped: a change of options is accepted, applied at next start', async () => {
    start();
    const atRest = await stopped(await running());
    const MetadataOptions = { ...atRest.MetadataOptions, HttpTokens: 'required' } as const;
    const changed = await update(store, { ...atRest, MetadataOptions });
    // A later instance is running, so the host has looked at the change and left it pending.
    await running();
    expect((await readAll([atRest.InstanceId]))[0]?.appliedRevision).toBeLessThan(changed.revision);
    const after = await started(changed);
    expect(after.appliedRevision).toBeGreaterThan(changed.revision);
    expect((await instanceId(after.at)).status).toBe(401);
  });

  test('terminated: its address refuses, and the host forgets it', async () => {
    const agent = start();
    const instance = await running();
    await update(store, { ...instance, State: 'shutting-down' });
    const { terminatedAtMs } = await arrival(instance.InstanceId, 'terminated');
    expect(terminatedAtMs).toBeDefined();
    expect(await refuses(instance.at)).toBe(true);
    await agent.close();
    expect(knownIds()).toEqual([]);
  });

  test('tags appear while it runs', async () => {
    start();
    const instance = await running({ MetadataOptions: { ...OPTIONAL, InstanceMetadataTags: 'enabled' } });
    await store.transaction(async (tx) => {
      const resource = { ResourceId: instance.InstanceId, ResourceType: 'instance' };
      await tx.tags.put(SCOPE, resource, [{ Key: 'Name', Value: 'web' }]);
      await tx.instances.update([{ ...instance, revision: await tx.nextRevision() }]);
    });
    const read = async () => (await get(`${instance.at}/latest/meta-data/tags/instance/Name`)).body;
    await expect.poll(read, PATIENT).toBe('web');
  });

  test('faults are in force while it runs; what they count goes on over other changes, and begins anew with theirs', async () => {
    start();
    const instance = await running();
    const statuses = async (count: number) => {
      const seen: number[] = [];
      for (let i = 0; i < count; i++) seen.push((await instanceId(instance.at)).status);
      return seen;
    };
    const change = async (changes: Partial<Instance>) => {
      const [current] = await readAll([instance.InstanceId]);
      const { revision } = await update(store, { ...(current as Instance), ...changes });
      await expect.poll(async () => (await readAll([instance.InstanceId]))[0]?.appliedRevision, PATIENT).toBe(revision);
    };
    const Errors = { Status: 503, Share: 1 / 3 } as const;
    await change({ Faults: { Errors } });
    expect(await statuses(2)).toEqual([503, 200]);
    await change({ MetadataOptions: { ...instance.MetadataOptions, HttpPutResponseHopLimit: 2 } });
    expect(await statuses(3)).toEqual([200, 503, 200]);
    await change({ Faults: { Errors, CredentialsLifetimeSeconds: 60 } });
    expect(await statuses(2)).toEqual([503, 200]);
    await change({ Faults: {} });
    expect(await statuses(3)).toEqual([200, 200, 200]);
  });

  test('a new generation of session tokens while it runs: those from before are refused, new ones good', async () => {
    start();
    const instance = await running();
    const before = await putToken(instance.at);
    const { revision } = await update(store, { ...instance, tokenGeneration: instance.tokenGeneration + 1 });
    await expect.poll(async () => (await readAll([instance.InstanceId]))[0]?.appliedRevision, PATIENT).toBe(revision);
    const status = async (token: string) =>
      (await get(`${instance.at}/latest/meta-data/`, { 'X-aws-ec2-metadata-token': token })).status;
    expect([await status(before), await status(await putToken(instance.at))]).toEqual([401, 200]);
  });

  test('200 instances launched at once all answer, each at an address of its own', async () => {
    start();
    const launched = await launch(
      store,
      Array.from({ length: 200 }, () => pending()),
    );
    const ids = launched.map((instance) => instance.InstanceId);
    const states = async () => new Set((await readAll(ids)).map((instance) => instance.State));
    await expect.poll(states, PATIENT).toEqual(new Set(['running']));
    const all = (await readAll(ids)).map(withAddress);
    expect(new Set(all.map((instance) => instance.at)).size).toBe(200);
    const answers = await Promise.all(all.map((instance) => instanceId(instance.at)));
    expect(answers.map((answer) => answer.body)).toEqual(all.map((instance) => instance.InstanceId));
  });
});

describe('what it says of its instances', () => {
  const INSTANCE_ID = '/latest/meta-data/instance-id';

  test('of one that it does not know: nothing', async () => {
    const { host } = start();
    const unknown = 'i-0123456789abcdef0';
    const { Counts, Requests } = await host.metadataRequests(unknown, 0);
    expect([Requests, Counts.NoToken]).toEqual([[], 0]);
    expect(await host.metadataRequestCounts([unknown])).toEqual(new Map());
    expect(await host.metadata(unknown, '/')).toBeUndefined();
  });

  test('who has asked, also over a stop and a start, until it is terminated', async () => {
    const { host } = start();
    const instance = await running();
    const { InstanceId } = instance;
    const seen = async () =>
      (await host.metadataRequests(InstanceId, 0)).Requests.map(({ Number: number, Path }) => [number, Path]);
    await instanceId(instance.at);
    expect(await seen()).toEqual([[1, INSTANCE_ID]]);
    await stopped(instance);
    expect(await seen()).toEqual([[1, INSTANCE_ID]]);
    const again = await started(instance);
    await putToken(again.at);
    expect(await seen()).toEqual([
      [1, INSTANCE_ID],
      [2, '/latest/api/token'],
    ]);
    expect((await host.metadataRequests(InstanceId, 1)).Requests).toMatchObject([{ Number: 2, Version: 2 }]);
    const counts = await host.metadataRequestCounts([InstanceId]);
    expect(counts.get(InstanceId)).toMatchObject({ NoToken: 1, TokenPut: 1, Hops: [] });
    await update(store, { ...again, State: 'shutting-down' });
    await arrival(InstanceId, 'terminated');
    expect(await seen()).toEqual([]);
  });

  test('its metadata, as long as it runs, without a trace of having looked', async () => {
    const { host } = start();
    const instance = await running();
    const { InstanceId } = instance;
    const view = () => host.metadata(InstanceId, INSTANCE_ID);
    expect(await view()).toEqual({ Path: INSTANCE_ID, Status: 200, Value: InstanceId });
    expect((await host.metadataRequests(InstanceId, 0)).Requests).toEqual([]);
    await stopped(instance);
    expect(await view()).toBeUndefined();
  });
});

describe('after a restart of its own', () => {
  test('it answers from the last state, while the control plane is away', async () => {
    const first = start();
    const [runs, rests] = [await running(), await running()];
    const token = await putToken(runs.at);
    await stopped(rests);
    await first.close();
    start({ controlPlane: { ...controlPlane, desiredAfter: () => Promise.reject(new Error('away')) } });
    await expect.poll(() => refuses(runs.at), PATIENT).toBe(false);
    const answer = await get(`${runs.at}/latest/meta-data/instance-id`, { 'X-aws-ec2-metadata-token': token });
    expect(answer.body).toBe(runs.InstanceId);
    expect(await refuses(rests.at)).toBe(true);
  });

  test('a stopped instance starts at the address that it had', async () => {
    const first = start();
    const before = await running();
    const atRest = await stopped(before);
    await first.close();
    start();
    expect((await started(atRest)).at).toBe(before.at);
  });

  test('nothing is acknowledged again', async () => {
    const first = start();
    const [runs, rests, ends] = [await running(), await running(), await running()];
    await stopped(rests);
    await update(store, { ...ends, State: 'shutting-down' });
    await arrival(ends.InstanceId, 'terminated');
    await first.close();
    const said: string[] = [];
    const heard: ControlPlaneForHost = {
      ...controlPlane,
      async acknowledge(acknowledgements) {
        said.push(...acknowledgements.map((acknowledgement) => acknowledgement.InstanceId));
      },
    };
    await start({ controlPlane: heard }).ready;
    expect(said).toEqual([]);
    expect(await refuses(runs.at)).toBe(false);
  });

  test('what had not been acknowledged is acknowledged', async () => {
    const { promise: attempted, resolve: attempt } = Promise.withResolvers<void>();
    const mute: ControlPlaneForHost = {
      ...controlPlane,
      async acknowledge() {
        attempt();
        throw new Error('away');
      },
    };
    const [launched] = await launch(store, [pending()]);
    const InstanceId = launched?.InstanceId as string;
    const first = start({ controlPlane: mute });
    await attempted;
    await first.close();
    expect(knownIds()).toEqual([InstanceId]);
    expect((await readAll([InstanceId]))[0]?.State).toBe('pending');
    await start().ready;
    expect((await readAll([InstanceId]))[0]?.State).toBe('running');
  });

  test('what changed meanwhile is brought about', async () => {
    const first = start();
    const [a, b] = [await running(), await running()];
    await first.close();
    await update(store, { ...a, State: 'stopping' });
    await update(store, { ...b, MetadataOptions: { ...b.MetadataOptions, HttpTokens: 'required' } });
    await start().ready;
    expect(await refuses(a.at)).toBe(true);
    expect((await instanceId(b.at)).status).toBe(401);
  });

  test('instances that the control plane does not have any more are gone', async () => {
    const first = start();
    const { InstanceId, at } = await running();
    await first.close();
    await store.close();
    store = await openSqliteStore(join(directory, 'another-store'));
    const second = start({ controlPlane: connectHost(store, systemClock, 'local') });
    await second.ready;
    expect(await refuses(at)).toBe(true);
    await second.close();
    expect(knownIds()).not.toContain(InstanceId);
  });
});

test('after a restart it has the keys of its Regions that the control plane gave it', async () => {
  const agent = start();
  await running();
  await agent.close();
  const lastState = openLastState(join(directory, 'agent'));
  expect(lastState.regionKeys()).toEqual(new Map([[SCOPE.region, await controlPlane.regionKeys(SCOPE.region)]]));
  lastState.close();
});

describe('while the control plane is away', () => {
  test('instances go on answering, and what was desired meanwhile is brought about when it is back', async () => {
    let isAway = false;
    let failed = 0;
    const shaky: ControlPlaneForHost = {
      ...controlPlane,
      desiredAfter(revision, limit) {
        if (!isAway) return controlPlane.desiredAfter(revision, limit);
        failed++;
        return Promise.reject(new Error('away'));
      },
    };
    start({ controlPlane: shaky });
    const before = await running();
    isAway = true;
    const [launched] = await launch(store, [pending()]);
    await expect.poll(() => failed, PATIENT).toBeGreaterThanOrEqual(2);
    expect((await instanceId(before.at)).body).toBe(before.InstanceId);
    isAway = false;
    const after = withAddress(await arrival(launched?.InstanceId as string, 'running'));
    expect((await instanceId(after.at)).body).toBe(after.InstanceId);
  });

  test('a lost acknowledgement is given again', async () => {
    let toLose = 0;
    const lossy: ControlPlaneForHost = {
      ...controlPlane,
      acknowledge: (said) => (toLose-- > 0 ? Promise.reject(new Error('away')) : controlPlane.acknowledge(said)),
    };
    start({ controlPlane: lossy });
    await running();
    toLose = 2;
    await running();
    expect(toLose).toBeLessThan(0);
  });
});

test('a control plane that comes back with another past is followed in that, down to the same revision', async () => {
  const another = await openSqliteStore(join(directory, 'another-store'));
  await makeNetwork(another, SCOPE);
  let current: ControlPlaneForHost = controlPlane;
  const restored: ControlPlaneForHost = {
    desiredAfter: (revision, limit) => current.desiredAfter(revision, limit),
    acknowledge: (acknowledgements) => current.acknowledge(acknowledgements),
    regionKeys: (region) => current.regionKeys(region),
    subscribe: (wake) => controlPlane.subscribe(wake),
  };
  start({ controlPlane: restored });
  const [stays, goes] = [await running(), await running()];
  const MetadataOptions = { ...stays.MetadataOptions, HttpTokens: 'required' } as const;
  const [other] = await launch(another, [{ ...stays, MetadataOptions }]);
  expect(other?.revision).toBe(stays.revision);
  await new Promise<void>((missed) => {
    const desiredAfter = () => Promise.reject(new Error('away')).finally(missed);
    current = { ...controlPlane, desiredAfter };
    void launch(store, []);
  });
  current = connectHost(another, systemClock, 'local');
  await expect.poll(async () => (await instanceId(stays.at)).status, PATIENT).toBe(401);
  await expect.poll(() => refuses(goes.at), PATIENT).toBe(true);
  await agents.pop()?.close();
  await another.close();
});

describe('an instance that cannot be placed', () => {
  test('does not hold up the others, and is placed once it can be', async () => {
    const [poor, rich] = await launch(store, [pending(), pending()]);
    const { InstanceId } = poor as Instance;
    let isPossible = false;
    const real = loopback();
    const picky: Substrate = {
      ...real,
      apply: (placement) =>
        placement.desired.instance.InstanceId === InstanceId && !isPossible
          ? Promise.reject(new Error('no room'))
          : real.apply(placement),
    };
    await start({ substrate: picky }).ready;
    expect((await readAll([InstanceId]))[0]?.State).toBe('pending');
    const other = withAddress(await arrival(rich?.InstanceId as string, 'running'));
    expect((await instanceId(other.at)).status).toBe(200);
    isPossible = true;
    const placed = withAddress(await arrival(InstanceId, 'running'));
    expect((await instanceId(placed.at)).body).toBe(InstanceId);
  });
});

describe('an instance whose place changes beneath it', () => {
  test('is placed again, and the control plane hears each time where it is, also when it is where it was before', async () => {
    let obstacle: string | undefined;
    let changed: (InstanceId: string) => void = () => {};
    const real = loopback();
    const shaky: Substrate = {
      ...real,
      apply: async (placement) => {
        const endpoints = await real.apply(placement);
        return obstacle === undefined ? endpoints : { obstacle };
      },
      watch(tell) {
        changed = tell;
      },
    };
    const first = start();
    const { InstanceId } = await running();
    await first.close();
    // This one hears of an instance that has endpoints already.
    await start({ substrate: shaky }).ready;
    const endpoints = (await readAll([InstanceId]))[0]?.endpoints;
    const reported = async () => (await readAll([InstanceId]))[0]?.endpoints;
    for (const gone of ['the namespace is gone', 'it is gone again']) {
      obstacle = gone;
      changed(InstanceId);
      await expect.poll(reported, PATIENT).toEqual({ obstacle });
      obstacle = undefined;
      changed(InstanceId);
      await expect.poll(reported, PATIENT).toEqual(endpoints);
    }
    expect((await instanceId(endpoints?.ipv4 ?? '')).body).toBe(InstanceId);
    // What is no longer there when it is told of concerns nobody.
    changed('i-0fedcba9876543210');
  });
});

test('any number of wake-ups during a look make one more look', async () => {
  let looks = 0;
  let wake = () => {};
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const counting: ControlPlaneForHost = {
    ...controlPlane,
    subscribe(wakeUp) {
      wake = wakeUp;
      return () => {};
    },
    async desiredAfter(revision, limit) {
      if (++looks === 1) await held;
      return controlPlane.desiredAfter(revision, limit);
    },
  };
  const agent = start({ controlPlane: counting });
  await expect.poll(() => looks, PATIENT).toBe(1);
  for (let i = 0; i < 100; i++) wake();
  release();
  await agent.ready;
  await expect.poll(() => looks, PATIENT).toBe(2);
  await agent.close();
  expect(looks).toBe(2);
});
