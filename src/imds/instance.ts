/**
 * An instance as its metadata service sees it: what is desired, prepared for answering fast.
 *
 * It is made anew whenever what is desired changes, or when something of it becomes visible, and is never changed itself,
 * so that a request is answered from one state. It holds only what one host was told of one instance.
 */

import type { DesiredInstance, IdentityKeys, MetadataOptions } from '../model.ts';
import { lastVisibleMs, nextVisibleMs } from './events.ts';
import { type SessionTokenKey, sessionTokenKey } from './token.ts';
import { type MetadataTree, metadataTree } from './tree.ts';

export type ImdsInstance = {
  readonly InstanceId: string;
  readonly options: MetadataOptions;
  readonly tokenKey: SessionTokenKey;
  readonly find: MetadataTree;
  /** From then on it is out of date, as an event becomes visible. */
  readonly goodUntilMs: number;
};

/** Beside what is desired: what the host knows. */
export type HostFacts = {
  /** 32 secret bytes of the host; session tokens outlive its process if they do. */
  hostKey: Uint8Array;
  /** Those of the instance's Region, as soon as they are known. */
  identityKeys?: IdentityKeys | undefined;
  /** Since when it is desired so. */
  sinceMs: number;
  nowMs: number;
};

export function prepareInstance(
  desired: DesiredInstance,
  { hostKey, identityKeys, sinceMs, nowMs }: HostFacts,
): ImdsInstance {
  const { InstanceId, MetadataOptions: options, tokenGeneration, Events } = desired.instance;
  return {
    InstanceId,
    options,
    tokenKey: sessionTokenKey(hostKey, InstanceId, tokenGeneration),
    // One time for all categories: AWS's is when metadata last reached the instance's host (aws-behaviour 1.4).
    find: metadataTree(desired, { identityKeys, nowMs, modifiedMs: Math.max(sinceMs, lastVisibleMs(Events, nowMs)) }),
    goodUntilMs: nextVisibleMs(Events, nowMs),
  };
}
