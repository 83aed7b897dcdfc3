/**
 * What our own API knows of instances beside EC2's: where their metadata services answer, and who asks them.
 *
 * Who may not know it is refused, as everywhere.
 */

import type { MetadataRequest, MetadataRequestCounts } from '../../../src/host-model.ts';
import type { ImdsEndpoints } from '../../../src/model.ts';
import type { Api } from '../api/api.ts';

/** What `GET /openimds/instances` has for each, as far as the console reads it. */
export type ListedInstance = {
  InstanceId: string;
  Endpoints: ImdsEndpoints;
  Substrate: string;
  HopLimitEnforced: boolean;
  MetadataRequests?: MetadataRequestCounts;
};

/** What `GET /openimds/instances/ID/metadata-requests` has. */
export type ListedRequests = { InstanceId: string; Counts: MetadataRequestCounts; Requests: MetadataRequest[] };

/** Instances in one request to our own API. */
const MOST_LISTED = 100;

/** What our own API has of them beside, by InstanceId. @throws ApiError also where one of them is gone */
export async function readListed(
  api: Api,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, ListedInstance>> {
  const listed = new Map<string, ListedInstance>();
  for (let from = 0; from < ids.length; from += MOST_LISTED) {
    const named = ids.slice(from, from + MOST_LISTED).map((id, index) => [`InstanceId.${index + 1}`, id]);
    const request = { query: Object.fromEntries(named) as Record<string, string>, signal };
    const { Instances } = await api.own<{ Instances: ListedInstance[] }>('GET', 'instances', request);
    for (const each of Instances) listed.set(each.InstanceId, each);
  }
  return listed;
}

/** The requests that an instance's host remembers, and counts of all. */
export function readRequests(api: Api, InstanceId: string, signal: AbortSignal): Promise<ListedRequests> {
  return api.own<ListedRequests>('GET', `instances/${InstanceId}/metadata-requests`, { signal });
}
