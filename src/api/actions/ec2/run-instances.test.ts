/**
 * RunInstances: who may be launched where, with what, and that a launch happens wholly or not at all.
 *
 * The option rules themselves are tested in `metadata-options/`; here it is shown that their sources reach them.
 */

import { describe, expect, test } from 'vitest';
import {
  ACCOUNT,
  ED25519_KEY,
  EXAMPLE_IMAGE,
  expectRefusal,
  launch,
  makeIpv6Subnet,
  startTestApi,
  type TestApi,
} from '../../testing.ts';

const MINIMAL = { ImageId: EXAMPLE_IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 };

/** Images of the catalogue. */
async function imageWith(api: TestApi, wanted: { ImdsSupport?: string; Architecture?: string }): Promise<string> {
  const { Images } = await api.call('DescribeImages', { Owners: ['amazon'] });
  const image = Images?.find((each) => Object.entries(wanted).every(([key, value]) => each[key as never] === value));
  return image?.ImageId ?? '';
}

describe('what is launched', () => {
  test('pending instances, in one reservation, with the options that nobody has to ask for', async () => {
    const api = await startTestApi();
    const { Instances, ReservationId, OwnerId } = await api.call('RunInstances', {
      ...MINIMAL,
      MinCount: 3,
      MaxCount: 3,
    });
    expect(ReservationId).toMatch(/^r-[0-9a-f]{17}$/);
    expect(OwnerId).toBe(ACCOUNT);
    expect(Instances?.map((instance) => instance.AmiLaunchIndex)).toEqual([0, 1, 2]);
    expect(new Set(Instances?.map((instance) => instance.PrivateIpAddress)).size).toBe(3);
    expect(Instances?.[0]?.State).toEqual({ Code: 0, Name: 'pending' });
    expect(Instances?.[0]?.MetadataOptions).toEqual({
      State: 'pending',
      HttpTokens: 'optional',
      HttpPutResponseHopLimit: 1,
      HttpEndpoint: 'enabled',
      HttpProtocolIpv4: 'enabled',
      HttpProtocolIpv6: 'disabled',
      InstanceMetadataTags: 'disabled',
    });
  });

  test('the AMI decides where the account does not, and the account where the launch does not', async () => {
    const api = await startTestApi();
    const ImageId = await imageWith(api, { ImdsSupport: 'v2.0', Architecture: 'x86_64' });
    const options = async (MetadataOptions?: object) => {
      const { Instances } = await api.call('RunInstances', { ...MINIMAL, ImageId, MetadataOptions });
      return Instances?.[0]?.MetadataOptions;
    };
    expect(await options()).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 2 });
    await api.call('ModifyInstanceMetadataDefaults', { HttpPutResponseHopLimit: 1 });
    expect(await options()).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
    await api.call('ModifyInstanceMetadataDefaults', { HttpTokens: 'optional' });
    expect(await options()).toMatchObject({ HttpTokens: 'optional', HttpPutResponseHopLimit: 1 });
    expect(
      await options({ HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 9 }),
    ).toMatchObject({
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 9,
    });
  });

  test('account defaults are those of the Region', async () => {
    const api = await startTestApi();
    await api.as({ region: 'eu-west-1' }).call('ModifyInstanceMetadataDefaults', { HttpTokens: 'required' });
    const { Instances } = await api.call('RunInstances', MINIMAL);
    expect(Instances?.[0]?.MetadataOptions).toMatchObject({ HttpTokens: 'optional' });
  });

  test('tags, key pair, user data and monitoring as asked for', async () => {
    const api = await startTestApi();
    await api.call('ImportKeyPair', { KeyName: 'mine', PublicKeyMaterial: Buffer.from(ED25519_KEY) });
    const { Instances } = await api.call('RunInstances', {
      ...MINIMAL,
      KeyName: 'mine',
      UserData: Buffer.from('#!/bin/sh').toString('base64'),
      Monitoring: { Enabled: true },
      TagSpecifications: [
        { ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'web' }] },
        { ResourceType: 'volume', Tags: [{ Key: 'Name', Value: 'disk' }] },
      ],
    });
    expect(Instances?.[0]).toMatchObject({
      KeyName: 'mine',
      Monitoring: { State: 'enabled' },
      Tags: [{ Key: 'Name', Value: 'web' }],
    });
  });

  test('by a Query request with the names that go over the wire', async () => {
    const api = await startTestApi();
    const answer = await api.query(
      `Action=RunInstances&ImageId=${EXAMPLE_IMAGE}&InstanceType=t3.large&MinCount=1&MaxCount=1&MetadataOptions.HttpEndpoint=enabled&MetadataOptions.HttpProtocolIpv4=disabled&MetadataOptions.HttpProtocolIpv6=enabled`,
    );
    expect(answer).toContain('<httpProtocolIpv4>disabled</httpProtocolIpv4>');
    expect(answer).toContain('<httpProtocolIpv6>enabled</httpProtocolIpv6>');
  });
});

describe('where', () => {
  test('in the default subnet of the zone that is asked for', async () => {
    const api = await startTestApi();
    const { Instances } = await api.call('RunInstances', { ...MINIMAL, Placement: { AvailabilityZone: 'us-east-1b' } });
    expect(Instances?.[0]).toMatchObject({
      Placement: { AvailabilityZone: 'us-east-1b' },
      PrivateIpAddress: '172.31.16.4',
    });
  });

  test('at the private address that is asked for, once', async () => {
    const api = await startTestApi();
    const { Instances } = await api.call('RunInstances', { ...MINIMAL, PrivateIpAddress: '172.31.0.99' });
    expect(Instances?.[0]?.PrivateIpAddress).toBe('172.31.0.99');
    const again = api.call('RunInstances', { ...MINIMAL, PrivateIpAddress: '172.31.0.99' });
    await expectRefusal(again, 'InvalidIPAddress.InUse', 'Address 172.31.0.99 is in use.');
    await expectRefusal(
      api.call('RunInstances', { ...MINIMAL, PrivateIpAddress: '10.0.0.1' }),
      'InvalidParameterValue',
    );
    await expectRefusal(
      api.call('RunInstances', { ...MINIMAL, PrivateIpAddress: '172.31.0.3' }),
      'InvalidParameterValue',
    );
  });

  test('in a dual-stack or an IPv6-only subnet, with the addresses that these have', async () => {
    const api = await startTestApi();
    const dual = await makeIpv6Subnet(api, 1, { CidrBlock: '172.31.240.0/24' });
    const only = await makeIpv6Subnet(api, 2);
    const first = async (input: object) => (await api.call('RunInstances', { ...MINIMAL, ...input })).Instances?.[0];
    expect(await first({ SubnetId: dual.SubnetId })).toMatchObject({ PrivateIpAddress: '172.31.240.4' });
    const two = await first({ SubnetId: dual.SubnetId, Ipv6AddressCount: 2 });
    expect(two?.NetworkInterfaces?.[0]?.Ipv6Addresses?.map((each) => each.Ipv6Address)).toEqual([
      dual.at(4),
      dual.at(5),
    ]);
    const native = await first({ SubnetId: only.SubnetId });
    expect(native?.PrivateIpAddress).toBeUndefined();
    expect(native?.Ipv6Address).toMatch(/^2001:db8:/);
    await expectRefusal(first({ Ipv6AddressCount: 1 }), 'InvalidParameterValue');
  });

  test('by a thousand, each with addresses of its own', async () => {
    const api = await startTestApi();
    const { Instances = [] } = await api.call('RunInstances', { ...MINIMAL, MinCount: 1000, MaxCount: 1000 });
    expect(Instances).toHaveLength(1000);
    expect(new Set(Instances.map((instance) => instance.PrivateIpAddress)).size).toBe(1000);
    expect(new Set(Instances.map((instance) => instance.PublicIpAddress)).size).toBe(1000);
  });

  test('nowhere when the subnet is full, and then nothing is left behind', async () => {
    const api = await startTestApi();
    const vpc = (await api.call('DescribeVpcs')).Vpcs?.[0];
    const { Subnet } = await api.call('CreateSubnet', { VpcId: vpc?.VpcId, CidrBlock: '172.31.250.0/28' });
    const full = { ...MINIMAL, SubnetId: Subnet?.SubnetId, MinCount: 12, MaxCount: 12 };
    await expectRefusal(api.call('RunInstances', full), 'InsufficientFreeAddressesInSubnet');
    expect((await api.call('DescribeInstances')).Reservations).toEqual([]);
    // MinCount must fit; of what is above it, as many as fit.
    const { Instances } = await api.call('RunInstances', { ...full, MinCount: 1 });
    expect(Instances).toHaveLength(11);
  });
});

describe('what is refused', () => {
  test.each([
    [{ ImageId: 'ami-1' }, 'InvalidAMIID.Malformed', 'Invalid id: "ami-1" (expecting "ami-...")'],
    [{ ImageId: 'ami-00000000' }, 'InvalidAMIID.NotFound', "The image id '[ami-00000000]' does not exist"],
    [{ InstanceType: 'z9.huge' }, 'InvalidParameterValue', "Invalid value 'z9.huge' for InstanceType."],
    [{ KeyName: 'nobody' }, 'InvalidKeyPair.NotFound', "The key pair 'nobody' does not exist"],
    [{ SubnetId: 'subnet-1' }, 'InvalidSubnetID.NotFound', "The subnet ID 'subnet-1' does not exist"],
    [{ SecurityGroupIds: ['sg-1'] }, 'InvalidGroup.NotFound', "The security group 'sg-1' does not exist"],
    [
      { Placement: { AvailabilityZone: 'us-east-1z' } },
      'InvalidParameterValue',
      'Invalid availability zone: [us-east-1z]',
    ],
    [{ UserData: '%%%' }, 'InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.'],
    [
      { UserData: Buffer.alloc(16_385).toString('base64') },
      'InvalidParameterValue',
      'User data is limited to 16384 bytes',
    ],
    [{ MinCount: 0 }, 'InvalidParameterValue', undefined],
    [{ MinCount: 2 }, 'InvalidParameterCombination', undefined],
    [{ MinCount: 1001, MaxCount: 1001 }, 'InstanceLimitExceeded', undefined],
    [{ NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: 'eni-1' }] }, 'UnsupportedOperation', undefined],
    [{ LaunchTemplate: { LaunchTemplateId: 'lt-1' } }, 'UnsupportedOperation', undefined],
    [{ IamInstanceProfile: { Name: 'web' } }, 'InvalidParameterValue', undefined],
  ])('%j', async (input, code, message) => {
    const api = await startTestApi();
    await expectRefusal(api.call('RunInstances', { ...MINIMAL, ...input }), code, message);
  });

  test('a type whose architecture is not the image’s', async () => {
    const api = await startTestApi();
    const ImageId = await imageWith(api, { Architecture: 'arm64' });
    await expectRefusal(api.call('RunInstances', { ...MINIMAL, ImageId }), 'InvalidParameterValue');
    const { Instances } = await api.call('RunInstances', { ...MINIMAL, ImageId, InstanceType: 't4g.micro' });
    expect(Instances?.[0]?.Architecture).toBe('arm64');
  });
});

test('user data that is no base64 and very long is refused at once', async () => {
  const api = await startTestApi();
  const UserData = `${'A'.repeat(10)}${' '.repeat(200_000)}!`;
  await expectRefusal(api.call('RunInstances', { ...MINIMAL, UserData }), 'InvalidUserData.Malformed');
});

describe('ClientToken', () => {
  test('the same request with the same token launches once and answers with the current state', async () => {
    const api = await startTestApi();
    const request = { ...MINIMAL, ClientToken: 'once' };
    const first = await api.call('RunInstances', request);
    const id = first.Instances?.[0]?.InstanceId;
    await api.call('TerminateInstances', { InstanceIds: [id] });
    const again = await api.call('RunInstances', request);
    expect(again.ReservationId).toBe(first.ReservationId);
    expect(again.Instances?.[0]).toMatchObject({ InstanceId: id, State: { Name: 'shutting-down' } });
  });

  test('another request with the same token is IdempotentParameterMismatch', async () => {
    const api = await startTestApi();
    await api.call('RunInstances', { ...MINIMAL, ClientToken: 'once' });
    const other = api.call('RunInstances', { ...MINIMAL, InstanceType: 't3.large', ClientToken: 'once' });
    await expectRefusal(other, 'IdempotentParameterMismatch');
  });

  test('tokens are case-sensitive, and those of other accounts are others', async () => {
    const api = await startTestApi();
    const ids = await Promise.all([
      launch(api, { ClientToken: 'once' }),
      launch(api, { ClientToken: 'ONCE' }),
      launch(api.as({ account: '999999999999' }), { ClientToken: 'once' }),
    ]);
    expect(new Set(ids).size).toBe(3);
    await expectRefusal(api.call('RunInstances', { ...MINIMAL, ClientToken: 'x'.repeat(65) }), 'InvalidParameterValue');
  });
});
