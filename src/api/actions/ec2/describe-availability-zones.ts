/**
 * DescribeAvailabilityZones: the Availability Zones of the caller's Region, by name, id and filter.
 *
 * There are no Local and no Wavelength Zones, and every zone is available.
 */

import type {
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  AvailabilityZone as DescribedZone,
} from '@aws-sdk/client-ec2';
import { invalidParameterValue } from '../../../aws-errors.ts';
import { type AvailabilityZone, availabilityZones } from '../../../catalogue/regions.ts';
import { action } from '../../call.ts';
import { type FilterTable, filterBy } from '../../filters.ts';

type Input = DescribeAvailabilityZonesRequest;

/** API/DescribeAvailabilityZones. AllAvailabilityZones shows no more: accounts are opted in to all. */
export const describeAvailabilityZones = action<Input, DescribeAvailabilityZonesResult>(async (input, call) => {
  const letsThrough = filterBy<DescribedZone & { Tags?: never }>(input.Filters, FILTERS);
  await call.permit(['*'], input.DryRun);
  const zones = select(availabilityZones(call.scope.region), input);
  return { AvailabilityZones: zones.map(describeZone).filter(letsThrough) };
});

/** Those with one of the names or ids of the request; all of them where it has neither. */
function select(zones: readonly AvailabilityZone[], { ZoneNames = [], ZoneIds = [] }: Input) {
  const unknownName = ZoneNames.find((name) => !zones.some(({ ZoneName }) => ZoneName === name));
  if (unknownName !== undefined) throw invalidParameterValue(`Invalid availability zone: [${unknownName}]`);
  const unknownId = ZoneIds.find((id) => !zones.some(({ ZoneId }) => ZoneId === id));
  if (unknownId !== undefined) throw invalidParameterValue(`Invalid availability zone-id: [${unknownId}]`);
  if (ZoneNames.length + ZoneIds.length === 0) return zones;
  return zones.filter(({ ZoneName, ZoneId }) => ZoneNames.includes(ZoneName) || ZoneIds.includes(ZoneId));
}

function describeZone({ RegionName, ZoneName, ZoneId }: AvailabilityZone): DescribedZone {
  return {
    OptInStatus: 'opt-in-not-required',
    Messages: [],
    RegionName,
    ZoneName,
    ZoneId,
    GroupName: `${RegionName}-zg-1`,
    NetworkBorderGroup: RegionName,
    ZoneType: 'availability-zone',
    State: 'available',
  };
}

/** Filter names of API/DescribeAvailabilityZones for all that a zone has here. */
const FILTERS: FilterTable<DescribedZone> = {
  'group-name': ({ GroupName }) => [GroupName],
  message: () => [],
  'opt-in-status': ({ OptInStatus }) => [OptInStatus],
  'parent-zone-id': () => [],
  'parent-zone-name': () => [],
  'region-name': ({ RegionName }) => [RegionName],
  state: ({ State }) => [State],
  'zone-id': ({ ZoneId }) => [ZoneId],
  'zone-name': ({ ZoneName }) => [ZoneName],
  'zone-type': ({ ZoneType }) => [ZoneType],
};
