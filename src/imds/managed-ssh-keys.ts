/**
 * SSH keys that were pushed to an instance, as its metadata shows them below `managed-ssh-keys/` (aws-behaviour 2).
 *
 * Each is there until its time is over, which follows from the time alone: nothing has to take it away.
 */

import type { ManagedSshKey } from '../model.ts';

/** `active-keys/`: all of a user's in one text, in the order in which they were pushed; no user without one. */
export function activeKeys(keys: readonly ManagedSshKey[] | undefined, nowMs: number): [user: string, text: string][] {
  const visible = (keys ?? []).filter(({ VisibleUntil }) => nowMs < Date.parse(VisibleUntil));
  const byUser = Map.groupBy(visible, ({ InstanceOSUser }) => InstanceOSUser);
  return Array.from(byUser, ([user, ofUser]) => [user, ofUser.map(({ text }) => text).join('')]);
}

/** When the last of those that are gone went; minus infinity when none has. */
export function lastGoneMs(keys: readonly ManagedSshKey[] | undefined, nowMs: number): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...times(keys).filter((time) => time <= nowMs));
}

/** When the next of them goes; infinite when none does. */
export function nextGoneMs(keys: readonly ManagedSshKey[] | undefined, nowMs: number): number {
  return Math.min(Number.POSITIVE_INFINITY, ...times(keys).filter((time) => time > nowMs));
}

function times(keys: readonly ManagedSshKey[] | undefined): number[] {
  return (keys ?? []).map(({ VisibleUntil }) => Date.parse(VisibleUntil));
}
