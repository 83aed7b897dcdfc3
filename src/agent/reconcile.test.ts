/** The keys of a host's Regions: asked for in time, asked for once, and kept as the control plane has them. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ImdsInstance } from '../imds/instance.ts';
import { desiredInstance } from '../imds/testing.ts';
import { silentLog } from '../log.ts';
import type { ControlPlaneForHost, DesiredInstance, RegionKeys } from '../model.ts';
import { openLastState } from './last-state.ts';
import { type Host, placeKnown, reconcile } from './reconcile.ts';
import type { Substrate } from './substrate.ts';

let directory: string;
let host: Host;
/** What a request to each placed instance would be answered from. */
let served: Map<string, (nowMs: number) => ImdsInstance>;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'openimds-reconcile-'));
  served = new Map();
  host = newHost();
});
afterEach(() => {
  host.lastState.close();
  rmSync(directory, { recursive: true });
});

/** A host on what the last one has left in the directory. */
function newHost(): Host {
  const lastState = openLastState(directory);
  const substrate: Substrate = {
    name: 'loopback',
    enforcesHopLimit: false,
    async apply({ desired, serve }) {
      served.set(desired.instance.InstanceId, serve);
      return { ipv4: 'http://192.0.2.1' };
    },
    async forgetOthers() {},
    async remove(InstanceId) {
      served.delete(InstanceId);
    },
    async close() {},
  };
  const regionKeys = lastState.regionKeys();
  return {
    instances: new Map(),
    unplaced: new Map(),
    regionKeys,
    substrate,
    lastState,
    clock: () => 0,
    log: silentLog,
  };
}

function servedAs(InstanceId: string): () => ImdsInstance {
  return () => (served.get(InstanceId) as (nowMs: number) => ImdsInstance)(0);
}

function restart(): void {
  host.lastState.close();
  host = newHost();
}

function desired(id: string, region: string, revision: number, run: DesiredInstance['run'] = 'running') {
  return desiredInstance({ revision, run, instance: { InstanceId: id, region, revision, appliedRevision: 0 } });
}

const pair = (text: string) => ({ privateKey: `${text} private`, certificate: text });
const keys = (text: string): RegionKeys => ({
  identityKeys: { DSA: pair(text), RSA: pair(text), 'RSA-2048': pair(text), 'DSA-2048': pair(text) },
  sshSigner: { certificates: text, ocspResponses: {} },
});

/** A control plane with these instances, whose keys say which of the installations it is. */
function controlPlane(instances: DesiredInstance[], installation = 'first') {
  const asked: string[] = [];
  const plane: ControlPlaneForHost = {
    async desiredAfter(after) {
      const news = instances.filter(({ revision }) => revision > after);
      return { instances: news, upTo: Math.max(after, ...news.map(({ revision }) => revision)) };
    },
    async acknowledge() {},
    async regionKeys(region) {
      // Whatever runs in a Region must not be there before its keys are.
      asked.push(`${region}, while ${served.size} are served`);
      return keys(`${installation} ${region}`);
    },
    subscribe: () => () => {},
  };
  return { ...plane, asked };
}

test('keys are not asked for where nothing is to run', async () => {
  const plane = controlPlane([desired('a', 'us-east-1', 1, 'stopped'), desired('b', 'eu-west-1', 2, 'terminated')]);
  await reconcile(host, plane, 0);
  expect(plane.asked).toEqual([]);
  expect(host.regionKeys).toEqual(new Map());
});

test('keys are asked for once for each Region, before an instance of it is brought about', async () => {
  const plane = controlPlane([
    desired('a', 'us-east-1', 1),
    desired('b', 'us-east-1', 1),
    desired('c', 'eu-west-1', 1),
  ]);
  await reconcile(host, plane, 0);
  expect(plane.asked).toEqual(['us-east-1, while 0 are served', 'eu-west-1, while 0 are served']);
  expect(host.regionKeys).toEqual(
    new Map([
      ['us-east-1', keys('first us-east-1')],
      ['eu-west-1', keys('first eu-west-1')],
    ]),
  );
});

test('a look at what has changed asks for the keys of new Regions only', async () => {
  await reconcile(host, controlPlane([desired('a', 'us-east-1', 1)]), 0);
  const later = controlPlane([desired('b', 'us-east-1', 2), desired('c', 'eu-west-1', 2)]);
  await reconcile(host, later, 1);
  expect(later.asked).toEqual(['eu-west-1, while 1 are served']);
});

test('an instance is not brought about while its keys cannot be had', async () => {
  const away = {
    ...controlPlane([desired('a', 'us-east-1', 1)]),
    regionKeys: () => Promise.reject(new Error('away')),
  };
  await expect(reconcile(host, away, 0)).rejects.toThrow('away');
  expect(served.size).toBe(0);
});

test('an instance that the host knows and could not place is placed while the control plane is away', async () => {
  host.unplaced.set('a', desired('a', 'us-east-1', 1));
  const away = () => Promise.reject(new Error('away'));
  const plane: ControlPlaneForHost = { ...controlPlane([]), desiredAfter: away, regionKeys: away, acknowledge: away };
  await expect(reconcile(host, plane, 0)).rejects.toThrow('away');
  expect(served.has('a')).toBe(true);
});

test('keys outlive the process of the agent', async () => {
  await reconcile(host, controlPlane([desired('a', 'us-east-1', 1)]), 0);
  restart();
  expect(host.regionKeys).toEqual(new Map([['us-east-1', keys('first us-east-1')]]));
});

test('keys of a control plane that was replaced by another are replaced too, here and in the last state', async () => {
  const revision = await reconcile(host, controlPlane([desired('a', 'us-east-1', 1)]), 0);
  expect(revision).toBe(1);
  await reconcile(host, controlPlane([desired('a', 'us-east-1', 1)], 'second'), 0);
  const second = new Map([['us-east-1', keys('second us-east-1')]]);
  expect(host.regionKeys).toEqual(second);
  restart();
  expect(host.regionKeys).toEqual(second);
});

test('an instance of an older last state is served without keys, and prepared anew once they are there', async () => {
  const instance = desired('a', 'us-east-1', 1);
  await placeKnown(host, [{ desired: instance, endpoints: {} }]);
  const serve = servedAs('a');
  const without = serve();
  expect(serve()).toBe(without);
  expect(host.regionKeys.size).toBe(0);
  await reconcile(host, controlPlane([instance]), 0);
  const prepared = serve();
  expect(prepared).not.toBe(without);
  await reconcile(host, controlPlane([instance]), 0);
  expect(serve()).toBe(prepared);
});

test('instances of other Regions are not prepared anew', async () => {
  const instance = desired('a', 'us-east-1', 1);
  await reconcile(host, controlPlane([instance]), 0);
  const serve = servedAs('a');
  const prepared = serve();
  await reconcile(host, controlPlane([desired('b', 'eu-west-1', 2)]), 1);
  expect(serve()).toBe(prepared);
});

test('an SSH key that was pushed is served until its time is over, and then not, without another look', async () => {
  const [path, asked] = ['/latest/meta-data/managed-ssh-keys/active-keys/me', { nowMs: 0, delivery: '2.0' }] as const;
  const before = desired('a', 'us-east-1', 1);
  const ManagedSshKeys = [{ InstanceOSUser: 'me', VisibleUntil: new Date(60_000).toISOString(), text: 'key' }];
  const pushed = { ...before, revision: 2, instance: { ...before.instance, ManagedSshKeys, revision: 2 } };
  await reconcile(host, controlPlane([before]), 0);
  const serve = served.get('a') as (nowMs: number) => ImdsInstance;
  expect(serve(0).find(path, asked)).toBeUndefined();
  await reconcile(host, controlPlane([before, pushed]), 1);
  expect(serve(0).find(path, asked)?.after).toBe('\r\nkey');
  expect(serve(59_999).find(path, asked)?.after).toBe('\r\nkey');
  expect(serve(60_000).find(path, asked)).toBeUndefined();
});
