/**
 * An instance as its metadata service sees it: what is desired, prepared for answering fast.
 *
 * It is made anew whenever what is desired changes and is never changed itself, so that a request is answered from one
 * state. It holds only what one host was told of one instance.
 */

import type { DesiredInstance, MetadataOptions } from '../model.ts';
import { httpDate } from './response.ts';
import { type SessionTokenKey, sessionTokenKey } from './token.ts';
import { type MetadataTree, metadataTree } from './tree.ts';

export type ImdsInstance = {
  readonly InstanceId: string;
  readonly options: MetadataOptions;
  readonly tokenKey: SessionTokenKey;
  readonly find: MetadataTree;
};

/**
 * @param hostKey 32 secret bytes of the host; session tokens outlive its process if they do
 * @param appliedAtMs when this state became the one to answer from
 */
export function prepareInstance(desired: DesiredInstance, hostKey: Uint8Array, appliedAtMs: number): ImdsInstance {
  const { InstanceId, MetadataOptions: options, tokenGeneration } = desired.instance;
  return {
    InstanceId,
    options,
    tokenKey: sessionTokenKey(hostKey, InstanceId, tokenGeneration),
    // One time for all categories: AWS's is when metadata last reached the instance's host (aws-behaviour 1.4).
    find: metadataTree(desired, httpDate(appliedAtMs)),
  };
}
