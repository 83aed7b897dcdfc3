/**
 * What tests of our own actions ask instead of an agent: a host that knows these instances and always says the same.
 *
 * It keeps what the model promises of hosts, and holds nothing that a metadata service decides.
 */

import type { HostForControlPlane, MetadataRequest, MetadataRequestCounts, MetadataView } from '../../../host-model.ts';

/** A host that runs these instances, has seen two requests to each, and knows two paths of their metadata. */
export function hostOf(ids: readonly string[]): HostForControlPlane {
  const runs = (InstanceId: string) => ids.includes(InstanceId);
  return {
    metadataRequests: async (InstanceId, after) =>
      runs(InstanceId)
        ? { Counts: TWO_SEEN, Requests: SEEN.filter(({ Number: number }) => number > after) }
        : { Counts: { ...TWO_SEEN, NoToken: 0 }, Requests: [] },
    metadataRequestCounts: async (asked) => new Map(asked.filter(runs).map((id) => [id, TWO_SEEN])),
    metadata: async (InstanceId, Path) => (runs(InstanceId) ? (VIEWS[Path] ?? { Path, Status: 404 }) : undefined),
  };
}

const SEEN: MetadataRequest[] = [1, 2].map((number) => ({
  Number: number,
  Time: `2026-11-23T10:00:0${number}.000Z`,
  Method: 'GET',
  Path: '/',
  Version: 1,
  Status: 200,
}));

const TWO_SEEN: MetadataRequestCounts = {
  ...{ Since: '2026-11-23T10:00:00.000Z', NoToken: 2, LastNoTokenTime: '2026-11-23T10:00:02.000Z' },
  ...{ NoTokenRejected: 0, Token: 0, TokenPut: 0, TokenPutOutOfReach: 0, Refused: {}, Hops: [] },
};

const VIEWS: Record<string, MetadataView> = {
  '/latest/': { Path: '/latest/', Status: 200, Entries: [{ Name: 'user-data', Path: '/latest/user-data' }] },
  '/latest/user-data': { Path: '/latest/user-data', Status: 200, Value: 'hello' },
};
