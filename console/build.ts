/**
 * Builds the console: Vite's files, each of them also compressed as browsers take it, in `console/dist`.
 *
 *   node console/build.ts               builds
 *   node console/build.ts --if-needed   builds unless what is there is newer than all that it is made of
 *
 * The folder appears whole: whoever serves the one before goes on with it until it is replaced.
 */

import { readdirSync, statSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

const HERE = import.meta.dirname;
const DIST = join(HERE, 'dist');
/** What the console is made of: its own sources, the packages, and what it shares with the server. */
const SHARED = [
  'metadata-options',
  'iam',
  'catalogue',
  'protocol',
  'model.ts',
  'iam-model.ts',
  'aws-errors.ts',
  'cidr.ts',
  'clock.ts',
];
const MADE_OF = [
  ...['src', 'public', 'index.html', 'vite.config.ts', 'build.ts', '../package-lock.json', '../docs/policies'],
  ...SHARED.map((name) => `../src/${name}`),
];
const COMPRESSIBLE = /\.(?:html|js|css|svg|json)$/;

if (!process.argv.includes('--if-needed') || isOutdated()) await buildConsole();

async function buildConsole(): Promise<void> {
  const startedMs = performance.now();
  process.stderr.write('building the console …\n');
  // Whoever builds it for tests has `test` here, and would get React's slower half.
  process.env.NODE_ENV = 'production';
  const folder = `${DIST}.${process.pid}`;
  try {
    await build({ configFile: join(HERE, 'vite.config.ts'), logLevel: 'warn', build: { outDir: folder } });
    await compress(folder);
    await replace(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  process.stderr.write(`built the console in ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
}

async function compress(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true })) {
    if (!COMPRESSIBLE.test(entry)) continue;
    const path = join(folder, entry);
    const bytes = await readFile(path);
    const size = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    await writeFile(`${path}.br`, brotliCompressSync(bytes, { params: size }));
    await writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

/** Another build may end at the same time; the last one stays. */
async function replace(folder: string): Promise<void> {
  const before = `${folder}.before`;
  for (;;) {
    await rename(DIST, before).catch(() => {});
    try {
      await rename(folder, DIST);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    } finally {
      await rm(before, { recursive: true, force: true });
    }
  }
}

function isOutdated(): boolean {
  const built = newest(join(DIST, 'index.html'));
  return built === 0 || MADE_OF.some((path) => newest(join(HERE, path)) > built);
}

/** When the newest file at or below the path was written; 0 where there is none. */
function newest(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found?.mtimeMs ?? 0;
  const times = readdirSync(path)
    .filter((name) => !name.includes('.test.'))
    .map((name) => newest(join(path, name)));
  return Math.max(0, ...times);
}
