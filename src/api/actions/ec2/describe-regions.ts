/**
 * DescribeRegions: the Regions of the caller's partition, as AWS lists them; every one of them can be used here.
 */

import type { Region as DescribedRegion, DescribeRegionsRequest, DescribeRegionsResult } from '@aws-sdk/client-ec2';
import { invalidParameterValue } from '../../../aws-errors.ts';
import { dnsDomainOf, partitionOf, type Region, regions } from '../../../catalogue/regions.ts';
import { action } from '../../call.ts';
import { type FilterTable, filterBy } from '../../filters.ts';

/** API/DescribeRegions. AllRegions shows no more: no Region is disabled. */
export const describeRegions = action<DescribeRegionsRequest, DescribeRegionsResult>(async (input, call) => {
  const letsThrough = filterBy<DescribedRegion & { Tags?: never }>(input.Filters, FILTERS);
  await call.permit(['*'], input.DryRun);
  const partition = partitionOf(call.scope.region);
  const inPartition = regions().filter((region) => region.partition === partition);
  const names = input.RegionNames ?? [];
  // Of several that do not exist AWS names the first of the alphabet.
  const unknown = names.toSorted().find((name) => !inPartition.some(({ RegionName }) => RegionName === name));
  if (unknown !== undefined) throw invalidParameterValue(`Invalid region: [${unknown}]`);
  const wanted = names.length > 0 ? inPartition.filter(({ RegionName }) => names.includes(RegionName)) : inPartition;
  return { Regions: wanted.map(describeRegion).filter(letsThrough) };
});

function describeRegion({ RegionName, OptInStatus }: Region): DescribedRegion {
  return { OptInStatus, RegionName, Endpoint: `ec2.${RegionName}.${dnsDomainOf(RegionName)}` };
}

/** Filter names of API/DescribeRegions. */
const FILTERS: FilterTable<DescribedRegion> = {
  endpoint: ({ Endpoint }) => [Endpoint],
  'opt-in-status': ({ OptInStatus }) => [OptInStatus],
  'region-name': ({ RegionName }) => [RegionName],
};
