/**
 * CreateSubnet: which blocks a subnet may have, in AWS's words, and what instances in each kind of subnet get.
 * Sources of the words: aws-behaviour 3.1 and AWS's own answers as clients have recorded them.
 */

import { expect, test } from 'vitest';
import { formatCidr, parseCidr } from '../../../cidr.ts';
import { expectRefusal, launch, startTestApi, type TestApi } from '../../testing.ts';

/** The default VPC, and the n-th /64 from the beginning of its IPv6 block. */
async function defaultVpc(api: TestApi) {
  const vpc = (await api.call('DescribeVpcs')).Vpcs?.[0];
  const Ipv6CidrBlock = vpc?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock ?? '';
  const first = parseCidr(Ipv6CidrBlock)?.first ?? 0n;
  const subnet64 = (n: number) => formatCidr({ family: 6, first: first + (BigInt(n) << 64n), prefix: 64 });
  return { VpcId: vpc?.VpcId ?? '', Ipv6CidrBlock, subnet64 };
}

const countSubnets = async (api: TestApi) => (await api.call('DescribeSubnets')).Subnets?.length;

test('a VPC that does not exist gets no subnet', async () => {
  const api = await startTestApi();
  const VpcId = 'vpc-0123456789abcdef0';
  await expectRefusal(
    api.call('CreateSubnet', { VpcId, CidrBlock: '172.31.128.0/24' }),
    'InvalidVpcID.NotFound',
    `The vpc ID '${VpcId}' does not exist`,
  );
  await expectRefusal(api.call('CreateSubnet', { CidrBlock: '172.31.128.0/24' }), 'MissingParameter');
});

test.each([
  ['MissingParameter', {}, "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."],
  ['MissingParameter', { Ipv6Native: true }, "Either 'ipv6CidrBlock' or 'ipv6IpamPoolId' should be provided."],
  [
    'MissingParameter',
    { Ipv6Native: true, CidrBlock: '172.31.128.0/24' },
    "Either 'ipv6CidrBlock' or 'ipv6IpamPoolId' should be provided.",
  ],
  [
    'InvalidParameterCombination',
    { Ipv6Native: true, CidrBlock: '172.31.128.0/24', Ipv6CidrBlock: '1080::1:200C:417A/112' },
    'When specifying ipv4 parameters, cidrBlock or ipv4IpamPoolId, you cannot set ipv6Native to true.',
  ],
  [
    'InvalidParameterValue',
    { CidrBlock: 'InvalidCidrBlock' },
    'Value (InvalidCidrBlock) for parameter cidrBlock is invalid. This is not a valid CIDR block.',
  ],
  [
    'InvalidParameterValue',
    { CidrBlock: '2001:db8::/64' },
    'Value (2001:db8::/64) for parameter cidrBlock is invalid. This is not a valid CIDR block.',
  ],
  ['InvalidSubnet.Range', { CidrBlock: '10.0.0.0/24' }, "The CIDR '10.0.0.0/24' is invalid."],
  ['InvalidSubnet.Range', { CidrBlock: '172.31.128.0/29' }, "The CIDR '172.31.128.0/29' is invalid."],
  ['InvalidSubnet.Range', { CidrBlock: '172.30.0.0/15' }, "The CIDR '172.30.0.0/15' is invalid."],
  [
    'InvalidSubnet.Conflict',
    { CidrBlock: '172.31.16.0/24' },
    "The CIDR '172.31.16.0/24' conflicts with another subnet",
  ],
  ['InvalidSubnet.Conflict', { CidrBlock: '172.31.0.0/16' }, "The CIDR '172.31.0.0/16' conflicts with another subnet"],
  [
    'InvalidParameterValue',
    { Ipv6Native: true, Ipv6CidrBlock: '2001:db8::/62' },
    'invalid value for parameter ipv6-cidr-block: 2001:db8::/62',
  ],
  ['InvalidSubnet.Range', { Ipv6Native: true, Ipv6CidrBlock: 'fd00::/64' }, "The IPv6 CIDR 'fd00::/64' is invalid."],
  [
    'InvalidParameterValue',
    { CidrBlock: '172.31.128.0/24', AvailabilityZone: 'us-west-1a' },
    'Value (us-west-1a) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1e, us-east-1f.',
  ],
  ['InvalidParameterValue', { CidrBlock: '172.31.128.0/24', AvailabilityZoneId: 'usw1-az1' }, undefined],
  ['UnsupportedOperation', { CidrBlock: '172.31.128.0/24', OutpostArn: 'arn:aws:outposts:x' }, undefined],
])('%s for %j, and no subnet is made', async (code, input, message) => {
  const api = await startTestApi();
  const { VpcId } = await defaultVpc(api);
  const before = await countSubnets(api);
  await expectRefusal(api.call('CreateSubnet', { VpcId, ...input }), code, message);
  expect(await countSubnets(api)).toBe(before);
});

test('an IPv4 subnet, its block in canonical form, in the zone of the request', async () => {
  const api = await startTestApi();
  const { VpcId } = await defaultVpc(api);
  const { Subnet } = await api.call('CreateSubnet', {
    VpcId,
    CidrBlock: '172.31.128.77/24',
    AvailabilityZone: 'us-east-1c',
    TagSpecifications: [{ ResourceType: 'subnet', Tags: [{ Key: 'team', Value: 'blue' }] }],
  });
  expect(Subnet).toMatchObject({
    AvailabilityZone: 'us-east-1c',
    AvailabilityZoneId: 'use1-az3',
    AvailableIpAddressCount: 251,
    CidrBlock: '172.31.128.0/24',
    DefaultForAz: false,
    Ipv6CidrBlockAssociationSet: [],
    Ipv6Native: false,
    State: 'available',
    Tags: [{ Key: 'team', Value: 'blue' }],
    VpcId,
  });
  expect((await api.call('DescribeSubnets', { SubnetIds: [Subnet?.SubnetId] })).Subnets).toEqual([Subnet]);
});

test('a dual-stack subnet: instances in it have an IPv6 address if they ask for one', async () => {
  const api = await startTestApi();
  const { VpcId, subnet64 } = await defaultVpc(api);
  const { Subnet } = await api.call('CreateSubnet', {
    VpcId,
    CidrBlock: '172.31.128.0/24',
    Ipv6CidrBlock: subnet64(1),
    AvailabilityZoneId: 'use1-az2',
  });
  expect(Subnet).toMatchObject({ AssignIpv6AddressOnCreation: false, AvailabilityZone: 'us-east-1b' });
  expect(Subnet?.Ipv6CidrBlockAssociationSet).toEqual([
    {
      AssociationId: expect.stringMatching(/^subnet-cidr-assoc-[0-9a-f]{17}$/),
      Ipv6CidrBlock: subnet64(1),
      Ipv6CidrBlockState: { State: 'associated' },
    },
  ]);
  const id = await launch(api, { SubnetId: Subnet?.SubnetId, Ipv6AddressCount: 1 });
  const { Reservations } = await api.call('DescribeInstances', { InstanceIds: [id] });
  expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({
    PrivateIpAddress: '172.31.128.4',
    Ipv6Address: expect.stringContaining(':'),
  });
});

test('an IPv6-only subnet: instances in it have an IPv6 address and no other', async () => {
  const api = await startTestApi();
  const { VpcId, subnet64 } = await defaultVpc(api);
  const { Subnet } = await api.call('CreateSubnet', { VpcId, Ipv6CidrBlock: subnet64(0), Ipv6Native: true });
  expect(Subnet).toMatchObject({
    AssignIpv6AddressOnCreation: true,
    AvailableIpAddressCount: 0,
    Ipv6Native: true,
    PrivateDnsNameOptionsOnLaunch: { HostnameType: 'resource-name' },
  });
  expect(Subnet).not.toHaveProperty('CidrBlock');
  const id = await launch(api, { SubnetId: Subnet?.SubnetId });
  const { Reservations } = await api.call('DescribeInstances', { InstanceIds: [id] });
  const instance = Reservations?.[0]?.Instances?.[0];
  expect(instance).not.toHaveProperty('PrivateIpAddress');
  expect(instance?.Ipv6Address).toContain(':');
});

test('IPv6 blocks of one VPC do not overlap; the whole of its block may be one subnet', async () => {
  const api = await startTestApi();
  const { VpcId, Ipv6CidrBlock, subnet64 } = await defaultVpc(api);
  await api.call('CreateSubnet', { VpcId, Ipv6CidrBlock: subnet64(255), Ipv6Native: true });
  for (const block of [subnet64(255), Ipv6CidrBlock]) {
    await expectRefusal(
      api.call('CreateSubnet', { VpcId, Ipv6CidrBlock: block, Ipv6Native: true }),
      'InvalidSubnet.Conflict',
      `The IPv6 CIDR '${block}' conflicts with another subnet`,
    );
  }
  await expectRefusal(
    api.call('CreateSubnet', { VpcId, Ipv6CidrBlock: subnet64(256), Ipv6Native: true }),
    'InvalidSubnet.Range',
    `The IPv6 CIDR '${subnet64(256)}' is invalid.`,
  );
  const elsewhere = api.as({ region: 'eu-west-1' });
  const other = await defaultVpc(elsewhere);
  const { Ipv6CidrBlock: whole } = other;
  await elsewhere.call('CreateSubnet', { VpcId: other.VpcId, Ipv6CidrBlock: whole, Ipv6Native: true });
});

test('the Query form', async () => {
  const api = await startTestApi();
  const { VpcId, subnet64 } = await defaultVpc(api);
  const block = encodeURIComponent(subnet64(7));
  const xml = await api.query(`Action=CreateSubnet&VpcId=${VpcId}&Ipv6CidrBlock=${block}&Ipv6Native=true`);
  expect(xml).toContain(`<ipv6CidrBlock>${subnet64(7)}</ipv6CidrBlock>`);
  expect(xml).toContain('<ipv6Native>true</ipv6Native>');
});
