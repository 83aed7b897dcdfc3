/** What is due, brought about on a real store with a clock that the test moves: in time, once, and after whatever went wrong. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { addEvents } from '../instance-events.ts';
import { createLog, silentLog } from '../log.ts';
import type { Instance, InstanceEvent, Scope } from '../model.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { OTHER_SCOPES, SCOPE, sampleInstance } from '../store/testing.ts';
import { connectHost } from './connect-host.ts';
import { bringAboutDue, watchDueEvents } from './due-events.ts';
import { launch, makeNetwork } from './testing.ts';

const NOW = Date.UTC(2026, 10, 23, 10);
/** How long a condition is waited for on a machine that is busy with other tests. */
const PATIENT = { timeout: 20_000 };

let directory: string;
let store: Store;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'openimds-due-'));
  store = await openSqliteStore(directory);
  for (const scope of [SCOPE, ...OTHER_SCOPES]) await makeNetwork(store, scope);
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

function at(seconds: number): string {
  return new Date(NOW + seconds * 1000).toISOString();
}

function interruption(seconds: number): InstanceEvent {
  return {
    EventId: `instance-event-${String(seconds).padStart(17, '0')}`,
    VisibleFrom: at(0),
    Type: 'spot-interruption',
    Action: 'stop',
    InterruptsAt: at(seconds),
  };
}

/** Instances that are stopped after so many seconds. */
async function launchDueAt(...seconds: number[]): Promise<Instance[]> {
  const scopes: Scope[] = [SCOPE, ...OTHER_SCOPES];
  const instances = seconds.map((each, index) =>
    addEvents(sampleInstance({ InstanceLifecycle: 'spot', ...scopes[index % 3] }), [interruption(each)], NOW),
  );
  return launch(store, instances);
}

async function read({ account, region, InstanceId }: Instance): Promise<Instance> {
  const [found] = await store.transaction((tx) => tx.instances.get({ account, region }, [InstanceId]));
  return found as Instance;
}

describe('nothing is brought about', () => {
  test('where nothing is due, and no host is woken', async () => {
    const [instance] = (await launchDueAt(1)) as [Instance];
    let wakeUps = 0;
    store.subscribe(() => wakeUps++);
    expect(await bringAboutDue(store, NOW + 999)).toBe(0);
    expect(await read(instance)).toEqual(instance);
    expect(wakeUps).toBe(0);
  });

  test('twice', async () => {
    const [instance] = (await launchDueAt(1)) as [Instance];
    expect(await bringAboutDue(store, NOW + 1000)).toBe(1);
    const after = await read(instance);
    expect(await bringAboutDue(store, NOW + 2000)).toBe(0);
    expect(await read(instance)).toEqual(after);
  });
});

test('what is due comes about with a new revision, of which the host hears; the options are as they were', async () => {
  const [instance] = (await launchDueAt(1)) as [Instance];
  const host = connectHost(store, () => NOW, 'local');
  let wakeUps = 0;
  host.subscribe(() => wakeUps++);
  await bringAboutDue(store, NOW + 1000);
  const after = await read(instance);
  expect(after).toMatchObject({
    State: 'stopping',
    StateReasonCode: 'Server.SpotInstanceShutdown',
    optionsRevision: instance.optionsRevision,
  });
  expect(after.revision).toBeGreaterThan(instance.revision);
  await expect.poll(() => wakeUps, PATIENT).toBe(1);
  const { instances } = await host.desiredAfter(instance.revision, 10);
  expect(instances).toMatchObject([{ run: 'stopped', instance: { InstanceId: instance.InstanceId } }]);
});

test('page by page, in every account and Region, until nothing is due', async () => {
  const seconds = Array.from({ length: 25 }, (_, index) => index);
  const instances = await launchDueAt(...seconds);
  expect(await bringAboutDue(store, NOW + 19_999, 4)).toBe(20);
  const states = await Promise.all(instances.map(async (instance) => (await read(instance)).State));
  expect(states).toEqual(seconds.map((each) => (each < 20 ? 'stopping' : 'running')));
});

test('as many as fill their pages exactly are done too', async () => {
  await launchDueAt(1, 1, 1, 1);
  expect(await bringAboutDue(store, NOW + 1000, 2)).toBe(4);
});

test('two that do it at the same time bring each about once', async () => {
  const instances = await launchDueAt(...Array.from({ length: 20 }, () => 1));
  const nowMs = NOW + 1000;
  const changed = await Promise.all(Array.from({ length: 4 }, () => bringAboutDue(store, nowMs, 3)));
  expect(changed.reduce((sum, each) => sum + each, 0)).toBe(instances.length);
  for (const instance of instances) expect(await read(instance)).toMatchObject({ State: 'stopping' });
});

describe('the watch', () => {
  function watch(settings: Partial<Parameters<typeof watchDueEvents>[0]> = {}): () => Promise<void> {
    const close = watchDueEvents({ store, clock: () => NOW, log: silentLog, everyMs: 1, ...settings });
    onTestFinished(close);
    return close;
  }

  test('brings about at once what fell due while nobody watched, and the rest as its time comes', async () => {
    const [overdue, soon] = (await launchDueAt(-60, 60)) as [Instance, Instance];
    let nowMs = NOW;
    watch({ clock: () => nowMs });
    await expect.poll(async () => (await read(overdue)).State, PATIENT).toBe('stopping');
    expect(await read(soon)).toEqual(soon);
    nowMs += 60_000;
    await expect.poll(async () => (await read(soon)).State, PATIENT).toBe('stopping');
  });

  test('never looks while it is still looking', async () => {
    let looks = 0;
    let othersLooks = 0;
    const gate = Promise.withResolvers<void>();
    const busy = store.transaction(() => gate.promise);
    watch({ clock: () => ++looks });
    const other = await openSqliteStore(join(directory, 'other'));
    const closeOther = watch({ store: other, clock: () => ++othersLooks });
    await expect.poll(() => othersLooks, PATIENT).toBeGreaterThan(20);
    expect(looks).toBe(1);
    gate.resolve();
    await busy;
    await expect.poll(() => looks, PATIENT).toBeGreaterThan(1);
    await closeOther();
    await other.close();
  });

  test('logs the first of several failures, and what has come about, and looks on', async () => {
    const log = new PassThrough({ encoding: 'utf8' });
    let looks = 0;
    let broken = true;
    watch({
      clock: () => {
        looks++;
        if (broken) throw new Error('the clock has stopped');
        return NOW;
      },
      log: createLog('json', log),
    });
    await expect.poll(() => looks, PATIENT).toBeGreaterThan(5);
    broken = false;
    const [instance] = (await launchDueAt(-1)) as [Instance];
    await expect.poll(async () => (await read(instance)).State, PATIENT).toBe('stopping');
    broken = true;
    const before = looks;
    await expect.poll(() => looks, PATIENT).toBeGreaterThan(before + 5);
    const lines = String(log.read()).trim().split('\n');
    const said = lines.map((line) => JSON.parse(line)).map(({ err, count }) => err?.message ?? count);
    expect(said).toEqual(['the clock has stopped', 1, 'the clock has stopped']);
  });

  test('once it is closed looks no more, and leaves the store to be closed', async () => {
    let looks = 0;
    const close = watch({ clock: () => NOW + ++looks });
    await expect.poll(() => looks, PATIENT).toBeGreaterThan(2);
    await close();
    const before = looks;
    let others = 0;
    const closeOther = watch({ clock: () => NOW + ++others });
    await expect.poll(() => others, PATIENT).toBeGreaterThan(20);
    await closeOther();
    expect(looks).toBe(before);
  });
});
