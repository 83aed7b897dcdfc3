/** Proves the facts of Regions that other parts rely on, against values of AWS's own documentation. */

import { describe, expect, test } from 'vitest';
import {
  availabilityZoneId,
  availabilityZones,
  dnsDomainOf,
  findRegion,
  partitionOf,
  privateDnsSuffix,
  regions,
} from './regions.ts';

test('a Region that does not exist is not found and has no zones', () => {
  expect(findRegion('us-east-9')).toBeUndefined();
  expect(findRegion('')).toBeUndefined();
  expect(findRegion('constructor')).toBeUndefined();
  expect(availabilityZones('us-east-9')).toEqual([]);
  expect(availabilityZoneId('us-east-1z')).toBeUndefined();
});

test('every Region is found by its name and its zones by theirs, and no name or id comes twice', () => {
  const zones = regions().flatMap(({ RegionName }) => availabilityZones(RegionName));
  for (const region of regions()) expect(findRegion(region.RegionName)).toBe(region);
  for (const zone of zones) expect(availabilityZoneId(zone.ZoneName)).toBe(zone.ZoneId);
  expect(new Set(regions().map((region) => region.RegionName)).size).toBe(regions().length);
  expect(new Set(zones.map((zone) => zone.ZoneName)).size).toBe(zones.length);
  expect(new Set(zones.map((zone) => zone.ZoneId)).size).toBe(zones.length);
});

test.each([
  ['us-east-1a', 'use1-az1'],
  ['us-west-2d', 'usw2-az4'],
  ['eu-central-1b', 'euc1-az2'],
  ['ap-southeast-2c', 'apse2-az3'],
  ['ap-northeast-1a', 'apne1-az4'],
  ['ca-central-1d', 'cac1-az4'],
  ['me-central-1a', 'mec1-az1'],
  ['us-gov-west-1a', 'usgw1-az1'],
  ['cn-northwest-1c', 'cnnw1-az3'],
])('the id of %s is %s', (ZoneName, ZoneId) => {
  expect(availabilityZoneId(ZoneName)).toBe(ZoneId);
});

describe('partitions', () => {
  test.each([
    ['eu-west-1', 'aws', 'amazonaws.com'],
    ['us-gov-east-1', 'aws-us-gov', 'amazonaws.com'],
    ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
  ])('%s is in %s, its services are under %s', (RegionName, partition, domain) => {
    expect(partitionOf(RegionName)).toBe(partition);
    expect(dnsDomainOf(RegionName)).toBe(domain);
  });
});

test('private DNS names end in ec2.internal in us-east-1 and in the name of the Region elsewhere', () => {
  expect(privateDnsSuffix('us-east-1')).toBe('ec2.internal');
  expect(privateDnsSuffix('eu-west-1')).toBe('eu-west-1.compute.internal');
});

test('Regions that AWS leaves to the account to switch on are marked', () => {
  expect(findRegion('us-east-1')?.OptInStatus).toBe('opt-in-not-required');
  expect(findRegion('af-south-1')?.OptInStatus).toBe('opted-in');
});
