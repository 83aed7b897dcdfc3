/**
 * What a host says of its instances when the control plane asks: from memory, and nothing is asked of the instances.
 *
 * It changes nothing, and waits for nothing; it answers through promises because a host may be on another machine.
 */

import type { HostForControlPlane } from '../host-model.ts';
import { RequestRecord } from '../imds/request-record.ts';
import { viewMetadata } from '../imds/view.ts';
import { type Host, serve } from './reconcile.ts';

/** The host as the control plane sees it; the model says what each call promises. */
export function observe(host: Host): HostForControlPlane {
  return {
    async metadataRequests(InstanceId, after) {
      const requests = host.instances.get(InstanceId)?.requests ?? new RequestRecord(host.clock());
      return { Counts: requests.counts(), Requests: requests.after(after) };
    },
    async metadataRequestCounts(InstanceIds) {
      return new Map(
        InstanceIds.flatMap((InstanceId) => {
          const hosted = host.instances.get(InstanceId);
          return hosted ? [[InstanceId, hosted.requests.counts()] as const] : [];
        }),
      );
    },
    async metadata(InstanceId, path) {
      const hosted = host.instances.get(InstanceId);
      if (hosted?.desired.run !== 'running') return undefined;
      const nowMs = host.clock();
      return viewMetadata(serve(host, hosted, nowMs), path, nowMs);
    },
  };
}
