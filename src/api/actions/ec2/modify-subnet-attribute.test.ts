/**
 * ModifySubnetAttribute: what can be changed, in AWS's words what cannot, and that launches follow.
 */

import { expect, test } from 'vitest';
import { denyEverything, expectRefusal, launch, makeIpv6Subnet, startTestApi, type TestApi } from '../../testing.ts';

const firstSubnet = async (api: TestApi) => (await api.call('DescribeSubnets')).Subnets?.[0]?.SubnetId;

async function describe(api: TestApi, SubnetId: string | undefined) {
  return (await api.call('DescribeSubnets', { SubnetIds: [SubnetId] })).Subnets?.[0];
}

test.each([
  [{}, 'InvalidParameterCombination', 'No attributes specified.'],
  [
    { MapPublicIpOnLaunch: { Value: true }, AssignIpv6AddressOnCreation: { Value: false } },
    'InvalidParameterCombination',
    'Fields for multiple attribute types specified',
  ],
  [{ MapPublicIpOnLaunch: {} }, 'MissingParameter', 'The request must contain the parameter MapPublicIpOnLaunch.Value'],
  [{ EnableDns64: { Value: true } }, 'UnsupportedOperation', undefined],
  [{ PrivateDnsHostnameTypeOnLaunch: 'resource-name' }, 'UnsupportedOperation', undefined],
])('%j is refused, and nothing is changed', async (change, code, message) => {
  const api = await startTestApi();
  const SubnetId = await firstSubnet(api);
  const before = await describe(api, SubnetId);
  await expectRefusal(api.call('ModifySubnetAttribute', { SubnetId, ...change }), code, message);
  expect(await describe(api, SubnetId)).toEqual(before);
});

test('a subnet that does not exist, or that the caller may not change, is not changed', async () => {
  const api = await startTestApi();
  const MapPublicIpOnLaunch = { Value: false };
  const SubnetId = 'subnet-0123456789abcdef0';
  await expectRefusal(
    api.call('ModifySubnetAttribute', { SubnetId, MapPublicIpOnLaunch }),
    'InvalidSubnetID.NotFound',
    `The subnet ID '${SubnetId}' does not exist`,
  );
  await expectRefusal(api.call('ModifySubnetAttribute', { MapPublicIpOnLaunch }), 'MissingParameter');
  const mine = await firstSubnet(api);
  await expectRefusal(
    api.as({ judge: denyEverything }).call('ModifySubnetAttribute', { SubnetId: mine, MapPublicIpOnLaunch }),
    'UnauthorizedOperation',
  );
  expect(await describe(api, mine)).toMatchObject({ MapPublicIpOnLaunch: true });
});

test('addresses of a family that the subnet does not have cannot be given to everybody', async () => {
  const api = await startTestApi();
  const SubnetId = await firstSubnet(api);
  await expectRefusal(
    api.call('ModifySubnetAttribute', { SubnetId, AssignIpv6AddressOnCreation: { Value: true } }),
    'InvalidParameterValue',
    `Invalid value 'true' for assign-ipv6-address-on-creation. Cannot set assign-ipv6-address-on-creation to true unless the subnet (${SubnetId}) has an IPv6 CIDR block associated with it.`,
  );
  const native = await makeIpv6Subnet(api, 1);
  await expectRefusal(
    api.call('ModifySubnetAttribute', { SubnetId: native.SubnetId, MapPublicIpOnLaunch: { Value: true } }),
    'InvalidParameterValue',
  );
});

test('instances that are launched from then on have a public address or none; those before keep theirs', async () => {
  const api = await startTestApi();
  const SubnetId = await firstSubnet(api);
  const publicIp = async (id: string) =>
    (await api.call('DescribeInstances', { InstanceIds: [id] })).Reservations?.[0]?.Instances?.[0]?.PublicIpAddress;
  const before = await launch(api, { SubnetId });
  await api.call('ModifySubnetAttribute', { SubnetId, MapPublicIpOnLaunch: { Value: false } });
  expect(await describe(api, SubnetId)).toMatchObject({ MapPublicIpOnLaunch: false });
  expect(await publicIp(await launch(api, { SubnetId }))).toBeUndefined();
  expect(await publicIp(before)).toBe('198.18.0.1');
  await api.call('ModifySubnetAttribute', { SubnetId, MapPublicIpOnLaunch: { Value: true } });
  expect(await publicIp(await launch(api, { SubnetId }))).toBe('198.18.0.2');
});

test('a subnet that was made, or was stored before there was the attribute, gives no public address', async () => {
  const api = await startTestApi();
  const made = await makeIpv6Subnet(api, 1, { CidrBlock: '172.31.240.0/24' });
  expect(await describe(api, made.SubnetId)).toMatchObject({ MapPublicIpOnLaunch: false });
  const old = await api.inStore(async (tx) => {
    const [subnet] = await tx.documents.list('subnet', api.scope);
    const { MapPublicIpOnLaunch: _absent, ...rest } = subnet as NonNullable<typeof subnet>;
    await tx.documents.put('subnet', api.scope, rest.SubnetId, rest);
    return rest.SubnetId;
  });
  expect(await describe(api, old)).toMatchObject({ MapPublicIpOnLaunch: false });
  await launch(api, { SubnetId: old });
  const { Reservations } = await api.call('DescribeInstances');
  expect(Reservations?.[0]?.Instances?.[0]?.PublicIpAddress).toBeUndefined();
});

test('IPv6 addresses for everybody, in a subnet that has them', async () => {
  const api = await startTestApi();
  const { SubnetId } = await makeIpv6Subnet(api, 1, { CidrBlock: '172.31.240.0/24' });
  const answer = await api.query(
    `Action=ModifySubnetAttribute&SubnetId=${SubnetId}&AssignIpv6AddressOnCreation.Value=true`,
  );
  expect(answer).toContain('<return>true</return>');
  expect(await describe(api, SubnetId)).toMatchObject({ AssignIpv6AddressOnCreation: true });
});
