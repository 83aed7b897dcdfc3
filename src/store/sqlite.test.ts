/**
 * The store on SQLite: the contract of every store, and what its being one file for one process adds. Processes are killed
 * here, and disks are full.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openSqliteStore, storeOn } from './sqlite.ts';
import { openStoreFile } from './sqlite-file.ts';
import { StateInUseError } from './state-errors.ts';
import { storeContract } from './store.contract.ts';
import type { Store } from './store.ts';
import { launch, type OpenStore, SCOPE, sampleInstance } from './testing.ts';

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'openimds-store-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

const open: OpenStore = async () => {
  const directory = await newDirectory();
  let store = await openSqliteStore(directory);
  onTestFinished(() => store.close());
  return {
    store,
    async reopen() {
      await store.close();
      store = await openSqliteStore(directory);
      return store;
    },
  };
};

storeContract('SQLite', open);

describe('a second process', () => {
  test('is refused at once, and let in when the first is killed', { timeout: 60_000 }, async () => {
    const directory = await newDirectory();
    const first = startChild(directory, "console.log('open'); setInterval(() => {}, 1000);");
    await first.line();
    await expect(openSqliteStore(directory)).rejects.toBeInstanceOf(StateInUseError);
    await first.kill();
    const store = await openSqliteStore(directory);
    onTestFinished(() => store.close());
    const second = startChild(directory, "console.log('open');");
    await once(second.process, 'close');
    expect(second.lines).toEqual([expect.stringMatching(/^StateInUseError: .*in use/)]);
  });
});

describe('a process that is killed', () => {
  /** Launches reservations of three tagged instances, twenty at a time, and prints the id of each that is acknowledged. */
  const LAUNCHES = `
    import { writeSync } from 'node:fs';
    import { SCOPE, sampleInstance } from ${source('./testing.ts')};
    async function launchOne(ReservationId) {
      await store.transaction(async (tx) => {
        const revision = await tx.nextRevision();
        const instances = [0, 1, 2].map((AmiLaunchIndex) => sampleInstance({ ReservationId, AmiLaunchIndex, revision }));
        const ids = instances.map((instance) => instance.InstanceId);
        await tx.addresses.take('subnet-1', { first: 4, last: 1_000_000 }, ids);
        await tx.instances.insert(instances);
        for (const ResourceId of ids) {
          await tx.tags.put(SCOPE, { ResourceId, ResourceType: 'instance' }, [{ Key: 'launch', Value: ReservationId }]);
        }
        await tx.documents.put('client-token', SCOPE, ReservationId, { digest: '', resourceId: ReservationId });
      });
      writeSync(1, ReservationId + '\\n');
    }
    let count = 0;
    async function launchOn() {
      for (;;) await launchOne(process.pid + '-' + count++);
    }
    for (let i = 0; i < 20; i++) launchOn();
  `;

  test('loses nothing that it has acknowledged and leaves nothing half done, however often', {
    timeout: 60_000,
  }, async () => {
    const directory = await newDirectory();
    const acknowledged: string[] = [];
    for (const enough of [1, 30, 100]) {
      const child = startChild(directory, LAUNCHES);
      while (child.lines.length < enough) await child.line();
      await child.kill();
      acknowledged.push(...child.lines);
      const store = await openSqliteStore(directory);
      await expectWholeLaunches(store, acknowledged);
      await store.close();
    }
  });

  async function expectWholeLaunches(store: Store, acknowledged: string[]): Promise<void> {
    await store.transaction(async (tx) => {
      const instances = await tx.instances.changedAfter('local', 0, 1_000_000);
      const launches = Map.groupBy(instances, (instance) => instance.ReservationId);
      expect([...launches.keys()]).toEqual(expect.arrayContaining(acknowledged));
      expect(acknowledged.filter((id) => !launches.has(id))).toEqual([]);
      const tags = await tx.tags.of(
        SCOPE,
        instances.map((instance) => instance.InstanceId),
      );
      for (const [id, launched] of launches) {
        expect(launched.map((instance) => instance.AmiLaunchIndex)).toEqual([0, 1, 2]);
        for (const { InstanceId } of launched) expect(tags.get(InstanceId)).toEqual([{ Key: 'launch', Value: id }]);
      }
      const documents = await tx.documents.list('client-token', SCOPE);
      expect(documents.map((document) => document.resourceId).sort()).toEqual([...launches.keys()].sort());
      expect((await tx.addresses.taken(['subnet-1'])).get('subnet-1')).toBe(instances.length);
      expect(await tx.nextRevision()).toBeGreaterThan(instances.at(-1)?.revision ?? 0);
    });
  }
});

describe('a full disk', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await newDirectory();
  });

  const large = () => sampleInstance({ UserData: 'x'.repeat(20_000) });
  const ids = async (store: Store) =>
    (await store.transaction((tx) => tx.instances.page(SCOPE, { limit: 10_000, where: [] }))).instances.map(
      (instance) => instance.InstanceId,
    );

  /** Launches large instances, several at a time, until the store refuses; the ids that it has acknowledged. */
  async function launchUntilFull(store: Store): Promise<string[]> {
    const acknowledged: string[] = [];
    for (let isFull = false; !isFull; ) {
      const instances = Array.from({ length: 5 }, large);
      const outcomes = await Promise.allSettled(instances.map((instance) => launch(store, instance)));
      acknowledged.push(
        ...instances.filter((_, index) => outcomes[index]?.status === 'fulfilled').map((each) => each.InstanceId),
      );
      const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
      for (const reason of reasons) expect(reason).toMatch(/full/);
      isFull = reasons.length > 0;
    }
    return acknowledged;
  }

  /** That a full store has exactly what it acknowledged, that what is too large leaves no trace, and that it goes on. */
  async function expectUsable(store: Store, acknowledged: string[], makeRoom: () => Promise<void>): Promise<void> {
    expect(await ids(store)).toEqual(acknowledged);
    const tooLarge = store.transaction(async (tx) => {
      await tx.documents.put('client-token', SCOPE, 'x', { digest: '', resourceId: '' });
      await tx.instances.insert(Array.from({ length: 200 }, large));
    });
    await expect(tooLarge).rejects.toThrow('full');
    expect(await ids(store)).toEqual(acknowledged);
    expect(await store.transaction((tx) => tx.documents.find('client-token', SCOPE, 'x'))).toBeUndefined();
    await makeRoom();
    const instance = large();
    await launch(store, instance);
    expect(await ids(store)).toEqual([...acknowledged, instance.InstanceId]);
  }

  test('makes a transaction reject with nothing changed, and the store goes on when there is room', {
    timeout: 60_000,
  }, async () => {
    const db = openStoreFile(directory);
    db.exec('PRAGMA max_page_count = 300');
    const store = storeOn(db);
    const acknowledged = await launchUntilFull(store);
    expect(acknowledged.length).toBeGreaterThan(0);
    await expectUsable(store, acknowledged, async () => {
      db.exec('PRAGMA max_page_count = 1073741823');
    });
    await store.close();
    const reopened = await openSqliteStore(directory);
    expect(await ids(reopened)).toHaveLength(acknowledged.length + 1);
    await reopened.close();
  });

  test('of a real file system does the same, also for work that does not notice', { timeout: 60_000 }, async ({
    skip,
  }) => {
    if (!mountSmallDisk(directory)) skip('only root may mount a small file system to fill');
    const store = await openSqliteStore(join(directory, 'state'));
    onTestFinished(() => store.close());
    const filler = join(directory, 'filler');
    const { bavail, bsize } = await statfs(directory);
    await writeFile(filler, Buffer.alloc((bavail * bsize) / 2));
    const acknowledged = await launchUntilFull(store);
    const deaf = store.transaction(async (tx) => {
      await tx.instances.insert(Array.from({ length: 200 }, large)).catch(() => {});
      await tx.documents.put('client-token', SCOPE, 'y', { digest: '', resourceId: '' }).catch(() => {});
    });
    await expect(deaf).rejects.toThrow('full');
    await expectUsable(store, acknowledged, () => rm(filler));
    expect(await store.transaction((tx) => tx.documents.find('client-token', SCOPE, 'y'))).toBeUndefined();
  });
});

/** Mounts a file system of four megabytes there until the test ends; false where that is not allowed. */
function mountSmallDisk(directory: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory], { stdio: 'ignore' });
  } catch {
    return false;
  }
  onTestFinished(() => {
    execFileSync('umount', [directory]);
  });
  return true;
}

type Child = {
  process: ChildProcess;
  /** What it has printed; after `kill`, all of it. */
  lines: string[];
  /** Resolves when it has printed another line. */
  line(): Promise<void>;
  kill(): Promise<void>;
};

/** A process of its own that opens the store in `directory` as `store`, then runs `script`, and prints why it could not. */
function startChild(directory: string, script: string): Child {
  const main = `
    import { openSqliteStore } from ${source('./sqlite.ts')};
    const store = await openSqliteStore(${JSON.stringify(directory)}).catch((error) => {
      console.log(String(error));
      process.exit(1);
    });
    ${script}
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', main], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => lines.push(line));
  return {
    process: child,
    lines,
    async line() {
      await once(output, 'line');
    },
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}

function source(path: string): string {
  return JSON.stringify(new URL(path, import.meta.url));
}
