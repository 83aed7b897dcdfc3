/**
 * The files of the repository, as the checks take them: a path from its root and a text.
 *
 * Checks are functions from such files to sentences about what is wrong, so that they can be tried on files that do not
 * exist. What git ignores is no file of the repository.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export type File = { path: string; text: string };

export const ROOT = join(import.meta.dirname, '..', '..');

/** Pictures, archives and the like: nothing is read in them. */
const BINARY = new Set(['.png', '.gz', '.tgz', '.der', '.ico', '.woff2', '.sqlite']);

export function readTree(root: string): File[] {
  const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split('\n').filter(Boolean);
  return pathsBelow(root, '', new Set(['.git', ...ignored.map((line) => line.replace(/^\/|\/$/g, ''))])).map(
    (path) => ({ path, text: BINARY.has(extname(path)) ? '' : readFileSync(join(root, path), 'utf8') }),
  );
}

function pathsBelow(root: string, folder: string, ignored: ReadonlySet<string>): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if ([entry.name, path, `*${extname(entry.name)}`].some((pattern) => ignored.has(pattern))) return [];
      if (entry.isDirectory()) return pathsBelow(root, path, ignored);
      return entry.isFile() ? [path] : [];
    });
}

/** What stands beside code only for tests: it may import more, and nothing else may import it. */
export function isTest(path: string): boolean {
  return path.startsWith('test/') || /(?:\.test|\.contract|(?:^|\/)testing)\.ts$/.test(path);
}

/** TypeScript of ours, the generated kind included. */
export function isTypeScript({ path }: File): boolean {
  return /\.tsx?$/.test(path) && !path.endsWith('.d.ts');
}
