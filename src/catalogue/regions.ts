/**
 * The Regions of AWS and their Availability Zones: names, zone ids, partitions and DNS domains.
 *
 * Facts only, in a fixed order, and the same for every account. AWS shuffles zone names between accounts; here the
 * letters follow the zone ids, so `us-east-1a` is `use1-az1` for everybody. All Regions can be used without opting in,
 * so those that AWS leaves to the account to switch on count as switched on.
 */

export type Partition = 'aws' | 'aws-cn' | 'aws-us-gov';

export type Region = {
  /** For example `us-east-1`. */
  RegionName: string;
  partition: Partition;
  /** `opted-in` where AWS asks accounts to opt in. */
  OptInStatus: 'opt-in-not-required' | 'opted-in';
};

export type AvailabilityZone = {
  /** For example `us-east-1a`. */
  ZoneName: string;
  /** For example `use1-az1`. */
  ZoneId: string;
  RegionName: string;
};

/**
 * Region name and its zones: letter and number of the zone id, where they are not simply a1 b2 c3. Retired zones leave
 * gaps in the numbers (ap-northeast-1, ca-central-1, us-west-1).
 */
type Row = [RegionName: string, zones?: string];

const THREE_ZONES = 'a1 b2 c3';

const OPEN_TO_ALL: Row[] = [
  ['us-east-1', 'a1 b2 c3 d4 e5 f6'],
  ['us-east-2'],
  ['us-west-1', 'a1 c3'],
  ['us-west-2', 'a1 b2 c3 d4'],
  ['ap-south-1'],
  ['ap-northeast-1', 'a4 c1 d2'],
  ['ap-northeast-2', 'a1 b2 c3 d4'],
  ['ap-northeast-3'],
  ['ap-southeast-1'],
  ['ap-southeast-2'],
  ['ca-central-1', 'a1 b2 d4'],
  ['eu-central-1'],
  ['eu-north-1'],
  ['eu-west-1'],
  ['eu-west-2'],
  ['eu-west-3'],
  ['sa-east-1'],
];

const OPT_IN: Row[] = [
  ['af-south-1'],
  ['ap-east-1'],
  ['ap-east-2'],
  ['ap-south-2'],
  ['ap-southeast-3'],
  ['ap-southeast-4'],
  ['ap-southeast-5'],
  ['ap-southeast-6'],
  ['ap-southeast-7'],
  ['ca-west-1'],
  ['eu-central-2'],
  ['eu-south-1'],
  ['eu-south-2'],
  ['il-central-1'],
  ['me-central-1'],
  ['me-south-1'],
  ['mx-central-1'],
];

const CHINA: Row[] = [['cn-north-1', 'a1 b2'], ['cn-northwest-1']];
const GOVERNMENT: Row[] = [['us-gov-east-1'], ['us-gov-west-1']];

type Entry = Region & { zones: AvailabilityZone[] };

const REGIONS: readonly Entry[] = [
  ...OPEN_TO_ALL.map((row) => entry(row, 'aws', 'opt-in-not-required')),
  ...OPT_IN.map((row) => entry(row, 'aws', 'opted-in')),
  ...CHINA.map((row) => entry(row, 'aws-cn', 'opt-in-not-required')),
  ...GOVERNMENT.map((row) => entry(row, 'aws-us-gov', 'opt-in-not-required')),
];

const BY_NAME = new Map(REGIONS.map((region) => [region.RegionName, region]));
const ZONE_BY_NAME = new Map(REGIONS.flatMap(({ zones }) => zones.map((zone) => [zone.ZoneName, zone])));

/** Every Region of every partition; those of `aws` first. */
export function regions(): readonly Region[] {
  return REGIONS;
}

export function findRegion(RegionName: string): Region | undefined {
  return BY_NAME.get(RegionName);
}

/** The zones of a Region by name; none for a Region that does not exist. */
export function availabilityZones(RegionName: string): readonly AvailabilityZone[] {
  return BY_NAME.get(RegionName)?.zones ?? [];
}

/** The id of the zone with this name, for example `use1-az1` for `us-east-1a`. */
export function availabilityZoneId(ZoneName: string): string | undefined {
  return ZONE_BY_NAME.get(ZoneName)?.ZoneId;
}

/** The partition in the ARNs of a Region; `aws` for a Region that does not exist. */
export function partitionOf(RegionName: string): Partition {
  return BY_NAME.get(RegionName)?.partition ?? 'aws';
}

/** The domain of AWS's services in a Region, as `services/domain` prints it (aws-behaviour 2). */
export function dnsDomainOf(RegionName: string): string {
  return partitionOf(RegionName) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}

/** What follows the host part of a private DNS name (aws-behaviour 2, `hostname`). */
export function privateDnsSuffix(RegionName: string): string {
  return RegionName === 'us-east-1' ? 'ec2.internal' : `${RegionName}.compute.internal`;
}

function entry(
  [RegionName, zones = THREE_ZONES]: Row,
  partition: Partition,
  OptInStatus: Region['OptInStatus'],
): Entry {
  return {
    RegionName,
    partition,
    OptInStatus,
    zones: zones.split(' ').map((zone) => ({
      ZoneName: `${RegionName}${zone.charAt(0)}`,
      ZoneId: `${zoneIdPrefix(RegionName)}-az${zone.slice(1)}`,
      RegionName,
    })),
  };
}

/** `use1` for us-east-1, `apse2` for ap-southeast-2, `usgw1` for us-gov-west-1. */
function zoneIdPrefix(RegionName: string): string {
  return RegionName.replaceAll('-', '').replace(/north|south|east|west|central|gov/g, (word) => word.charAt(0));
}
