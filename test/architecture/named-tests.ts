/**
 * Tests that a document names: links whose text is the name of a test and whose target is its file.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './tree.ts';

export type Link = { text: string; path: string };

/** The links in a cell of a table of a document in `docs/`, with paths from the root on. */
export function readLinks(cell: string): Link[] {
  return Array.from(cell.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g), ([, text = '', target = '']) => ({
    text,
    path: join('docs', target),
  }));
}

/** A test's name stands in its file as a string of its own; a conformance case has its name in its first line. */
export function hasTest(path: string, text: string | undefined, name: string): boolean {
  if (path.endsWith('.case')) return text?.startsWith(`# ${name}\n`) ?? false;
  return ["'", '"', '`'].some((quote) => text?.includes(`${quote}${name}${quote}`));
}

export function readFromDisk(path: string): string | undefined {
  const full = join(ROOT, path);
  return existsSync(full) ? readFileSync(full, 'utf8') : undefined;
}
