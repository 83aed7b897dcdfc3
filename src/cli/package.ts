/**
 * Where this package is on disk, and which version it is. It holds for `src/cli/` in a checkout and for `dist/cli/` in
 * the published package, because both are two folders below its root.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A file or folder of the package, for example `packagePath('clients', 'bin')`. */
export function packagePath(...names: string[]): string {
  return join(root, ...names);
}

export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
