/**
 * An instance as its metadata service sees it: what is desired, prepared for answering fast.
 *
 * It is made anew whenever what is desired changes, or when something of it comes or goes with the time, and is never changed itself,
 * so that a request is answered from one state. It holds only what one host was told of one instance.
 */

import type { DesiredInstance, MetadataOptions, RegionKeys } from '../model.ts';
import { lastVisibleMs, nextVisibleMs } from './events.ts';
import { type FaultsInForce, faultsInForce, type Traffic } from './faults.ts';
import { lastGoneMs, nextGoneMs } from './managed-ssh-keys.ts';
import type { RequestRecord } from './request-record.ts';
import { type SessionTokenKey, sessionTokenKey } from './token.ts';
import { type MetadataTree, metadataTree } from './tree.ts';

export type ImdsInstance = {
  readonly InstanceId: string;
  readonly options: MetadataOptions;
  readonly tokenKey: SessionTokenKey;
  readonly find: MetadataTree;
  /** Undefined where nothing of them is in force: all that answering then costs is to see that. */
  readonly faults: FaultsInForce | undefined;
  /** Filled with each request, and the same for all that is prepared of the instance. */
  readonly requests: RequestRecord;
  /** From then on it is out of date: an event becomes visible, or an SSH key that was pushed is gone. */
  readonly goodUntilMs: number;
};

/** Beside what is desired: what the host knows. */
export type HostFacts = {
  /** 32 secret bytes of the host; session tokens outlive its process if they do. */
  hostKey: Uint8Array;
  /** Those of the instance's Region, as soon as they are known. */
  regionKeys?: RegionKeys | undefined;
  /** Since when it is desired so. */
  sinceMs: number;
  nowMs: number;
  /** Counted by all that is prepared of one instance. */
  traffic: Traffic;
  /** Filled by all that is prepared of one instance. */
  requests: RequestRecord;
  /** PacketsPerSecond of instances that have none of their own. */
  throttle?: number | undefined;
};

export function prepareInstance(desired: DesiredInstance, facts: HostFacts): ImdsInstance {
  const { hostKey, regionKeys, sinceMs, nowMs } = facts;
  const { InstanceId, MetadataOptions: options, tokenGeneration, Events, ManagedSshKeys } = desired.instance;
  const lastChangeMs = Math.max(lastVisibleMs(Events, nowMs), lastGoneMs(ManagedSshKeys, nowMs));
  return {
    InstanceId,
    options,
    tokenKey: sessionTokenKey(hostKey, InstanceId, tokenGeneration),
    // One time for all categories: AWS's is when metadata last reached the instance's host (aws-behaviour 1.4).
    find: metadataTree(desired, { regionKeys, nowMs, modifiedMs: Math.max(sinceMs, lastChangeMs) }),
    faults: faultsInForce(desired.instance, facts),
    requests: facts.requests,
    goodUntilMs: Math.min(nextVisibleMs(Events, nowMs), nextGoneMs(ManagedSshKeys, nowMs)),
  };
}
