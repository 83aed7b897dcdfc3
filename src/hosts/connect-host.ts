/**
 * The control plane's side of one host's agent: what is desired there, and what the host says it has brought about.
 *
 * Everything is read from the store when it is asked for; nothing about a host is kept between two calls, so that any
 * process on the same store can answer any host. What an acknowledgement means is decided in `instance-lifecycle.ts`.
 * An acknowledgement takes no revision: it would wake the host for what it has just said itself.
 */

import type { Clock } from '../clock.ts';
import { acknowledged } from '../instance-lifecycle.ts';
import type { Acknowledgement, ControlPlaneForHost, DesiredInstance, Instance } from '../model.ts';
import { PUBLIC_POOL } from '../public-addresses.ts';
import { moveAttachment } from '../store/attachments.ts';
import type { Store, Transaction } from '../store/store.ts';
import { describeDesired } from './desired-instance.ts';
import { regionKeysIn } from './region-keys.ts';

/** The control plane as the agent of `host` sees it; the model says what each call promises. */
export function connectHost(store: Store, clock: Clock, host: string): ControlPlaneForHost {
  return {
    desiredAfter: (revision, limit) =>
      store.transaction((tx) => desiredAfter(tx, host, { revision, limit, nowMs: clock() })),
    acknowledge: (acknowledgements) => store.transaction((tx) => acknowledge(tx, host, acknowledgements, clock())),
    regionKeys: regionKeysIn(store, clock),
    subscribe: (wake) => store.subscribe(wake),
  };
}

type Page = { revision: number; limit: number };

async function desiredAfter(
  tx: Transaction,
  host: string,
  { revision, limit, nowMs }: Page & { nowMs: number },
): Promise<{ instances: DesiredInstance[]; upTo: number }> {
  const instances = await wholeRevisionsAfter(tx, host, { revision, limit });
  return { instances: await describeDesired(tx, instances, nowMs), upTo: instances.at(-1)?.revision ?? revision };
}

/**
 * One launch gives its revision to all of its instances, so a page must not end within a revision: whoever asks after
 * that revision next would never hear of the others. A revision larger than the limit comes as one longer page.
 */
async function wholeRevisionsAfter(tx: Transaction, host: string, { revision, limit }: Page): Promise<Instance[]> {
  const found = await tx.instances.changedAfter(host, revision, limit + 1);
  if (found.length <= limit) return found;
  const cut = found.at(-1)?.revision;
  const whole = found.filter((instance) => instance.revision !== cut);
  return whole.length > 0 ? whole : wholeRevisionsAfter(tx, host, { revision, limit: limit * 2 });
}

async function acknowledge(
  tx: Transaction,
  host: string,
  acknowledgements: Acknowledgement[],
  nowMs: number,
): Promise<void> {
  const said = new Map(acknowledgements.map((acknowledgement) => [acknowledgement.InstanceId, acknowledgement]));
  const changed: Instance[] = [];
  const ended: string[] = [];
  const stopped: string[] = [];
  for (const before of await tx.instances.onHost(host, [...said.keys()])) {
    const after = acknowledged(before, said.get(before.InstanceId) as Acknowledgement, nowMs);
    if (after === before) continue;
    changed.push(after);
    if (after.State === 'stopped') stopped.push(after.InstanceId);
    if (after.State !== 'terminated') continue;
    ended.push(after.InstanceId);
    await moveAttachment(tx, before, after);
  }
  if (changed.length > 0) await tx.instances.update(changed);
  if (ended.length > 0) await tx.addresses.release(ended);
  if (stopped.length > 0) await tx.addresses.release(stopped, PUBLIC_POOL);
}
