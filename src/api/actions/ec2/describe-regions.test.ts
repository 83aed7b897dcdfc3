/**
 * DescribeRegions: the Regions of the caller's partition, and AWS's words for Regions that there are not.
 * The facts themselves are tested in the catalogue.
 */

import { expect, test } from 'vitest';
import { expectRefusal, startTestApi, type TestApi } from '../../testing.ts';

const namesOf = async (api: TestApi, input: object = {}) =>
  (await api.call('DescribeRegions', input)).Regions?.map(({ RegionName }) => RegionName);

test('of Regions that do not exist the first of the alphabet is named', async () => {
  const api = await startTestApi();
  await expectRefusal(
    api.call('DescribeRegions', { RegionNames: ['us-east-1', 'zz-nowhere-9', 'yy-nowhere-8'] }),
    'InvalidParameterValue',
    'Invalid region: [yy-nowhere-8]',
  );
});

test("a caller sees the Regions of its own partition, with AWS's endpoints", async () => {
  const api = await startTestApi();
  expect((await api.call('DescribeRegions', { RegionNames: ['eu-west-1'] })).Regions).toEqual([
    { OptInStatus: 'opt-in-not-required', RegionName: 'eu-west-1', Endpoint: 'ec2.eu-west-1.amazonaws.com' },
  ]);
  expect(await namesOf(api)).not.toContain('cn-north-1');
  const china = await api.as({ region: 'cn-north-1' }).call('DescribeRegions');
  expect(china.Regions?.[0]?.Endpoint).toBe('ec2.cn-north-1.amazonaws.com.cn');
  expect(china.Regions).toHaveLength(2);
});

test.each([
  ['region-name', 'us-west-*', ['us-west-1', 'us-west-2']],
  ['endpoint', '*.eu-north-1.*', ['eu-north-1']],
  ['opt-in-status', 'not-opted-in', []],
])('the filter %s=%s lets %j through', async (Name, value, names) => {
  expect(await namesOf(await startTestApi(), { Filters: [{ Name, Values: [value] }] })).toEqual(names);
});

test('the Query form: RegionName.N and the answer regionInfo', async () => {
  const api = await startTestApi();
  expect(await api.query('Action=DescribeRegions&RegionName.1=us-east-1')).toContain(
    '<regionInfo><item><optInStatus>opt-in-not-required</optInStatus><regionName>us-east-1</regionName><regionEndpoint>ec2.us-east-1.amazonaws.com</regionEndpoint></item></regionInfo>',
  );
});
