/**
 * Asking the hosts of instances what only they know: the metadata services run there, and remember there.
 *
 * It happens after the transaction in which the instances were found, and whoever asks may be answered a little later state.
 */

import { unavailable } from '../aws-errors.ts';
import type { HostForControlPlane, HostsToAsk, MetadataRequestCounts } from '../host-model.ts';
import type { Instance } from '../model.ts';

/** @throws Unavailable where the host of the instance cannot be asked */
export function hostOf({ InstanceId, host }: Instance, hosts: HostsToAsk): HostForControlPlane {
  const found = hosts(host);
  if (!found) throw unavailable(InstanceId);
  return found;
}

/** The requests to many instances, counted, by InstanceId; without those whose host cannot be asked or does not know them. */
export async function requestCounts(
  instances: readonly Instance[],
  hosts: HostsToAsk,
): Promise<ReadonlyMap<string, MetadataRequestCounts>> {
  const asked = Array.from(
    Map.groupBy(instances, ({ host }) => host),
    ([host, there]) => hosts(host)?.metadataRequestCounts(there.map(({ InstanceId }) => InstanceId)),
  );
  return new Map((await Promise.all(asked)).flatMap((counts) => [...(counts ?? [])]));
}
