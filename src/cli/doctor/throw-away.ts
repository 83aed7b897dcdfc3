/**
 * Network namespaces that `openimds doctor` makes to try things in, and takes away again whatever happens.
 *
 * Each has the process in its name, `openimds-doctor-<pid>-…`, so that what a killed one has left is found by the next.
 * Nothing else is ever touched.
 */

import { existsSync, readdirSync } from 'node:fs';
import { runIp } from '../../agent/substrates/network-programs.ts';

const NAMED = /^openimds-doctor-(\d+)-/;
const FOLDER = '/run/netns';

/** What is between `openimds-` and the name of a thing, as an installation's id is elsewhere. */
export const OWN_INSTALLATION = `doctor-${process.pid}`;
export const OWN_PREFIX = `openimds-${OWN_INSTALLATION}-`;

/** Takes away what processes that are gone have left. */
export function removeLeftovers(): Promise<void> {
  return remove((pid) => !existsSync(`/proc/${pid}`));
}

export function removeOwn(): Promise<void> {
  return remove((pid) => pid === process.pid);
}

/** With a namespace, devices in it and rules in it go too. */
async function remove(isMeant: (pid: number) => boolean): Promise<void> {
  const names = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
  const meant = names.filter((name) => {
    const pid = NAMED.exec(name)?.[1];
    return pid !== undefined && isMeant(Number(pid));
  });
  await runIp(meant.map((name) => `netns del ${name}`));
}
