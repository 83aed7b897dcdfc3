/**
 * Which instance of a host is attached to which network namespace, so that no two are attached to the same one.
 *
 * INVARIANT: there is an entry for a name or process of a host exactly while an instance that is not terminated has it as
 * its Attachment. Who writes that field of an instance calls this in the same transaction.
 */

import type { Instance, Scope } from '../model.ts';
import type { Transaction } from './store.ts';

/** A document, found by the name of the namespace. */
export type AttachedInstance = Scope & { InstanceId: string };

type Attached = Pick<Instance, 'host' | 'Attachment'>;

/** The instance that is attached to a namespace of a host. */
export function attachedTo(tx: Transaction, host: string, Netns: string): Promise<AttachedInstance | undefined> {
  return tx.documents.find('attachment', scopeOf(host), Netns);
}

/** Writes down that `after` has the attachment that it says, and no longer that of `before`. */
export async function moveAttachment(tx: Transaction, before: Attached, after: Instance): Promise<void> {
  const { host, account, region, InstanceId } = after;
  if (before.Attachment) await tx.documents.remove('attachment', scopeOf(host), before.Attachment.Netns);
  if (!after.Attachment) return;
  await tx.documents.put('attachment', scopeOf(host), after.Attachment.Netns, { account, region, InstanceId });
}

/** Namespaces belong to hosts, and hosts to no account. */
function scopeOf(host: string): Scope {
  return { account: '', region: host };
}
