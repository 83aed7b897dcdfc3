/**
 * The network interfaces of a launch: what goes together, in AWS's words, and what DescribeInstances shows of them.
 */

import { describe, expect, test } from 'vitest';
import { EXAMPLE_IMAGE, expectRefusal, makeIpv6Subnet, startTestApi, type TestApi } from '../testing.ts';

const MINIMAL = { ImageId: EXAMPLE_IMAGE, InstanceType: 'm5.large', MinCount: 1, MaxCount: 1 };

const run = (api: TestApi, input: object) => api.call('RunInstances', { ...MINIMAL, ...input });

/** The interfaces of the only instance of a launch. */
async function interfacesOf(api: TestApi, ...NetworkInterfaces: object[]) {
  const { Instances } = await run(api, { NetworkInterfaces });
  return Instances?.[0]?.NetworkInterfaces ?? [];
}

const subnets = async (api: TestApi) => (await api.call('DescribeSubnets')).Subnets ?? [];

describe('what is refused', () => {
  test.each([
    [[{}], 'InvalidParameterValue', 'Each network interface requires a device index.'],
    [
      [{ DeviceIndex: 0 }, { DeviceIndex: 0 }],
      'InvalidParameterValue',
      'Each network interface requires a unique device index.',
    ],
    [
      [{ DeviceIndex: 1 }],
      'InvalidParameterCombination',
      'When specifying network interfaces, you must include a device at index 0 and network card at index 0.',
    ],
    [[{ DeviceIndex: 0 }, { DeviceIndex: -1 }], 'InvalidParameterValue', "Invalid value '-1' for DeviceIndex."],
    [
      [{ DeviceIndex: 0 }, { DeviceIndex: 1, NetworkCardIndex: 1 }],
      'InvalidParameterValue',
      "Invalid value '1' for NetworkCardIndex.",
    ],
    [
      [0, 1, 2, 3].map((DeviceIndex) => ({ DeviceIndex })),
      'AttachmentLimitExceeded',
      'Interface count 4 exceeds the limit for m5.large',
    ],
    [
      [{ DeviceIndex: 0, AssociatePublicIpAddress: true }, { DeviceIndex: 1 }],
      'InvalidParameterCombination',
      'The associatePublicIPAddress parameter cannot be specified when launching with multiple network interfaces',
    ],
    [
      [{ DeviceIndex: 0, AssociatePublicIpAddress: false }, { DeviceIndex: 1 }],
      'InvalidParameterCombination',
      undefined,
    ],
    [[{ DeviceIndex: 0 }, { DeviceIndex: 1, NetworkInterfaceId: 'eni-1' }], 'UnsupportedOperation', undefined],
    [[{ DeviceIndex: 0 }, { DeviceIndex: 1, SubnetId: 'subnet-1' }], 'InvalidSubnetID.NotFound', undefined],
    [[{ DeviceIndex: 0 }, { DeviceIndex: 1, Groups: ['sg-1'] }], 'InvalidGroup.NotFound', undefined],
  ])('%j, and nothing is launched', async (NetworkInterfaces, code, message) => {
    const api = await startTestApi();
    await expectRefusal(run(api, { NetworkInterfaces }), code, message);
    expect((await api.call('DescribeInstances')).Reservations).toEqual([]);
  });

  test.each([
    [{ SubnetId: 'subnet-1' }, 'subnet ID'],
    [{ SecurityGroupIds: ['sg-1'] }, 'security groups'],
    [{ SecurityGroups: ['default'] }, 'security groups'],
    [{ PrivateIpAddress: '172.31.0.9' }, 'private IP address'],
    [{ Ipv6Addresses: [{ Ipv6Address: '2001:db8::9' }] }, 'IPv6 addresses'],
    [{ Ipv6AddressCount: 1 }, 'IPv6 address count'],
  ])('%j beside network interfaces', async (input, what) => {
    const api = await startTestApi();
    await expectRefusal(
      run(api, { ...input, NetworkInterfaces: [{ DeviceIndex: 0 }] }),
      'InvalidParameterCombination',
      `Network interfaces and an instance-level ${what} may not be specified on the same request`,
    );
  });

  test('interfaces in two Availability Zones, or in another one than the request names', async () => {
    const api = await startTestApi();
    const [a, b] = await subnets(api);
    const words = `Value (us-east-1a) for parameter availabilityZone is invalid. Subnet '${b?.SubnetId}' is in the availability zone us-east-1b`;
    const both = [
      { DeviceIndex: 0, SubnetId: a?.SubnetId },
      { DeviceIndex: 1, SubnetId: b?.SubnetId },
    ];
    await expectRefusal(run(api, { NetworkInterfaces: both }), 'InvalidParameterValue', words);
    const elsewhere = { SubnetId: b?.SubnetId, Placement: { AvailabilityZone: 'us-east-1a' } };
    await expectRefusal(run(api, elsewhere), 'InvalidParameterValue', words);
  });

  test('interfaces in two VPCs', async () => {
    const api = await startTestApi();
    const [subnet] = await subnets(api);
    const other = await api.inStore(async (tx) => {
      const [found] = await tx.documents.list('subnet', api.scope);
      const copy = { ...found, SubnetId: 'subnet-00000000000000001', VpcId: 'vpc-00000000000000001' };
      await tx.documents.put('subnet', api.scope, copy.SubnetId, copy as never);
      return copy;
    });
    const both = [
      { DeviceIndex: 0, SubnetId: subnet?.SubnetId },
      { DeviceIndex: 1, SubnetId: other.SubnetId },
    ];
    await expectRefusal(run(api, { NetworkInterfaces: both }), 'UnsupportedOperation');
  });
});

describe('several interfaces', () => {
  test('are described with the primary one first, each with its subnet, its address and its place', async () => {
    const api = await startTestApi();
    const vpc = (await api.call('DescribeVpcs')).Vpcs?.[0];
    const { Subnet: other } = await api.call('CreateSubnet', {
      VpcId: vpc?.VpcId,
      CidrBlock: '172.31.240.0/24',
      AvailabilityZone: 'us-east-1c',
    });
    const interfaces = await interfacesOf(
      api,
      { DeviceIndex: 2, SubnetId: other?.SubnetId, Description: 'storage' },
      { DeviceIndex: 0 },
    );
    const found = (await subnets(api)).find((each) => each.DefaultForAz && each.AvailabilityZone === 'us-east-1c');
    expect(interfaces).toMatchObject([
      {
        Attachment: { DeviceIndex: 0, NetworkCardIndex: 0, Status: 'attached' },
        Description: '',
        SubnetId: found?.SubnetId,
        PrivateIpAddress: '172.31.32.4',
        PrivateDnsName: 'ip-172-31-32-4.ec2.internal',
        VpcId: vpc?.VpcId,
      },
      {
        Attachment: { DeviceIndex: 2, NetworkCardIndex: 0, Status: 'attached' },
        Description: 'storage',
        SubnetId: other?.SubnetId,
        PrivateIpAddress: '172.31.240.4',
        VpcId: vpc?.VpcId,
      },
    ]);
    expect(new Set(interfaces.map(({ MacAddress }) => MacAddress)).size).toBe(2);
    expect(new Set(interfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId)).size).toBe(2);
  });

  test('may have one device index on different network cards', async () => {
    const api = await startTestApi();
    const NetworkInterfaces = [1, 0].map((NetworkCardIndex) => ({ DeviceIndex: 0, NetworkCardIndex }));
    const { Instances } = await run(api, { InstanceType: 'p4d.24xlarge', NetworkInterfaces });
    expect(Instances?.[0]?.NetworkInterfaces?.map(({ Attachment }) => Attachment?.NetworkCardIndex)).toEqual([0, 1]);
  });

  test('each count when it is asked whether a subnet has room', async () => {
    const api = await startTestApi();
    const vpc = (await api.call('DescribeVpcs')).Vpcs?.[0];
    const { Subnet } = await api.call('CreateSubnet', { VpcId: vpc?.VpcId, CidrBlock: '172.31.240.0/28' });
    const NetworkInterfaces = [
      { DeviceIndex: 0, SubnetId: Subnet?.SubnetId, SecondaryPrivateIpAddressCount: 1 },
      { DeviceIndex: 1, SubnetId: Subnet?.SubnetId },
    ];
    await expectRefusal(
      run(api, { NetworkInterfaces, MinCount: 4, MaxCount: 4 }),
      'InsufficientFreeAddressesInSubnet',
      `There are not enough free addresses in subnet '${Subnet?.SubnetId}' to satisfy the requested number of instances.`,
    );
    const { Instances } = await run(api, { NetworkInterfaces, MaxCount: 9 });
    expect(Instances).toHaveLength(3);
  });

  test('are authorized with all of their subnets', async () => {
    const api = await startTestApi();
    const [subnet] = await subnets(api);
    const dual = await makeIpv6Subnet(api, 1, { CidrBlock: '172.31.240.0/24' });
    const asked: string[] = [];
    const judge: Parameters<TestApi['as']>[0]['judge'] = async ({ resources }) => {
      asked.push(...resources.filter((arn) => arn.includes(':subnet/')));
      return { allowed: true };
    };
    const ids = [subnet?.SubnetId, dual.SubnetId];
    await run(api.as({ judge }), {
      NetworkInterfaces: ids.map((SubnetId, DeviceIndex) => ({ DeviceIndex, SubnetId })),
    });
    expect(asked.map((arn) => arn.slice(arn.indexOf('subnet-')))).toEqual(ids);
  });
});

describe('the public address', () => {
  test('is there in a default subnet unless the request says no, and in another subnet if it says yes', async () => {
    const api = await startTestApi();
    const vpc = (await api.call('DescribeVpcs')).Vpcs?.[0];
    const { Subnet } = await api.call('CreateSubnet', { VpcId: vpc?.VpcId, CidrBlock: '172.31.240.0/24' });
    const publicIp = async (input: object) =>
      (await interfacesOf(api, { DeviceIndex: 0, ...input }))[0]?.Association?.PublicIp;
    expect(await publicIp({})).toBe('198.18.0.1');
    expect(await publicIp({ AssociatePublicIpAddress: false })).toBeUndefined();
    expect(await publicIp({ SubnetId: Subnet?.SubnetId })).toBeUndefined();
    expect(await publicIp({ SubnetId: Subnet?.SubnetId, AssociatePublicIpAddress: true })).toBe('198.18.0.2');
  });

  test('is described beside the instance, its interface and its private address', async () => {
    const api = await startTestApi();
    const { Instances } = await run(api.as({ region: 'eu-west-1' }), {});
    const PublicDnsName = 'ec2-198-18-0-1.eu-west-1.compute.amazonaws.com';
    const Association = { IpOwnerId: 'amazon', PublicDnsName, PublicIp: '198.18.0.1' };
    expect(Instances?.[0]).toMatchObject({
      PublicIpAddress: '198.18.0.1',
      PublicDnsName,
      NetworkInterfaces: [{ Association, PrivateIpAddresses: [{ Primary: true, Association }] }],
    });
  });

  test('is not there with several interfaces, also in a default subnet', async () => {
    const api = await startTestApi();
    const interfaces = await interfacesOf(api, { DeviceIndex: 0 }, { DeviceIndex: 1 });
    expect(interfaces.map(({ Association }) => Association)).toEqual([undefined, undefined]);
  });

  test('is refused in an IPv6-only subnet', async () => {
    const api = await startTestApi();
    const { SubnetId } = await makeIpv6Subnet(api, 1);
    await expectRefusal(
      interfacesOf(api, { DeviceIndex: 0, SubnetId, AssociatePublicIpAddress: true }),
      'InvalidParameterCombination',
    );
    expect((await interfacesOf(api, { DeviceIndex: 0, SubnetId }))[0]?.Association).toBeUndefined();
  });

  test('is unique among accounts and Regions', async () => {
    const api = await startTestApi();
    const scopes = [api, api.as({ account: '999999999999' }), api.as({ region: 'eu-west-1' })];
    const addresses: (string | undefined)[] = [];
    for (const each of scopes) addresses.push((await run(each, {})).Instances?.[0]?.PublicIpAddress);
    expect(addresses).toEqual(['198.18.0.1', '198.18.0.2', '198.18.0.3']);
  });
});

test('by a Query request with the names that go over the wire', async () => {
  const api = await startTestApi();
  const answer = await api.query(
    `Action=RunInstances&ImageId=${EXAMPLE_IMAGE}&InstanceType=m5.large&MinCount=1&MaxCount=1&NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.AssociatePublicIpAddress=true&NetworkInterface.1.PrivateIpAddresses.1.Primary=true&NetworkInterface.1.PrivateIpAddresses.1.PrivateIpAddress=172.31.0.77&NetworkInterface.1.Ipv4PrefixCount=1`,
  );
  expect(answer).toContain('<ipAddress>198.18.0.1</ipAddress>');
  expect(answer).toContain('<dnsName>ec2-198-18-0-1.compute-1.amazonaws.com</dnsName>');
  expect(answer).toContain('<privateIpAddress>172.31.0.77</privateIpAddress>');
  expect(answer).toContain('<ipv4Prefix>172.31.15.224/28</ipv4Prefix>');
});
