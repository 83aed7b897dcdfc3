/**
 * DescribeAvailabilityZones: the zones of the caller's Region, and AWS's words for zones that it lacks.
 * The facts themselves are tested in the catalogue.
 */

import { expect, test } from 'vitest';
import { expectRefusal, startTestApi, type TestApi } from '../../testing.ts';

const namesOf = async (api: TestApi, input: object = {}) =>
  (await api.call('DescribeAvailabilityZones', input)).AvailabilityZones?.map(({ ZoneName }) => ZoneName);

test('zones of another Region, or of none, are errors', async () => {
  const api = await startTestApi();
  const refusal = (input: object, message: string) =>
    expectRefusal(api.call('DescribeAvailabilityZones', input), 'InvalidParameterValue', message);
  await refusal({ ZoneNames: ['us-east-1a', 'eu-west-1a'] }, 'Invalid availability zone: [eu-west-1a]');
  await refusal({ ZoneIds: ['use1-az9'] }, 'Invalid availability zone-id: [use1-az9]');
});

test("the zones of the caller's Region, as AWS describes them", async () => {
  const api = await startTestApi();
  expect((await api.call('DescribeAvailabilityZones', { ZoneIds: ['use1-az1'] })).AvailabilityZones).toEqual([
    {
      OptInStatus: 'opt-in-not-required',
      Messages: [],
      RegionName: 'us-east-1',
      ZoneName: 'us-east-1a',
      ZoneId: 'use1-az1',
      GroupName: 'us-east-1-zg-1',
      NetworkBorderGroup: 'us-east-1',
      ZoneType: 'availability-zone',
      State: 'available',
    },
  ]);
  expect(await namesOf(api.as({ region: 'us-west-1' }))).toEqual(['us-west-1a', 'us-west-1c']);
});

test.each([
  ['zone-name', 'us-east-1[ab]', []],
  ['zone-name', '*b', ['us-east-1b']],
  ['zone-id', 'use1-az3', ['us-east-1c']],
  ['region-name', 'eu-*', []],
  ['parent-zone-id', '*', []],
])('the filter %s=%s lets %j through', async (Name, value, names) => {
  expect(await namesOf(await startTestApi(), { Filters: [{ Name, Values: [value] }] })).toEqual(names);
});

test('the Query form: ZoneName.N and the answer availabilityZoneInfo', async () => {
  const api = await startTestApi();
  const xml = await api.query('Action=DescribeAvailabilityZones&ZoneName.1=us-east-1b&AllAvailabilityZones=true');
  expect(xml).toMatch(
    /<availabilityZoneInfo><item>.*<zoneName>us-east-1b<\/zoneName>.*<\/item><\/availabilityZoneInfo>/,
  );
});
