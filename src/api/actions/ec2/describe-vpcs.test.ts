/**
 * DescribeVpcs: the default VPC that every account has in every Region, and its filters.
 * A VPC of another account does not exist, as far as the caller can tell.
 */

import { expect, test } from 'vitest';
import { expectRefusal, startTestApi, type TestApi } from '../../testing.ts';

const defaultVpc = async (api: TestApi) => (await api.call('DescribeVpcs')).Vpcs?.[0] ?? {};

test('a VPC that does not exist, or is of another account or Region, is an error', async () => {
  const api = await startTestApi();
  const { VpcId } = await defaultVpc(api);
  for (const other of [api.as({ account: '210987654321' }), api.as({ region: 'eu-west-1' })]) {
    await expectRefusal(
      other.call('DescribeVpcs', { VpcIds: [VpcId] }),
      'InvalidVpcID.NotFound',
      `The vpc ID '${VpcId}' does not exist`,
    );
  }
});

test('an account has a default VPC in each Region from its first call on, and always the same one', async () => {
  const api = await startTestApi();
  const vpc = await defaultVpc(api);
  expect(vpc).toEqual({
    OwnerId: api.scope.account,
    InstanceTenancy: 'default',
    Ipv6CidrBlockAssociationSet: [
      {
        AssociationId: expect.stringMatching(/^vpc-cidr-assoc-[0-9a-f]{17}$/),
        Ipv6CidrBlock: expect.stringMatching(/^2001:db8:.*::\/56$/),
        Ipv6CidrBlockState: { State: 'associated' },
        NetworkBorderGroup: 'us-east-1',
        Ipv6Pool: 'Amazon',
      },
    ],
    CidrBlockAssociationSet: [
      {
        AssociationId: expect.stringMatching(/^vpc-cidr-assoc-[0-9a-f]{17}$/),
        CidrBlock: '172.31.0.0/16',
        CidrBlockState: { State: 'associated' },
      },
    ],
    IsDefault: true,
    Tags: [],
    VpcId: expect.stringMatching(/^vpc-[0-9a-f]{17}$/),
    State: 'available',
    CidrBlock: '172.31.0.0/16',
  });
  expect(await defaultVpc(api)).toEqual(vpc);
  expect((await defaultVpc(api.as({ region: 'eu-west-1' }))).VpcId).not.toBe(vpc.VpcId);
});

test.each([
  ['is-default', 'true', 1],
  ['isDefault', 'false', 0],
  ['cidr', '172.31.*', 1],
  ['ipv6-cidr-block-association.ipv6-cidr-block', '2001:db8:*', 1],
  ['state', 'pending', 0],
  ['tag:team', 'blue', 1],
  ['tag-key', 'colour', 0],
])('the filter %s=%s lets %i VPCs through', async (Name, value, count) => {
  const api = await startTestApi();
  const { VpcId } = await defaultVpc(api);
  await api.call('CreateTags', { Resources: [VpcId], Tags: [{ Key: 'team', Value: 'blue' }] });
  expect((await api.call('DescribeVpcs', { Filters: [{ Name, Values: [value] }] })).Vpcs).toHaveLength(count);
});

test('the Query form: VpcId.N and the answer vpcSet', async () => {
  const api = await startTestApi();
  const { VpcId } = await defaultVpc(api);
  const xml = await api.query(`Action=DescribeVpcs&VpcId.1=${VpcId}&VpcId.2=${VpcId}`);
  expect(xml.match(new RegExp(`<vpcId>${VpcId}</vpcId>`, 'g'))).toHaveLength(1);
  expect(xml).toMatch(/<vpcSet><item>.*<isDefault>true<\/isDefault>.*<\/item><\/vpcSet>/);
});
