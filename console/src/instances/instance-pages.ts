/**
 * The instances of a table's page, from the answers of DescribeInstances.
 *
 * An answer may have fewer than a page takes, even none, while more follow: filters are checked on what was read. So a page
 * is filled from several answers, each larger than the one before, and where that takes too many it stays as it is.
 *
 *   answers   [· · x ·][· x · · · · · ·][…      x = let through by the filters
 *   page             x    x
 */

import type { Api } from '../api/api.ts';
import type { Instance } from '../api/services.ts';

export type Filter = { Name: string; Values: string[] };

/** Where a page begins: in the answer to this request, after so many instances. */
export type Cursor = { NextToken?: string | undefined; MaxResults: number; skip: number };

export type InstancePage = { instances: Instance[]; next?: Cursor };

const MOST_ANSWERS = 8;
const LARGEST_ANSWER = 1000;

/** @param size of the page, 5 at least */
export async function readInstancePage(
  api: Api,
  {
    Filters,
    size,
    cursor,
    signal,
  }: { Filters: Filter[]; size: number; cursor?: Cursor | undefined; signal: AbortSignal },
): Promise<InstancePage> {
  const instances: Instance[] = [];
  let { NextToken, MaxResults, skip } = cursor ?? { NextToken: undefined, MaxResults: size, skip: 0 };
  for (let answers = 0; answers < MOST_ANSWERS; answers++) {
    const answer = await api.ec2('DescribeInstances', { Filters, MaxResults, NextToken }, { signal });
    const found = instancesOf(answer).slice(skip);
    const taken = found.slice(0, size - instances.length);
    instances.push(...taken);
    if (taken.length < found.length) return { instances, next: { NextToken, MaxResults, skip: skip + taken.length } };
    if (answer.NextToken === undefined) return { instances };
    [NextToken, skip] = [answer.NextToken, 0];
    if (instances.length === size) return { instances, next: { NextToken, MaxResults: size, skip } };
    MaxResults = Math.min(2 * MaxResults, LARGEST_ANSWER);
  }
  return { instances, next: { NextToken, MaxResults, skip } };
}

/** @throws ApiError InvalidInstanceID.* */
export async function readInstance(api: Api, InstanceId: string, signal: AbortSignal): Promise<Instance> {
  const [instance] = instancesOf(await api.ec2('DescribeInstances', { InstanceIds: [InstanceId] }, { signal }));
  if (!instance) throw new Error(`DescribeInstances has no ${InstanceId}`);
  return instance;
}

/** Values of a filter in one request. */
const MOST_VALUES = 200;

/** Those of them that are still there, in no order. */
export async function readInstances(api: Api, ids: readonly string[], signal?: AbortSignal): Promise<Instance[]> {
  const instances: Instance[] = [];
  for (let from = 0; from < ids.length; from += MOST_VALUES) {
    const Filters = [{ Name: 'instance-id', Values: ids.slice(from, from + MOST_VALUES) }];
    instances.push(
      ...instancesOf(await api.ec2('DescribeInstances', { Filters, MaxResults: 1000 }, { ...(signal && { signal }) })),
    );
  }
  return instances;
}

export function idsOf(instances: readonly Instance[]): string[] {
  return instances.flatMap(({ InstanceId }) => InstanceId ?? []);
}

function instancesOf({ Reservations = [] }: { Reservations?: { Instances?: Instance[] }[] }): Instance[] {
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

export function nameOf({ Tags = [] }: Pick<Instance, 'Tags'>): string {
  return Tags.find(({ Key }) => Key === 'Name')?.Value ?? '';
}
