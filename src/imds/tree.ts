/**
 * The metadata tree of one instance: from categories to everything that a path can answer, listings included.
 *
 * INVARIANT: a listing shows exactly what resolves below it, because both come from the same categories (aws-behaviour
 * 1.5, 6.2: cloud-init throws away all metadata when one listed path answers 404).
 */

import type { DesiredInstance } from '../model.ts';
import { type Leaf, type ListedNames, leavesOf, listedNames } from './categories.ts';
import { utf8Bytes } from './response.ts';
import { existedBy, isVersion, VERSIONS, type Version } from './versions.ts';

/** What a path answers; the body's bytes are latin1 text. */
export type Content = { readonly type: 'text/plain' | 'application/octet-stream'; readonly body: string };

/** Finds what a path answers, for example `/latest/meta-data/instance-id`; undefined is "not found". */
export type MetadataTree = (path: string) => Content | undefined;

/** What a version answers, by path below it without a final slash: ``, `/meta-data`, `/meta-data/instance-id`. */
type VersionTree = ReadonlyMap<string, Content>;

/**
 * The tree of an instance. Most are asked for one version only, so each is built when it is first asked for.
 *
 * In a path, a final slash does not matter, and percent-encoding is undone: tag keys hold characters that some clients
 * encode. Repeated slashes are for the caller to fold.
 */
export function metadataTree(desired: DesiredInstance): MetadataTree {
  const built = new Map<Version, VersionTree>();
  const root = plain(VERSIONS.join('\n'));
  return (path) => {
    if (path === '/') return root;
    const clean = decoded(path.endsWith('/') ? path.slice(0, -1) : path);
    if (clean === undefined) return undefined;
    const below = clean.indexOf('/', 1);
    const version = below === -1 ? clean.slice(1) : clean.slice(1, below);
    if (!isVersion(version)) return undefined;
    const tree = built.get(version) ?? versionTree(desired, version);
    built.set(version, tree);
    return tree.get(below === -1 ? '' : clean.slice(below));
  };
}

/** Undefined for what cannot be decoded, and for an encoded slash: it is a character of a name, and no name has one. */
function decoded(path: string): string | undefined {
  if (!path.includes('%')) return path;
  if (/%2f/i.test(path)) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function versionTree(desired: DesiredInstance, version: Version): VersionTree {
  const leaves = leavesOf(desired).filter((leaf) => existedBy(version, leaf.since));
  const tree = new Map<string, Content>(leaves.map((leaf) => [`/${leaf.path}`, content(leaf)]));
  const names = listedNames(desired);
  for (const [directory, members] of directories(leaves)) {
    tree.set(directory === '' ? '' : `/${directory}`, plain(listing(directory, members, names)));
  }
  return tree;
}

/** Each directory's members by name; true marks those that are directories themselves. */
function directories(leaves: Leaf[]): Map<string, Map<string, boolean>> {
  const found = new Map<string, Map<string, boolean>>();
  for (const { path } of leaves) {
    const names = path.split('/');
    for (let depth = 0; depth < names.length; depth++) {
      const directory = names.slice(0, depth).join('/');
      const members = found.get(directory) ?? new Map<string, boolean>();
      members.set(names[depth] as string, depth < names.length - 1);
      found.set(directory, members);
    }
  }
  return found;
}

/** One member per line and no line feed at the end; directories end in a slash, but not those of the version itself. */
function listing(directory: string, members: Map<string, boolean>, names: ListedNames): string {
  const lines = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
  if (directory === '') return lines.map(([name]) => name).join('\n');
  return lines
    .map(([name, isDirectory]) => names.get(`${directory}/${name}`) ?? (isDirectory ? `${name}/` : name))
    .join('\n');
}

function content({ value }: Leaf): Content {
  return typeof value === 'string'
    ? plain(value)
    : { type: 'application/octet-stream', body: value.toString('latin1') };
}

function plain(text: string): Content {
  return { type: 'text/plain', body: utf8Bytes(text) };
}
