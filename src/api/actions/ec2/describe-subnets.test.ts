/**
 * DescribeSubnets: the default subnets that every account has, how many addresses they have left, filters and pages.
 * Subnets that are made later are tested with CreateSubnet.
 */

import { expect, test } from 'vitest';
import { expectRefusal, launch, startTestApi } from '../../testing.ts';

test('a subnet that does not exist, or is of another account, is an error', async () => {
  const api = await startTestApi();
  const { Subnets } = await api.call('DescribeSubnets');
  const SubnetId = Subnets?.[0]?.SubnetId;
  await expectRefusal(
    api.as({ account: '210987654321' }).call('DescribeSubnets', { SubnetIds: [SubnetId] }),
    'InvalidSubnetID.NotFound',
    `The subnet ID '${SubnetId}' does not exist`,
  );
});

test('the default VPC has a default subnet in each Availability Zone', async () => {
  const api = (await startTestApi()).as({ region: 'eu-west-1' });
  const { Vpcs } = await api.call('DescribeVpcs');
  const { Subnets } = await api.call('DescribeSubnets');
  expect(Subnets?.map(({ AvailabilityZone, CidrBlock }) => [AvailabilityZone, CidrBlock])).toEqual([
    ['eu-west-1a', '172.31.0.0/20'],
    ['eu-west-1b', '172.31.16.0/20'],
    ['eu-west-1c', '172.31.32.0/20'],
  ]);
  const SubnetId = Subnets?.[0]?.SubnetId;
  expect(Subnets?.[0]).toEqual({
    AvailabilityZoneId: 'euw1-az1',
    OwnerId: api.scope.account,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    Tags: [],
    SubnetArn: `arn:aws:ec2:eu-west-1:${api.scope.account}:subnet/${SubnetId}`,
    EnableDns64: false,
    Ipv6Native: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    SubnetId: expect.stringMatching(/^subnet-[0-9a-f]{17}$/),
    State: 'available',
    VpcId: Vpcs?.[0]?.VpcId,
    CidrBlock: '172.31.0.0/20',
    AvailableIpAddressCount: 4091,
    AvailabilityZone: 'eu-west-1a',
    DefaultForAz: true,
    MapPublicIpOnLaunch: true,
  });
});

test('an instance takes one of the available addresses', async () => {
  const api = await startTestApi();
  const SubnetId = (await api.call('DescribeSubnets')).Subnets?.[1]?.SubnetId;
  await launch(api, { SubnetId });
  const { Subnets } = await api.call('DescribeSubnets', { SubnetIds: [SubnetId] });
  expect(Subnets?.map(({ AvailableIpAddressCount }) => AvailableIpAddressCount)).toEqual([4090]);
});

test.each([
  ['availability-zone', ['us-east-1a', 'us-east-1b'], 2],
  ['availabilityZoneId', ['use1-az1'], 1],
  ['cidr-block', ['172.31.16.0/20'], 1],
  ['cidr', ['172.31.16.0'], 0],
  ['default-for-az', ['true'], 6],
  ['map-public-ip-on-launch', ['true'], 6],
  ['ipv6-native', ['true'], 0],
  ['available-ip-address-count', ['4091'], 6],
  ['tag:team', ['blue'], 1],
])('the filter %s with %j lets %i subnets through', async (Name, Values, count) => {
  const api = await startTestApi();
  const { Subnets: all } = await api.call('DescribeSubnets');
  await api.call('CreateTags', { Resources: [all?.[0]?.SubnetId], Tags: [{ Key: 'team', Value: 'blue' }] });
  expect((await api.call('DescribeSubnets', { Filters: [{ Name, Values }] })).Subnets).toHaveLength(count);
});

test('pages of five', async () => {
  const api = await startTestApi();
  const first = await api.call('DescribeSubnets', { MaxResults: 5 });
  const second = await api.call('DescribeSubnets', { MaxResults: 5, NextToken: first.NextToken });
  expect([first.Subnets?.length, second.Subnets?.length, second.NextToken]).toEqual([5, 1, undefined]);
  await expectRefusal(api.call('DescribeSubnets', { MaxResults: 4 }), 'InvalidParameterValue');
  await expectRefusal(api.call('DescribeVpcs', { NextToken: first.NextToken }), 'InvalidNextToken');
});

test('the Query form: SubnetId.N and the answer subnetSet', async () => {
  const api = await startTestApi();
  const SubnetId = (await api.call('DescribeSubnets')).Subnets?.[0]?.SubnetId;
  const xml = await api.query(`Action=DescribeSubnets&SubnetId.1=${SubnetId}`);
  expect(xml).toMatch(new RegExp(`<subnetSet><item>.*<subnetId>${SubnetId}</subnetId>.*</item></subnetSet>`));
});
