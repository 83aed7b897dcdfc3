/**
 * The metadata tree of one instance: from categories to everything that a path can answer, listings included.
 *
 * INVARIANT: a listing shows exactly what resolves below it, because both come from the same categories (aws-behaviour
 * 1.5, 6.2: cloud-init throws away all metadata when one listed path answers 404).
 */

import type { DesiredInstance, IdentityKeys, Instance, RegionKeys } from '../model.ts';
import {
  type Asked,
  type Leaf,
  type ListedNames,
  type Live,
  leavesOf,
  listedNames,
  type Moment,
} from './categories.ts';
import { identityDocument } from './identity-document.ts';
import { type IdentitySignatures, identitySignatures } from './identity-signatures.ts';
import { httpDate, utf8Bytes } from './response.ts';
import { existedBy, isVersion, VERSIONS, type Version } from './versions.ts';

/** What a path answers: the headers that go with the body, and the empty line and the body's bytes as latin1 text. */
export type Content = {
  readonly headers: string;
  readonly after: string;
  /** Of a directory, in the order in which it is listed. */
  readonly members?: readonly Member[];
};

export type Member = {
  /** As the listing has it, without the slash that marks directories. */
  readonly listed: string;
  /** What its path has. */
  readonly name: string;
  readonly isDirectory: boolean;
};

/** Finds what a path answers, for example `/latest/meta-data/instance-id`; undefined is "not found". */
export type MetadataTree = (path: string, asked: Asked) => Content | undefined;

type MadeWhenAsked = (asked: Asked) => Content;

/**
 * The tree of an instance. Most are asked for one version only, so each is built when it is first asked for.
 *
 * In a path, a final slash does not matter, and percent-encoding is undone: tag keys hold characters that some clients
 * encode. Repeated slashes are for the caller to fold.
 *
 * @param regionKeys without them nothing is signed
 * @param nowMs the moment that it shows
 * @param modifiedMs when it became so
 */
export function metadataTree(
  desired: DesiredInstance,
  { regionKeys, nowMs, modifiedMs }: { regionKeys?: RegionKeys | undefined; nowMs: number; modifiedMs: number },
): MetadataTree {
  const signatures = regionKeys && signaturesOf(desired.instance, regionKeys.identityKeys);
  const moment = { nowMs, signatures, sshSigner: regionKeys?.sshSigner };
  const contents = new Map<string, Content | MadeWhenAsked>([['', listing(VERSION_MEMBERS, modifiedMs)]]);
  const built = new Set<string>();
  return (path, asked) => {
    const known = contents.get(path);
    if (known) return typeof known === 'function' ? known(asked) : known;
    const clean = decoded(path.endsWith('/') ? path.slice(0, -1) : path);
    if (clean === undefined) return undefined;
    const version = clean.split('/', 2)[1] ?? '';
    if (isVersion(version) && !built.has(version)) {
      built.add(version);
      for (const [each, found] of versionContents(desired, version, moment, modifiedMs)) contents.set(each, found);
    }
    const found = contents.get(clean);
    return typeof found === 'function' ? found(asked) : found;
  };
}

/** Of the very document that is served; the time of its making is that of the launch or the last start. */
function signaturesOf(instance: Instance, keys: IdentityKeys): IdentitySignatures {
  return identitySignatures(identityDocument(instance), keys, Date.parse(instance.LaunchTime));
}

function madeWhenAsked(make: Live, otherwiseMs: number): MadeWhenAsked {
  return (asked) => {
    const { text, modifiedMs = otherwiseMs } = make(asked);
    return content(text, modifiedMs);
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

/** Everything of one version, by path. */
function versionContents(
  desired: DesiredInstance,
  version: Version,
  moment: Moment,
  modifiedMs: number,
): [string, Content | MadeWhenAsked][] {
  const leaves = leavesOf(desired, moment).filter((leaf) => existedBy(version, leaf.since));
  const names = listedNames(desired);
  return [
    ...leaves.map(({ path, value }): [string, Content | MadeWhenAsked] => [
      `/${version}/${path}`,
      typeof value === 'function' ? madeWhenAsked(value, modifiedMs) : content(value, modifiedMs),
    ]),
    ...Array.from(directories(leaves), ([directory, members]): [string, Content] => [
      directory === '' ? `/${version}` : `/${version}/${directory}`,
      listing(membersOf(directory, members, names), modifiedMs, directory !== ''),
    ]),
  ];
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

function membersOf(directory: string, members: Map<string, boolean>, names: ListedNames): Member[] {
  return [...members]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, isDirectory]) => ({ listed: names.get(`${directory}/${name}`) ?? name, name, isDirectory }));
}

const VERSION_MEMBERS: readonly Member[] = VERSIONS.map((name) => ({ listed: name, name, isDirectory: true }));

/**
 * One member per line and no line feed at the end; directories end in a slash, but not versions and those of a version
 * itself, nor what is listed by another name than its own.
 */
function listing(members: readonly Member[], modifiedMs: number, marksDirectories = false): Content {
  const lines = members.map(({ listed, name, isDirectory }) =>
    marksDirectories && isDirectory && listed === name ? `${name}/` : listed,
  );
  return { ...content(lines.join('\n'), modifiedMs), members };
}

/** Text is `text/plain` and bytes are not (aws-behaviour 1.4). */
function content(value: string | Buffer, modifiedMs: number): Content {
  const type = typeof value === 'string' ? 'text/plain' : 'application/octet-stream';
  const body = typeof value === 'string' ? utf8Bytes(value) : value.toString('latin1');
  return {
    headers: `Content-Type: ${type}\r\nAccept-Ranges: none\r\nLast-Modified: ${httpDate(modifiedMs)}\r\nContent-Length: ${body.length}\r\n`,
    after: `\r\n${body}`,
  };
}
