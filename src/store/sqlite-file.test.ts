/**
 * Opening SQLite's file: what is ours is opened and brought up to date, everything else is refused in one sentence and left
 * as it was.
 */

import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { migrations } from './migrations/index.ts';
import { openSqliteStore, storeOn } from './sqlite.ts';
import { migrate, openStoreFile } from './sqlite-file.ts';
import {
  ForeignStateError,
  NewerStateError,
  type StateError,
  StateInUseError,
  UnwritableStateError,
} from './state-errors.ts';
import { launch, SCOPE, sampleInstance } from './testing.ts';

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'openimds-store-'));
  file = join(directory, 'store.sqlite');
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

/** That opening `where` is refused with this error, in one line that names the place and says what to do. */
async function expectRefusal(where: string, kind: new (...args: never[]) => StateError, words: RegExp): Promise<void> {
  const error = await openSqliteStore(where).then(
    () => undefined,
    (reason: unknown) => reason as StateError,
  );
  expect(error).toBeInstanceOf(kind);
  expect(error?.name).toBe(kind.name);
  expect(error?.message).toContain(where);
  expect(error?.message).toMatch(words);
  expect(error?.message).toMatch(/^[^\n]+: .*choose .*state directory$/);
}

describe('a state directory that is not ours', () => {
  test('is refused when it holds other things, and stays as it is', async () => {
    await writeFile(join(directory, 'thesis.txt'), 'years of work');
    await expectRefusal(directory, ForeignStateError, /thesis\.txt/);
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  test.each([
    ['no database', Buffer.from('years of work '.repeat(1000))],
    ['a few bytes', Buffer.from('SQLite format 3\0')],
  ])('is refused when its store.sqlite is %s, and stays as it is', async (_, content) => {
    await writeFile(file, content);
    await expectRefusal(directory, ForeignStateError, /store\.sqlite/);
    expect(await readFile(file)).toEqual(content);
  });

  test.each([
    ['of nobody in particular', 'CREATE TABLE t (a)'],
    ['of another program', 'PRAGMA application_id = 252006675'],
    ['that only has our name', 'CREATE TABLE instances (a)'],
  ])('is refused when its store.sqlite is a database %s, and stays as it is', async (_, sql) => {
    write(sql);
    const before = await readFile(file);
    await expectRefusal(directory, ForeignStateError, /store\.sqlite/);
    expect(await readFile(file)).toEqual(before);
  });
});

test('a state of a newer version is refused, and stays as it is', async () => {
  await (await openSqliteStore(directory)).close();
  write(`PRAGMA user_version = ${migrations.length + 1}`);
  const before = await readFile(file);
  await expectRefusal(directory, NewerStateError, new RegExp(`schema ${migrations.length + 1}`));
  expect(await readFile(file)).toEqual(before);
});

test('a state that is open already is refused at once, and the one who has it does not notice', async () => {
  const store = await openSqliteStore(directory);
  onTestFinished(() => store.close());
  await expectRefusal(directory, StateInUseError, /in use/);
  const instance = sampleInstance();
  await launch(store, instance);
  expect(await store.transaction((tx) => tx.instances.get(SCOPE, [instance.InstanceId]))).toEqual([instance]);
});

describe('a state that cannot be written', () => {
  test('is refused when its directory cannot be made', async () => {
    await writeFile(join(directory, 'file'), '');
    await expectRefusal(join(directory, 'file'), UnwritableStateError, /ENOTDIR/);
    await expectRefusal(join(directory, 'file', 'below'), UnwritableStateError, /ENOTDIR/);
  });

  test('is refused when its file cannot be opened', async () => {
    await mkdir(file);
    await expectRefusal(directory, UnwritableStateError, /unable to open/);
  });

  test.each([
    ['an empty directory', 0o555, undefined],
    ['a directory', 0o555, 0o666],
    ['a file', 0o777, 0o444],
    ['a file that it cannot even read', 0o777, 0o000],
  ])('is refused when this user has no right to write %s', async (_, directoryMode, fileMode) => {
    if (fileMode !== undefined) {
      await (await openSqliteStore(directory)).close();
      await chmod(file, fileMode);
    }
    await chmod(directory, directoryMode);
    const answer = openWithoutPrivileges(directory);
    await chmod(directory, 0o700);
    expect(answer).toMatch(/^UnwritableStateError: .*cannot be written/);
  });
});

describe('a new state', () => {
  test('can be read by its owner only', async () => {
    const where = join(directory, 'a', 'b');
    const store = await openSqliteStore(where);
    await launch(store, sampleInstance());
    for (const made of [join(directory, 'a'), where]) expect((await stat(made)).mode & 0o777).toBe(0o700);
    for (const name of ['store.sqlite', 'store.sqlite-wal']) {
      expect((await stat(join(where, name))).mode & 0o777).toBe(0o600);
    }
    await store.close();
  });

  test('is made in an empty directory, or in a whole file system of its own', async () => {
    await mkdir(join(directory, 'lost+found'));
    await (await openSqliteStore(directory)).close();
  });

  test.each([
    ['an empty file', () => writeFile(file, '')],
    ['a database without tables', async () => write('PRAGMA journal_mode = WAL')],
  ])('is made where a process was killed while making one: %s', async (_, leave) => {
    await leave();
    const store = await openSqliteStore(directory);
    await launch(store, sampleInstance());
    await store.close();
    await (await openSqliteStore(directory)).close();
  });

  test('is written as `write-ahead-log.ts` expects it', () => {
    const db = openStoreFile(directory);
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 1 });
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(db.prepare('PRAGMA application_id').get()).toEqual({ application_id: 0x4f494d44 });
    db.close();
  });
});

describe('migrations', () => {
  const memory = (steps?: readonly string[]) => {
    const db = new DatabaseSync(':memory:');
    migrate(db, steps);
    return db;
  };

  /** The schema as SQL, in an order that does not depend on how it came about. */
  const schemaOf = (db: DatabaseSync) =>
    db
      .prepare(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY tbl_name, type DESC, name",
      )
      .all()
      .map((row) => `${row.sql};\n`)
      .join('\n');

  test('together give the schema of schema.sql', async () => {
    await expect(HEADER + schemaOf(memory())).toMatchFileSnapshot('./migrations/schema.sql');
  });

  test('one by one give the same schema as all at once, and do nothing a second time', () => {
    const db = new DatabaseSync(':memory:');
    for (let version = 1; version <= migrations.length; version++) {
      migrate(db, migrations.slice(0, version));
      expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: version });
    }
    migrate(db);
    expect(schemaOf(db)).toBe(schemaOf(memory()));
  });

  test('keep what was written with the first schema', async () => {
    const db = memory(migrations.slice(0, 1));
    db.exec(DATA_OF_THE_FIRST_SCHEMA);
    for (let version = 2; version <= migrations.length; version++) migrate(db, migrations.slice(0, version));
    const store = storeOn(db);
    const found = await store.transaction(async (tx) => ({
      instances: (await tx.instances.page(SCOPE, { limit: 5, where: [{ tag: 'env', oneOf: ['prod'] }] })).instances,
      vpcs: await tx.documents.list('vpc', SCOPE),
      taken: await tx.addresses.taken(['subnet-1']),
      numbers: await tx.addresses.take('subnet-1', { first: 4, last: 9 }, ['other']),
      keys: await tx.accessKeys.ofAccount(SCOPE.account),
      revision: await tx.nextRevision(),
    }));
    expect(found).toEqual({
      instances: [{ InstanceId: 'i-1' }],
      vpcs: [{ VpcId: 'vpc-1' }],
      taken: new Map([['subnet-1', 1]]),
      numbers: [5],
      keys: [{ AccessKeyId: 'AKIA1' }],
      revision: 42,
    });
    await store.close();
  });

  test('that fail leave the database as it was', () => {
    const db = memory();
    const before = schemaOf(db);
    const broken = 'CREATE TABLE more (a); CREATE TABLE instances (a)';
    expect(() => migrate(db, [...migrations, broken])).toThrow('already exists');
    expect(schemaOf(db)).toBe(before);
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: migrations.length });
  });
});

const HEADER = `-- The schema that all migrations together make, to be read; nothing runs it. Written by sqlite-file.test.ts, which fails when
-- the two differ: after a new migration, "npx vitest run src/store/sqlite-file.test.ts -u" writes it again.

`;

/** One row in each table, as the first version wrote them. Never edited. */
const DATA_OF_THE_FIRST_SCHEMA = `
  INSERT INTO instances VALUES (7, '123456789012', 'us-east-1', 'i-1', 'r-1', 'ami-1', 't3.micro', NULL, 'us-east-1a',
    'subnet-1', 'vpc-1', 'running', 'required', '2', 'enabled', 'enabled', 'disabled', 'disabled', 'local', 41, NULL,
    '{"InstanceId":"i-1"}');
  INSERT INTO tags VALUES ('123456789012', 'us-east-1', 'i-1', 'env', 'prod', 'instance', 7);
  INSERT INTO documents VALUES (1, 'vpc', '123456789012', 'us-east-1', 'vpc-1', '{"VpcId":"vpc-1"}');
  INSERT INTO addresses VALUES ('subnet-1', 4, 'i-1');
  INSERT INTO address_pools VALUES ('subnet-1', 5, 1);
  INSERT INTO access_keys VALUES ('AKIA1', '123456789012', '{"AccessKeyId":"AKIA1"}');
  UPDATE revisions SET last = 41;
`;

/** Runs SQL on the store's file as any program would. */
function write(sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

/** What opening says to a user who is not root: a process that gives up its rights, if it has any, when all is loaded. */
function openWithoutPrivileges(where: string): string {
  const script = `
    import { openSqliteStore } from ${JSON.stringify(new URL('./sqlite.ts', import.meta.url))};
    if (process.getuid() === 0) process.setuid(65534);
    await openSqliteStore(${JSON.stringify(where)}).then(() => console.log('opened'), (error) => console.log(String(error)));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  return stdout || stderr;
}
