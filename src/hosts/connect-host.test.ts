/** The control plane's side of a host, on a real store: what the host is told, and what its acknowledgements change. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ControlPlaneForHost, Instance } from '../model.ts';
import { PUBLIC_POOL, withPublicAddress } from '../public-addresses.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { OTHER_SCOPES, SCOPE, sampleInstance } from '../store/testing.ts';
import { connectHost } from './connect-host.ts';
import { launch, makeNetwork, update } from './testing.ts';

const NOW = Date.UTC(2026, 10, 23);
const ENDPOINTS = { ipv4: 'http://127.1.0.1:1338' };

let directory: string;
let store: Store;
let host: ControlPlaneForHost;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'openimds-hosts-'));
  store = await openSqliteStore(directory);
  host = connectHost(store, () => NOW, 'local');
  await makeNetwork(store, SCOPE);
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

function read(InstanceId: string): Promise<Instance | undefined> {
  return store.transaction(async (tx) => (await tx.instances.get(SCOPE, [InstanceId]))[0]);
}

/** Everything that the host is told from a revision on, page by page. */
async function ask(revision: number, limit: number): Promise<{ pages: string[][]; upTo: number }> {
  const pages: string[][] = [];
  for (let upTo = revision; ; ) {
    const page = await host.desiredAfter(upTo, limit);
    if (page.instances.length === 0) return { pages, upTo };
    pages.push(page.instances.map((desired) => desired.instance.InstanceId));
    upTo = page.upTo;
  }
}

describe('a host is told nothing', () => {
  test('of an empty store', async () => {
    expect(await host.desiredAfter(0, 10)).toEqual({ instances: [], upTo: 0 });
  });

  test('of instances of another host', async () => {
    await launch(store, [sampleInstance({ host: 'elsewhere' })]);
    expect((await host.desiredAfter(0, 10)).instances).toEqual([]);
  });

  test('that it has asked after already', async () => {
    const [instance] = await launch(store, [sampleInstance()]);
    const revision = instance?.revision as number;
    expect(await host.desiredAfter(revision, 10)).toEqual({ instances: [], upTo: revision });
  });

  test('again because it has acknowledged', async () => {
    const [instance] = await launch(store, [sampleInstance({ State: 'pending' })]);
    const { InstanceId = '', revision = 0 } = instance ?? {};
    let wakeUps = 0;
    host.subscribe(() => wakeUps++);
    await host.acknowledge([{ InstanceId, revision, endpoints: ENDPOINTS }]);
    await launch(store, []);
    // Wake-ups come in the order of their commits, so the only one is that of the second, which took a revision.
    await expect.poll(() => wakeUps, { timeout: 20_000 }).toBe(1);
    expect((await host.desiredAfter(revision, 10)).instances).toEqual([]);
  });
});

test('a host is told all that it needs to know', async () => {
  const [instance] = await launch(store, [sampleInstance({ State: 'pending', KeyName: 'my-key' })]);
  const { InstanceId, SubnetId, VpcId } = instance as Instance;
  const Tags = [{ Key: 'Name', Value: 'web' }];
  await store.transaction(async (tx) => {
    await tx.tags.put(SCOPE, { ResourceId: InstanceId, ResourceType: 'instance' }, Tags);
    const key = { KeyPairId: 'key-0123456789abcdef0', KeyName: 'my-key', KeyFingerprint: 'aa:bb', CreateTime: '' };
    await tx.documents.put('key-pair', SCOPE, 'my-key', {
      ...SCOPE,
      ...key,
      KeyType: 'rsa',
      PublicKey: 'ssh-rsa AAAA',
    });
  });
  const { instances, upTo } = await host.desiredAfter(0, 10);
  expect(upTo).toBe(instance?.revision);
  expect(instances).toEqual([
    {
      revision: instance?.revision,
      run: 'running',
      instance,
      Tags,
      SecurityGroups: [{ GroupId: 'sg-0123456789abcdef0', GroupName: 'default' }],
      Subnets: [expect.objectContaining({ SubnetId })],
      Vpc: expect.objectContaining({ VpcId }),
      KeyPair: { KeyName: 'my-key', PublicKey: 'ssh-rsa AAAA' },
      credentialsKey: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    },
  ]);
});

test('a host is told each instance with the resources of its own account and Region', async () => {
  for (const scope of OTHER_SCOPES) await makeNetwork(store, scope);
  const made = await launch(
    store,
    [SCOPE, ...OTHER_SCOPES].map((scope) => sampleInstance(scope)),
  );
  await store.transaction(async (tx) => {
    for (const { account, region, InstanceId } of made) {
      const resource = { ResourceId: InstanceId, ResourceType: 'instance' };
      await tx.tags.put({ account, region }, resource, [{ Key: 'of', Value: `${account} ${region}` }]);
    }
  });
  const { instances } = await host.desiredAfter(0, 10);
  expect(instances.map((desired) => desired.instance.InstanceId)).toEqual(made.map((instance) => instance.InstanceId));
  for (const { instance, Tags, Vpc, Subnets } of instances) {
    expect(Tags).toEqual([{ Key: 'of', Value: `${instance.account} ${instance.region}` }]);
    for (const resource of [Vpc, ...Subnets]) {
      expect(resource).toMatchObject({ account: instance.account, region: instance.region });
    }
  }
});

test('an instance whose key pair or image is gone is still told', async () => {
  await launch(store, [sampleInstance({ KeyName: 'gone', ImageId: 'ami-00000000000000000' })]);
  const { instances } = await host.desiredAfter(0, 10);
  expect(instances).toHaveLength(1);
  expect(instances[0]).not.toHaveProperty('KeyPair');
});

test('every host of a Region is given the same keys', async () => {
  const keys = await host.regionKeys('us-east-1');
  expect(Object.keys(keys.identityKeys)).toEqual(['DSA', 'RSA', 'RSA-2048', 'DSA-2048']);
  expect(Object.keys(keys.sshSigner)).toEqual(['certificates', 'ocspResponses']);
  expect(await connectHost(store, () => NOW, 'elsewhere').regionKeys('us-east-1')).toEqual(keys);
});

describe('page by page, every instance is told exactly once', () => {
  test('of a launch that is larger than a page', async () => {
    const first = await launch(store, [sampleInstance()]);
    const launched = await launch(
      store,
      Array.from({ length: 25 }, () => sampleInstance()),
    );
    const last = await launch(store, [sampleInstance()]);
    const { pages, upTo } = await ask(0, 4);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat()).toEqual([...first, ...launched, ...last].map((instance) => instance.InstanceId));
    expect(upTo).toBe(last[0]?.revision);
  });

  test('of many launches', async () => {
    const made: Instance[] = [];
    for (let i = 0; i < 10; i++) made.push(...(await launch(store, [sampleInstance(), sampleInstance()])));
    const { pages } = await ask(0, 5);
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(5);
    expect(pages.flat()).toEqual(made.map((instance) => instance.InstanceId));
  });
});

describe('an acknowledgement', () => {
  test('of an instance that does not exist, or is on another host, changes nothing', async () => {
    const [instance] = await launch(store, [sampleInstance({ State: 'pending', host: 'elsewhere' })]);
    const { InstanceId, revision } = instance as Instance;
    await host.acknowledge([
      { InstanceId, revision, endpoints: ENDPOINTS },
      { InstanceId: 'i-00000000000000000', revision, endpoints: ENDPOINTS },
    ]);
    expect(await read(InstanceId)).toEqual(instance);
  });

  test('of a pending instance makes it running, its options applied, at its endpoints', async () => {
    const [instance] = await launch(store, [sampleInstance({ State: 'pending' })]);
    const { InstanceId, revision } = instance as Instance;
    await host.acknowledge([{ InstanceId, revision, endpoints: ENDPOINTS }]);
    expect(await read(InstanceId)).toEqual({
      ...instance,
      State: 'running',
      appliedRevision: revision,
      endpoints: ENDPOINTS,
    });
  });

  test('of an old revision does not take a stopping instance back', async () => {
    const [before] = await launch(store, [sampleInstance({ State: 'running', endpoints: ENDPOINTS })]);
    const { InstanceId, revision } = before as Instance;
    const stopping = await update(store, { ...(before as Instance), State: 'stopping' });
    await host.acknowledge([{ InstanceId, revision, endpoints: ENDPOINTS }]);
    expect(await read(InstanceId)).toEqual({ ...stopping, appliedRevision: revision });
  });

  test('of a stopping instance makes it stopped', async () => {
    const [instance] = await launch(store, [sampleInstance({ State: 'stopping', endpoints: ENDPOINTS })]);
    const { InstanceId, revision } = instance as Instance;
    await host.acknowledge([{ InstanceId, revision }]);
    const after = await read(InstanceId);
    expect(after?.State).toBe('stopped');
    expect(after).not.toHaveProperty('endpoints');
  });

  test('of a stopping instance makes it stopped and frees its public address, and no other', async () => {
    const [sample] = [sampleInstance({ State: 'stopping' })];
    const [instance] = await launch(store, [withPublicAddress(sample, '198.18.0.1')]);
    const { InstanceId, SubnetId, revision } = instance as Instance;
    await store.transaction(async (tx) => {
      for (const pool of [PUBLIC_POOL, SubnetId]) await tx.addresses.takeOne(pool, 4, InstanceId);
    });
    await host.acknowledge([{ InstanceId, revision }]);
    expect((await read(InstanceId))?.NetworkInterfaces[0]).not.toHaveProperty('PublicIp');
    const taken = await store.transaction((tx) => tx.addresses.taken([PUBLIC_POOL, SubnetId]));
    expect([...taken]).toEqual([[SubnetId, 1]]);
  });

  test('of an instance that is shutting down makes it terminated and frees its addresses', async () => {
    const [instance] = await launch(store, [sampleInstance({ State: 'shutting-down' })]);
    const { InstanceId, SubnetId, revision } = instance as Instance;
    const pools = [SubnetId, `${SubnetId}/prefixes`, 'public-ipv4'];
    await store.transaction(async (tx) => {
      for (const pool of pools) await tx.addresses.takeOne(pool, 4, InstanceId);
    });
    await host.acknowledge([{ InstanceId, revision }]);
    expect(await read(InstanceId)).toMatchObject({ State: 'terminated', terminatedAtMs: NOW });
    expect(await store.transaction((tx) => tx.addresses.taken(pools))).toEqual(new Map());
  });
});
