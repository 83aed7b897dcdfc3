/**
 * Where an explanation looks from: this machine's own network, or a network namespace of this machine, by its name, by a
 * path, or by a process in it.
 *
 * Metadata addresses in the machine's own network belong to the machine, which may itself run on EC2: it is promised that
 * they are never asked there.
 */

import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { Failure } from '../failure.ts';
import { packagePath } from '../package.ts';
import type { Seen } from './observe.ts';

/** A network namespace: the path of its file, and how people are told of it. */
export type Place = { path: string; about: string; pid?: number };

/** Of this process, and of the machine where that is another's. */
const OWN = ['/proc/self/ns/net', '/proc/1/ns/net'];

/**
 * Finds what `--from` names: digits are a process, what has a slash is a path, all else is a name as `ip netns` has it.
 *
 * @throws Failure where there is none, or it is the machine's own
 */
export function placeOf(text: string): Place {
  const place = parsePlace(text);
  if (place.pid !== undefined && identityOf(`/proc/${place.pid}`) === undefined) {
    throw new Failure(`there is no process ${text}`);
  }
  if (identityOf(place.path) === undefined)
    throw new Failure(`this user cannot see ${place.about}, or it is not there`);
  if (OWN.some((path) => isSame(place, { path }))) {
    throw new Failure(
      `${place.about} is this machine's own network, in which no instance's metadata service is: name the namespace of a container or of an instance`,
    );
  }
  return place;
}

function parsePlace(text: string): Place {
  if (/^\d+$/.test(text)) {
    return { path: `/proc/${text}/ns/net`, about: `the network namespace of process ${text}`, pid: Number(text) };
  }
  const path = text.includes('/') ? text : `/run/netns/${text}`;
  return { path, about: `the network namespace ${text}` };
}

export function isSame(a: Pick<Place, 'path'>, b: Pick<Place, 'path'>): boolean {
  return identityOf(a.path) === identityOf(b.path);
}

function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** The environment of the process that names the place; of this one where no process does, or it cannot be read. */
export function environmentIn({ pid }: Pick<Place, 'pid'>): NodeJS.ProcessEnv {
  try {
    const lines = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s)));
  } catch {
    return process.env;
  }
}

/**
 * Asks metadata services from within a network namespace, and counts the hops to them.
 *
 * @param urls their base addresses
 * @returns what is seen of each, in this order
 * @throws Failure when the namespace cannot be entered
 */
export function probeFrom({ path, about }: Place, urls: readonly string[], signal?: AbortSignal): Promise<Seen[]> {
  const args = ['probe', '--netns', path, '--', ...urls];
  return new Promise((resolve, reject) => {
    // A process of its own: there is no way back out of a namespace.
    execFile(packagePath('bin', 'openimds'), args, { ...(signal && { signal }) }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as Seen[]);
      else if (signal?.aborted) reject(error);
      else reject(new Failure(`${about} cannot be looked at: ${stderr.trim().replace(/^openimds: /, '')}`));
    });
  });
}
