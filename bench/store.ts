/**
 * How does the store grow? The same questions to 1,000, 10,000 and 100,000 instances, with two tags each; the growth is the
 * last figure over the first.
 *
 * The floor of a single launch, measured beside it, is one durable INSERT of a row of the same size through bare
 * node:sqlite. Run: `npm run bench -- store` (`--json` for programs); it takes about a minute.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Instance } from '../src/model.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import type { InstanceCondition, Store } from '../src/store/store.ts';
import { SCOPE, sampleInstance } from '../src/store/testing.ts';
import { median } from './figures.ts';

const SIZES = [1_000, 10_000, 100_000];
const BATCH = 1_000;
const SINGLES = 100;
const ROUNDS = 9;

/** These two of all instances take IMDSv1 and are tagged `env=dev`. */
const RARE: ReadonlySet<number> = new Set([499, 999]);

/** A question and its figures, one for each of SIZES. */
type Line = { what: string; unit: string; figures: number[] };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const directory = await mkdtemp(join(tmpdir(), 'openimds-bench-'));
try {
  const lines = await measure();
  if (process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ title: 'store', sizes: SIZES, lines })}\n`);
  else printTable(lines);
} finally {
  await rm(directory, { recursive: true });
}

async function measure(): Promise<Line[]> {
  const store = await openSqliteStore(join(directory, 'state'));
  const floor = openFloor(join(directory, 'floor.sqlite'));
  const lines = new Map<string, Line>();
  const note = (what: string, unit: string, figure: number) => {
    const line = lines.get(what) ?? { what, unit, figures: [] };
    lines.set(what, line);
    line.figures.push(figure);
  };
  const memoryBefore = memory();
  let count = 0;
  for (const size of SIZES) {
    note('launch, 1,000 in a transaction', '/s', await perSecond(size - count, () => fill(store, count, size)));
    count = size;
    await measureLaunches(store, floor, note);
    await measureReads(store, note);
    note('resident memory since the start', 'MB', memory() - memoryBefore);
  }
  await store.close();
  floor.close();
  return [...lines.values()];
}

type Note = (what: string, unit: string, figure: number) => void;

async function measureLaunches(store: Store, floor: Floor, note: Note): Promise<void> {
  const launched: Instance[] = [];
  const launch = () =>
    store.transaction(async (tx) => {
      const instance = sampleInstance({ revision: await tx.nextRevision() });
      await tx.instances.insert([instance]);
      launched.push(instance);
    });
  const oneByOne = async (work: () => unknown) => {
    for (let i = 0; i < SINGLES; i++) await work();
  };
  const rates: Record<'alone' | 'floor' | 'together', number[]> = { alone: [], floor: [], together: [] };
  for (let round = 0; round < ROUNDS; round++) {
    // By turns, so that a disk that is slow for a while is slow for all of them.
    rates.alone.push(await perSecond(SINGLES, () => oneByOne(launch)));
    rates.floor.push(await perSecond(SINGLES, () => oneByOne(floor.insert)));
    rates.together.push(await perSecond(SINGLES, () => Promise.all(Array.from({ length: SINGLES }, launch))));
  }
  note('launch, one after the other', '/s', median(rates.alone));
  note('launch, many at the same time', '/s', median(rates.together));
  note('  floor: a bare durable INSERT', '/s', median(rates.floor));
  // Taken away again, so that the next question is put to as many instances as it says.
  await store.transaction(async (tx) => {
    await tx.instances.update(launched.map((instance) => ({ ...instance, State: 'terminated', terminatedAtMs: 0 })));
    await tx.instances.forgetTerminated(1);
  });
}

async function measureReads(store: Store, note: Note): Promise<void> {
  const { instances } = await store.transaction((tx) => tx.instances.page(SCOPE, { limit: 1000, where: [] }));
  const ids = instances.map((instance) => instance.InstanceId);
  const get = (some: string[]) => () => store.transaction((tx) => tx.instances.get(SCOPE, some));
  note('get one by id', 'ms', await milliseconds(get(ids.slice(0, 1))));
  note('get 100 by id', 'ms', await milliseconds(get(ids.slice(0, 100))));
  const page = (...where: InstanceCondition[]) => {
    return () => store.transaction((tx) => tx.instances.page(SCOPE, { limit: 1000, where }));
  };
  note('page of 1,000', 'ms', await milliseconds(page()));
  const tokens = (value: string): InstanceCondition => ({ field: 'HttpTokens', oneOf: [value] });
  const env = (value: string): InstanceCondition => ({ tag: 'env', oneOf: [value] });
  note('page, HttpTokens of nearly all', 'ms', await milliseconds(page(tokens('required'))));
  note('page, HttpTokens of two', 'ms', await milliseconds(page(tokens('optional'))));
  note('page, tag of nearly all', 'ms', await milliseconds(page(env('prod'))));
  note('page, tag of two', 'ms', await milliseconds(page(env('dev'))));
  note('page, tag of a single one', 'ms', await milliseconds(page({ tag: 'Name', oneOf: ['server-7'] })));
  const nobody: InstanceCondition = { field: 'KeyName', oneOf: ['nobody'] };
  note('page, KeyName of none (a walk)', 'ms', await milliseconds(page(nobody)));
}

/** Adds instances in transactions of BATCH until there are `to`. */
async function fill(store: Store, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += BATCH) {
    await store.transaction(async (tx) => {
      const revision = await tx.nextRevision();
      const instances = Array.from({ length: BATCH }, (_, index) =>
        sampleInstance({
          revision,
          MetadataOptions: { HttpTokens: RARE.has(first + index) ? 'optional' : 'required' },
        }),
      );
      await tx.instances.insert(instances);
      for (const [index, { InstanceId }] of instances.entries()) {
        await tx.tags.put(SCOPE, { ResourceId: InstanceId, ResourceType: 'instance' }, [
          { Key: 'Name', Value: `server-${first + index}` },
          { Key: 'env', Value: RARE.has(first + index) ? 'dev' : 'prod' },
        ]);
      }
    });
  }
}

type Floor = { insert: () => void; close: () => void };

function openFloor(file: string): Floor {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (a)');
  const insert = db.prepare('INSERT INTO t VALUES (?)');
  return {
    insert: () => insert.run(JSON.stringify(sampleInstance())),
    close: () => db.close(),
  };
}

async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (count / (performance.now() - started)) * 1000;
}

/** The median of several rounds, after one that nobody counts. */
async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return median(times);
}

/** Resident megabytes, without garbage. */
function memory(): number {
  collectGarbage();
  return process.memoryUsage().rss / 1e6;
}

function printTable(lines: Line[]): void {
  const sizes = SIZES.map((size) => size.toLocaleString('en').padStart(11)).join('');
  process.stdout.write(`store${' '.repeat(31)}${sizes}         growth\n`);
  for (const { what, unit, figures } of lines) {
    const cells = figures.map((figure) => figure.toFixed(figure >= 100 ? 0 : 2).padStart(11)).join('');
    const growth = (figures.at(-1) as number) / (figures[0] as number);
    process.stdout.write(`  ${what.padEnd(34)}${cells} ${unit.padEnd(3)} ${growth.toFixed(2).padStart(10)}\n`);
  }
}
