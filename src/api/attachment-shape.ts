/**
 * How the attachment of an instance is described: where to, and how far its host has come with it.
 */

import type { Attachment, Instance } from '../model.ts';

export type DescribedAttachment = Attachment & {
  /** `attaching` until the host has answered; `detached` while the instance does not run; why it `failed` is in Endpoints. */
  Status: 'attaching' | 'attached' | 'failed' | 'detached';
};

/** Nothing for an instance without one. */
export function describeAttachment(instance: Instance): { Attachment?: DescribedAttachment } {
  return instance.Attachment ? { Attachment: { ...instance.Attachment, Status: statusOf(instance) } } : {};
}

function statusOf({ State, endpoints }: Instance): DescribedAttachment['Status'] {
  if (State !== 'running' && State !== 'pending') return 'detached';
  if (endpoints?.obstacle !== undefined) return 'failed';
  return endpoints?.netns === undefined ? 'attaching' : 'attached';
}
