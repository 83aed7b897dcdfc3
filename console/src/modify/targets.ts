/**
 * What the dialog has to know of the instances that are to change: as they are now, what decides about them beside the
 * request, and who has asked their metadata services.
 */

import type { MetadataRequestCounts } from '../../../src/host-model.ts';
import type { Api } from '../api/api.ts';
import { readHealth } from '../api/health.ts';
import type { Instance } from '../api/services.ts';
import { idsOf, readInstances } from '../instances/instance-pages.ts';
import { type ListedRequests, readListed, readRequests } from '../instances/own-instances.ts';
import { inParallel } from './in-parallel.ts';
import type { Surroundings } from './modify-problems.ts';
import type { Watched } from './what-breaks.ts';

export type Targets = {
  instances: Instance[];
  surroundings: Surroundings;
};

/** In the order in which they were named; those that are gone are left out. */
export async function readTargets(api: Api, ids: readonly string[], signal: AbortSignal): Promise<Targets> {
  const [found, account, { rules }] = await Promise.all([
    readInstances(api, ids, signal),
    // Who may not know the defaults learns of them from a refusal.
    api.ec2('GetInstanceMetadataDefaults', {}, { signal }).then(
      ({ AccountLevel = {} }) => AccountLevel,
      () => ({}),
    ),
    readHealth(),
  ]);
  const byId = new Map(found.map((instance) => [instance.InstanceId, instance]));
  const instances = ids.flatMap((id) => byId.get(id) ?? []);
  return { instances, surroundings: { account, rules, xenTypes: await xenTypesOf(api, instances, signal) } };
}

/** DescribeInstances says `xen` of every instance, as AWS does. */
async function xenTypesOf(api: Api, instances: readonly Instance[], signal: AbortSignal): Promise<ReadonlySet<string>> {
  const InstanceTypes = [...new Set(instances.flatMap(({ InstanceType }) => InstanceType ?? []))].slice(0, 100);
  const { InstanceTypes: types = [] } = await api.ec2('DescribeInstanceTypes', { InstanceTypes }, { signal });
  return new Set(
    types.flatMap(({ Hypervisor, InstanceType }) => (Hypervisor === 'xen' && InstanceType ? [InstanceType] : [])),
  );
}

/** Instances whose requests are looked at, those with most of IMDSv1 first; of others it is said that nothing is known. */
const MOST_LOOKED_AT = 200;

/** Who has asked them. @throws what the control plane refuses with */
export async function watch(api: Api, instances: readonly Instance[], signal: AbortSignal): Promise<Watched[]> {
  const listed = await readListed(api, idsOf(instances), signal);
  const counts = new Map([...listed].map(([id, { MetadataRequests }]) => [id, MetadataRequests]));
  const noTokens = ({ InstanceId = '' }: Instance) => counts.get(InstanceId)?.NoToken ?? 0;
  const asked = instances
    .filter(({ InstanceId = '' }) => total(counts.get(InstanceId)) > 0)
    .sort((a, b) => noTokens(b) - noTokens(a))
    .slice(0, MOST_LOOKED_AT);
  const requests = new Map<string, ListedRequests['Requests']>();
  await inParallel(asked, async ({ InstanceId = '' }) => {
    requests.set(InstanceId, (await readRequests(api, InstanceId, signal)).Requests);
  });
  return instances.map((instance) => {
    const Counts = counts.get(instance.InstanceId ?? '');
    const Requests = requests.get(instance.InstanceId ?? '');
    if (!Counts || (!Requests && total(Counts) > 0)) return { instance };
    return { instance, seen: { Counts, Requests: Requests ?? [] } };
  });
}

/** Refused ones are counted by status alone, some twice; it is about which are asked at all. */
function total(counts: MetadataRequestCounts | undefined): number {
  if (!counts) return 0;
  const refused = Object.values(counts.Refused).reduce((sum, count) => sum + count, 0);
  return counts.NoToken + counts.NoTokenRejected + counts.Token + counts.TokenPut + refused;
}
