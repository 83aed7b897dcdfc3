/**
 * `openimds attach` and `openimds detach`: they ask the control plane, wait until the instance's host has brought it about,
 * and say what came of it.
 */

import type { ListedInstance } from '../api/actions/openimds/list-instances.ts';
import { connectTo, type Target } from './control-plane.ts';
import { instanceWhen } from './exec.ts';
import { Failure } from './failure.ts';

/** @throws Failure when it is refused, or when the host cannot do it (yet) */
export async function attachInstance(
  target: Target,
  InstanceId: string,
  { netns: Netns, device: Device }: { netns: string; device?: string },
): Promise<number> {
  const ask = await connectTo(target);
  await ask('POST', attachmentOf(InstanceId), { body: { Netns, ...(Device !== undefined && { Device }) } });
  const { Endpoints, Attachment } = await instanceWhen(target, InstanceId, isPlaced);
  if (Endpoints.obstacle !== undefined) {
    throw new Failure(
      `${InstanceId} is not attached yet: ${Endpoints.obstacle}; to give up: openimds detach ${InstanceId}`,
    );
  }
  process.stdout.write(`${InstanceId} is attached to ${named(Netns)}, as ${Attachment?.Device}\n`);
  return 0;
}

/** @throws Failure when it is refused */
export async function detachInstance(target: Target, InstanceId: string): Promise<number> {
  const ask = await connectTo(target);
  const { State } = await ask<{ State: ListedInstance['State'] }>('DELETE', attachmentOf(InstanceId));
  if (State === 'running' || State === 'pending') await instanceWhen(target, InstanceId, isPlaced);
  process.stdout.write(`${InstanceId} has a network namespace of its own again\n`);
  return 0;
}

/** How people are told of a namespace. */
export function named(Netns: string): string {
  return /^\d+$/.test(Netns) ? `process ${Netns}` : Netns;
}

function attachmentOf(InstanceId: string): string {
  return `instances/${encodeURIComponent(InstanceId)}/attachment`;
}

function isPlaced({ State, Endpoints }: ListedInstance): boolean {
  return State === 'running' && (Endpoints.netns !== undefined || Endpoints.obstacle !== undefined);
}
