/**
 * The addresses of an interface: secondary ones, IPv6 and prefixes, by number and by name; what goes together, and how many
 * there may be.
 */

import { describe, expect, test } from 'vitest';
import { EXAMPLE_IMAGE, expectRefusal, makeIpv6Subnet, startTestApi, type TestApi } from '../testing.ts';

const MINIMAL = { ImageId: EXAMPLE_IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 };

/** A launch with one interface. */
const run = (api: TestApi, spec: object, input: object = {}) =>
  api.call('RunInstances', { ...MINIMAL, ...input, NetworkInterfaces: [{ DeviceIndex: 0, ...spec }] });

async function interfaceOf(api: TestApi, spec: object, input: object = {}) {
  return (await run(api, spec, input)).Instances?.[0]?.NetworkInterfaces?.[0];
}

async function addresses(api: TestApi, spec: object, input: object = {}) {
  const { PrivateIpAddresses = [], Ipv6Addresses = [], ...nic } = (await interfaceOf(api, spec, input)) ?? {};
  return {
    ipv4: PrivateIpAddresses.map(({ PrivateIpAddress }) => PrivateIpAddress),
    ipv6: Ipv6Addresses.map(({ Ipv6Address }) => Ipv6Address),
    prefixes: [
      ...(nic.Ipv4Prefixes ?? []).map(({ Ipv4Prefix }) => Ipv4Prefix),
      ...(nic.Ipv6Prefixes ?? []).map(({ Ipv6Prefix }) => Ipv6Prefix),
    ],
  };
}

const named = (...list: string[]) => list.map((PrivateIpAddress) => ({ PrivateIpAddress }));
const dualStack = (api: TestApi) => makeIpv6Subnet(api, 1, { CidrBlock: '172.31.240.0/24' });

describe('what is refused', () => {
  const LIMIT = ['PrivateIpAddressLimitExceeded', 'Number of private addresses will exceed limit.'] as const;
  const ONE_KIND = [
    'InvalidParameterValue',
    'You can specify one and only one of ipv6Address or ipv6AddressCount or ipv6Prefix or ipv6PrefixCount in interfaces to create.',
  ] as const;

  test.each([
    [{ SecondaryPrivateIpAddressCount: 2 }, ...LIMIT],
    [{ Ipv4PrefixCount: 2 }, ...LIMIT],
    [{ SecondaryPrivateIpAddressCount: 1, Ipv4PrefixCount: 1 }, ...LIMIT],
    [{ SecondaryPrivateIpAddressCount: -1 }, 'InvalidParameterValue', undefined],
    [{ Ipv4PrefixCount: -1 }, 'InvalidParameterValue', undefined],
    [
      { SecondaryPrivateIpAddressCount: 1, PrivateIpAddresses: named('172.31.0.9') },
      'InvalidParameterCombination',
      'Secondary private IP addresses and a secondary private IP address count may not be specified on the same request',
    ],
    [
      { PrivateIpAddress: '172.31.0.8', PrivateIpAddresses: [{ PrivateIpAddress: '172.31.0.9', Primary: true }] },
      'InvalidParameterCombination',
      'Only one private IPv4 address can be designated as primary',
    ],
    [
      { Ipv4PrefixCount: 1, Ipv4Prefixes: [{ Ipv4Prefix: '172.31.1.0/28' }] },
      'InvalidParameterCombination',
      'IPv4 prefixes and IPv4 prefix count may not be specified on the same request',
    ],
    [{ PrivateIpAddresses: named('172.31.0.9', '172.31.0.9') }, ...LIMIT],
    [{ PrivateIpAddresses: [{}] }, 'MissingParameter', undefined],
    [
      { Ipv6AddressCount: 1, Ipv6Addresses: [{ Ipv6Address: '2001:db8::9' }] },
      'InvalidParameterCombination',
      'IPv6 addresses and IPv6 address count may not be specified on the same request',
    ],
    [{ Ipv6AddressCount: 1, Ipv6PrefixCount: 1 }, ...ONE_KIND],
    [{ Ipv6PrefixCount: 1, Ipv6Prefixes: [{ Ipv6Prefix: '2001:db8::/80' }] }, ...ONE_KIND],
    [{ Ipv6PrefixCount: 1 }, 'InvalidParameterValue', undefined],
  ])('%j', async (spec, code, message) => {
    const api = await startTestApi();
    await expectRefusal(run(api, spec), code, message);
  });

  test.each([
    [{ PrivateIpAddress: '172.31.0.9' }, 'privateIpAddress'],
    [{ PrivateIpAddresses: named('172.31.0.9') }, 'privateIpAddresses'],
    [{ Ipv6Addresses: [{ Ipv6Address: '2001:db8::9' }] }, 'ipv6Addresses'],
    [{ Ipv4Prefixes: [{ Ipv4Prefix: '172.31.1.0/28' }] }, 'ipv4Prefixes'],
    [{ Ipv6Prefixes: [{ Ipv6Prefix: '2001:db8::/80' }] }, 'ipv6Prefixes'],
  ])('%j for several instances', async (spec, parameter) => {
    const api = await startTestApi();
    await expectRefusal(
      run(api, spec, { MaxCount: 2 }),
      'InvalidParameterCombination',
      `The parameter ${parameter} cannot be used when launching several instances`,
    );
  });

  test('IPv6 on a type that does not have it, also where the subnet would give it to everybody', async () => {
    const api = await startTestApi();
    const { SubnetId } = await dualStack(api);
    const words = "IPv6 is not supported for the instance type 'm3.medium'.";
    const launch = (spec: object) => run(api, { SubnetId, ...spec }, { InstanceType: 'm3.medium' });
    await expectRefusal(launch({ Ipv6AddressCount: 1 }), 'InvalidParameterCombination', words);
    await api.call('ModifySubnetAttribute', { SubnetId, AssignIpv6AddressOnCreation: { Value: true } });
    await expectRefusal(launch({}), 'InvalidParameterCombination', words);
  });

  test('prefixes on a Xen type', async () => {
    const api = await startTestApi();
    await expectRefusal(run(api, { Ipv4PrefixCount: 1 }, { InstanceType: 'c4.large' }), 'UnsupportedOperation');
  });

  test('more IPv6 addresses than the type has room for', async () => {
    const api = await startTestApi();
    const { SubnetId } = await dualStack(api);
    await expectRefusal(run(api, { SubnetId, Ipv6AddressCount: 3 }), ...LIMIT);
    expect((await addresses(api, { SubnetId, Ipv6AddressCount: 2 })).ipv6).toHaveLength(2);
  });

  test('IPv4 in an IPv6-only subnet, and no IPv6 there', async () => {
    const api = await startTestApi();
    const { SubnetId } = await makeIpv6Subnet(api, 1);
    const noIpv4 = `The subnet '${SubnetId}' has no IPv4 CIDR block associated with it`;
    for (const spec of [
      { PrivateIpAddress: '172.31.0.9' },
      { SecondaryPrivateIpAddressCount: 1 },
      { Ipv4PrefixCount: 1 },
    ]) {
      await expectRefusal(run(api, { SubnetId, ...spec }), 'InvalidParameterValue', noIpv4);
    }
    await expectRefusal(run(api, { SubnetId, Ipv6AddressCount: 0 }), 'InvalidParameterValue');
  });
});

describe('IPv4', () => {
  test('the primary address comes first, whether it is named here, there, or not at all', async () => {
    const api = await startTestApi();
    const large = { InstanceType: 'm5.large' };
    expect(await addresses(api, { SecondaryPrivateIpAddressCount: 2 }, large)).toMatchObject({
      ipv4: ['172.31.0.4', '172.31.0.5', '172.31.0.6'],
    });
    const both = [...named('172.31.0.20'), { PrivateIpAddress: '172.31.0.21', Primary: true }];
    expect(await addresses(api, { PrivateIpAddresses: both }, large)).toMatchObject({
      ipv4: ['172.31.0.21', '172.31.0.20'],
    });
    const apart = { PrivateIpAddress: '172.31.0.30', SecondaryPrivateIpAddressCount: 1 };
    expect(await addresses(api, apart, large)).toMatchObject({ ipv4: ['172.31.0.30', '172.31.0.7'] });
    expect(await addresses(api, { PrivateIpAddresses: named('172.31.0.40') }, large)).toMatchObject({
      ipv4: ['172.31.0.8', '172.31.0.40'],
    });
    const twice = {
      PrivateIpAddress: '172.31.0.50',
      PrivateIpAddresses: [{ PrivateIpAddress: '172.31.0.50', Primary: true }],
    };
    expect(await addresses(api, twice, large)).toMatchObject({ ipv4: ['172.31.0.50'] });
  });

  test('what the request names is not given to another of its interfaces', async () => {
    const api = await startTestApi();
    const { Instances } = await api.call('RunInstances', {
      ...MINIMAL,
      NetworkInterfaces: [{ DeviceIndex: 0 }, { DeviceIndex: 1, PrivateIpAddress: '172.31.0.4' }],
    });
    const given = Instances?.[0]?.NetworkInterfaces?.map(({ PrivateIpAddress }) => PrivateIpAddress);
    expect(given).toEqual(['172.31.0.5', '172.31.0.4']);
  });

  test('secondary addresses have names of their own, and nobody else has them', async () => {
    const api = await startTestApi();
    const nic = await interfaceOf(api, { SecondaryPrivateIpAddressCount: 1, AssociatePublicIpAddress: false });
    expect(nic?.PrivateIpAddresses).toEqual([
      { Primary: true, PrivateDnsName: 'ip-172-31-0-4.ec2.internal', PrivateIpAddress: '172.31.0.4' },
      { Primary: false, PrivateDnsName: 'ip-172-31-0-5.ec2.internal', PrivateIpAddress: '172.31.0.5' },
    ]);
    await expectRefusal(run(api, { PrivateIpAddress: '172.31.0.5' }), 'InvalidIPAddress.InUse');
  });

  test('prefixes, by number and by name', async () => {
    const api = await startTestApi();
    expect(await addresses(api, { Ipv4PrefixCount: 1 })).toMatchObject({ prefixes: ['172.31.15.224/28'] });
    const chosen = { Ipv4Prefixes: [{ Ipv4Prefix: '172.31.1.0/28' }] };
    expect(await addresses(api, chosen)).toMatchObject({ prefixes: ['172.31.1.0/28'] });
    await expectRefusal(run(api, chosen), 'InvalidIPAddress.InUse');
    await expectRefusal(run(api, { PrivateIpAddress: '172.31.1.9' }), 'InvalidIPAddress.InUse');
    const { Subnets } = await api.call('DescribeSubnets');
    expect(Subnets?.[0]?.AvailableIpAddressCount).toBe(4091 - 2 * (1 + 16));
  });

  test('each of several instances has its own', async () => {
    const api = await startTestApi();
    const { Instances = [] } = await run(
      api,
      { SecondaryPrivateIpAddressCount: 2, Ipv4PrefixCount: 2 },
      { InstanceType: 'm5.large', MinCount: 3, MaxCount: 3 },
    );
    const interfaces = Instances.flatMap(({ NetworkInterfaces = [] }) => NetworkInterfaces);
    const singles = interfaces.flatMap(({ PrivateIpAddresses = [] }) => PrivateIpAddresses);
    const prefixes = interfaces.flatMap(({ Ipv4Prefixes = [] }) => Ipv4Prefixes);
    expect(
      interfaces.map(({ PrivateIpAddresses, Ipv4Prefixes }) => [PrivateIpAddresses?.length, Ipv4Prefixes?.length]),
    ).toEqual([
      [3, 2],
      [3, 2],
      [3, 2],
    ]);
    expect(new Set(singles.map(({ PrivateIpAddress }) => PrivateIpAddress)).size).toBe(9);
    expect(new Set(prefixes.map(({ Ipv4Prefix }) => Ipv4Prefix)).size).toBe(6);
  });
});

describe('IPv6', () => {
  test('addresses that the request names, of the interface or of the instance, in their short form', async () => {
    const api = await startTestApi();
    const { SubnetId, at } = await dualStack(api);
    const [one, two] = [at(0x10), at(0x1234_0000_0000_0009n)];
    const Ipv6Addresses = [{ Ipv6Address: one.toUpperCase() }, { Ipv6Address: two }];
    expect(await addresses(api, { SubnetId, Ipv6Addresses })).toMatchObject({ ipv6: [one, two] });
    const again = { SubnetId, Ipv6Addresses: [{ Ipv6Address: two }] };
    await expectRefusal(run(api, again), 'InvalidIPAddress.InUse', `Address ${two} is in use.`);
    await expectRefusal(api.call('RunInstances', { ...MINIMAL, ...again }), 'InvalidIPAddress.InUse');
    const { Instances } = await api.call('RunInstances', {
      ...MINIMAL,
      SubnetId,
      Ipv6Addresses: [{ Ipv6Address: at(0x11) }],
    });
    expect(Instances?.[0]?.Ipv6Address).toBe(at(0x11));
  });

  test('where the subnet gives one to everybody, an interface has one unless the request says 0', async () => {
    const api = await startTestApi();
    const { SubnetId, at } = await dualStack(api);
    expect(await addresses(api, { SubnetId })).toMatchObject({ ipv6: [] });
    await api.call('ModifySubnetAttribute', { SubnetId, AssignIpv6AddressOnCreation: { Value: true } });
    expect(await addresses(api, { SubnetId })).toMatchObject({ ipv6: [at(4)] });
    expect(await addresses(api, { SubnetId, Ipv6AddressCount: 0 })).toMatchObject({ ipv6: [] });
    const chosen = { SubnetId, Ipv6Addresses: [{ Ipv6Address: at(9) }] };
    expect(await addresses(api, chosen)).toMatchObject({ ipv6: [at(9)] });
  });

  test('prefixes, by number and by name, beside the address that the subnet gives', async () => {
    const api = await startTestApi();
    const { SubnetId, at } = await makeIpv6Subnet(api, 1);
    const block = (n: bigint) => `${at(n << 48n)}/80`;
    expect(await addresses(api, { SubnetId, Ipv6PrefixCount: 1 })).toEqual({
      ipv4: [],
      ipv6: [at(4)],
      prefixes: [block(1n)],
    });
    const chosen = { SubnetId, Ipv6Prefixes: [{ Ipv6Prefix: block(7n) }] };
    expect(await addresses(api, chosen)).toMatchObject({ ipv6: [at(5)], prefixes: [block(7n)] });
    await expectRefusal(run(api, chosen), 'InvalidIPAddress.InUse');
  });
});

test('all that an instance has is free again once it is terminated', async () => {
  const api = await startTestApi();
  const { SubnetId, at } = await dualStack(api);
  const spec = {
    SubnetId,
    PrivateIpAddress: '172.31.240.9',
    Ipv4Prefixes: [{ Ipv4Prefix: '172.31.240.32/28' }],
    Ipv6Prefixes: [{ Ipv6Prefix: `${at(1n << 48n)}/80` }],
  };
  const id = (await run(api, spec)).Instances?.[0]?.InstanceId ?? '';
  await expectRefusal(run(api, spec), 'InvalidIPAddress.InUse');
  // As the host's acknowledgement does.
  await api.inStore((tx) => tx.addresses.release([id]));
  expect((await run(api, spec)).Instances).toHaveLength(1);
});
