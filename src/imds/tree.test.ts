/**
 * The metadata tree: the value of each category, listings, dated versions, and what is absent (aws-behaviour 2, 1.5).
 */

import { describe, expect, test } from 'vitest';
import type { DesiredInstance, NetworkInterface, Subnet } from '../model.ts';
import { desiredInstance, NOW, PRIMARY } from './testing.ts';
import { metadataTree } from './tree.ts';

const MACS = '/latest/meta-data/network/interfaces/macs';

/** What a path answers, or nothing. */
function read(desired: DesiredInstance, path: string): string | undefined {
  const content = metadataTree(desired, { nowMs: NOW, modifiedMs: NOW })(path, { nowMs: NOW, delivery: '2.0' });
  return content && Buffer.from(content.after.slice(2), 'latin1').toString('utf8');
}

const lines = (...names: string[]) => names.join('\n');
const { PrivateIpAddress: _ipv4, PublicIp: _public, ...IPV6_ONLY } = PRIMARY;
const { Ipv6CidrBlock: _block, ...SUBNET_WITHOUT_IPV6 } = desiredInstance().Subnets[0] as Subnet;

test('every category of an instance that has everything', () => {
  const desired = desiredInstance();
  const values: Record<string, string | undefined> = {
    'ami-id': 'ami-0abcdef1234567890',
    'ami-launch-index': '0',
    'ami-manifest-path': '(unknown)',
    'block-device-mapping/ami': '/dev/xvda',
    'block-device-mapping/root': '/dev/xvda',
    'events/maintenance/history': '[]',
    'events/maintenance/scheduled': '[]',
    hostname: 'ip-10-0-0-5.ec2.internal',
    'instance-action': 'none',
    'instance-id': 'i-0123456789abcdef0',
    'instance-life-cycle': 'on-demand',
    'instance-type': 't3.large',
    ipv6: '2001:db8:0:1::5',
    'local-hostname': 'ip-10-0-0-5.ec2.internal',
    'local-ipv4': '10.0.0.5',
    mac: '02:29:96:8f:6a:2d',
    'metrics/vhostmd': '<?xml version="1.0" encoding="UTF-8"?>',
    'placement/availability-zone': 'us-east-1a',
    'placement/availability-zone-id': 'use1-az1',
    'placement/region': 'us-east-1',
    profile: 'default-hvm',
    'public-hostname': 'ec2-203-0-113-25.compute-1.amazonaws.com',
    'public-ipv4': '203.0.113.25',
    'public-keys': '0=my-key',
    'public-keys/0': 'openssh-key',
    'public-keys/0/openssh-key': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ my-key\n',
    'reservation-id': 'r-0123456789abcdef0',
    'security-groups': 'default\nweb',
    'services/domain': 'amazonaws.com',
    'services/partition': 'aws',
    system: 'nitro',
    'tags/instance': 'Name\nteam:owner',
    'tags/instance/Name': 'web',
    'tags/instance/team:owner': 'Zoë',
    'tags/instance/team%3Aowner': 'Zoë',
  };
  for (const [path, value] of Object.entries(values))
    expect(read(desired, `/latest/meta-data/${path}`), path).toBe(value);
  expect(read(desired, '/latest/user-data')).toBe('#!/bin/sh\necho hello\n');
  expect(read(desired, '/latest/dynamic/fws/instance-monitoring')).toBe('disabled');
  expect(read(desired, '/latest/dynamic/instance-identity')).toBe('document');
});

test('every category of its network interface', () => {
  const values: Record<string, string> = {
    '': lines(
      ...['device-number', 'interface-id', 'ipv4-associations/', 'ipv6s', 'local-hostname', 'local-ipv4s', 'mac'],
      ...['network-card', 'owner-id', 'public-hostname', 'public-ipv4s', 'security-group-ids', 'security-groups'],
      ...['subnet-id', 'subnet-ipv4-cidr-block', 'subnet-ipv6-cidr-blocks', 'vpc-id', 'vpc-ipv4-cidr-block'],
      ...['vpc-ipv4-cidr-blocks', 'vpc-ipv6-cidr-blocks'],
    ),
    'device-number': '0',
    'interface-id': 'eni-0123456789abcdef0',
    'ipv4-associations': '203.0.113.25',
    'ipv4-associations/203.0.113.25': '10.0.0.5',
    ipv6s: '2001:db8:0:1::5\n2001:db8:0:1::6',
    'local-hostname': 'ip-10-0-0-5.ec2.internal',
    'local-ipv4s': '10.0.0.5',
    mac: '02:29:96:8f:6a:2d',
    'network-card': '0',
    'owner-id': '123456789012',
    'public-hostname': 'ec2-203-0-113-25.compute-1.amazonaws.com',
    'public-ipv4s': '203.0.113.25',
    'security-group-ids': 'sg-0123456789abcdef0\nsg-0123456789abcdef1',
    'security-groups': 'default\nweb',
    'subnet-id': 'subnet-0123456789abcdef0',
    'subnet-ipv4-cidr-block': '10.0.0.0/24',
    'subnet-ipv6-cidr-blocks': '2001:db8:0:1::/64',
    'vpc-id': 'vpc-0123456789abcdef0',
    'vpc-ipv4-cidr-block': '10.0.0.0/16',
    'vpc-ipv4-cidr-blocks': '10.0.0.0/16',
    'vpc-ipv6-cidr-blocks': '2001:db8::/56',
  };
  expect(read(desiredInstance(), `${MACS}/`)).toBe('02:29:96:8f:6a:2d/');
  for (const [path, value] of Object.entries(values)) {
    expect(read(desiredInstance(), `${MACS}/02:29:96:8f:6a:2d/${path}`), path).toBe(value);
  }
});

test('of several network interfaces each has its own, and the instance has what the first has', () => {
  const [one, two] = ['sg-0123456789abcdef0', 'sg-0123456789abcdef1'];
  const second = {
    ...PRIMARY,
    MacAddress: '02:00:00:00:00:02',
    DeviceIndex: 1,
    Groups: [two],
    Ipv4Prefixes: ['10.0.0.16/28'],
  };
  const desired = desiredInstance({ instance: { NetworkInterfaces: [{ ...PRIMARY, Groups: [one] }, second] } });
  expect(read(desired, `${MACS}/`)).toBe('02:00:00:00:00:02/\n02:29:96:8f:6a:2d/');
  expect(read(desired, '/latest/meta-data/security-groups')).toBe('default');
  expect(read(desired, '/latest/meta-data/mac')).toBe('02:29:96:8f:6a:2d');
  const ofSecond = (path: string) => read(desired, `${MACS}/02:00:00:00:00:02/${path}`);
  expect([ofSecond('security-groups'), ofSecond('device-number'), ofSecond('ipv4-prefix')]).toEqual([
    'web',
    '1',
    '10.0.0.16/28',
  ]);
});

describe('what an instance does not have is in no listing and is not found', () => {
  const { UserData: _data, KeyName: _name, ...instance } = desiredInstance().instance;
  const { KeyPair: _key, ...desired } = desiredInstance({ options: { InstanceMetadataTags: 'disabled' } });
  const bare: DesiredInstance = {
    ...desired,
    instance: {
      ...instance,
      MetadataOptions: desired.instance.MetadataOptions,
      NetworkInterfaces: [{ ...IPV6_ONLY, Ipv6Addresses: [] }],
    },
  };

  test.each([
    'ipv6',
    'local-ipv4',
    'public-hostname',
    'public-ipv4',
    'public-keys',
    'public-keys/0/openssh-key',
    'tags',
    'tags/instance',
    'tags/instance/Name',
    'iam',
    'spot',
  ])('%s', (path) => {
    expect(read(bare, `/latest/meta-data/${path}`)).toBeUndefined();
    expect(read(bare, '/latest/meta-data/')?.split('\n')).not.toContain(`${path.split('/')[0]}/`);
  });

  test('user-data', () => {
    expect(read(bare, '/latest/user-data')).toBeUndefined();
    expect(read(bare, '/latest')).toBe('dynamic\nmeta-data');
  });
});

describe('what no instance of today has is not found and not listed', () => {
  test.each([
    ...['ancestor-ami-ids', 'elastic-gpus', 'elastic-inference', 'iam', 'kernel-id', 'product-codes', 'ramdisk-id'],
    ...['hibernation', 'spot', 'autoscaling', 'events/recommendations', 'placement/group-name', 'placement/host-id'],
  ])('%s, where nothing makes it apply', (path) => {
    const under = path.includes('/') ? `/${path.split('/')[0]}` : '';
    expect(read(desiredInstance(), `/latest/meta-data/${path}`)).toBeUndefined();
    const names = read(desiredInstance(), `/latest/meta-data${under}`)?.split('\n');
    expect(names).not.toContain(path.split('/').at(-1));
    expect(names).not.toContain(`${path.split('/').at(-1)}/`);
  });
});

test('block devices are those of the launch, and the root device is the image’s', () => {
  const BlockDevices = [
    { VirtualName: 'ebs1', DeviceName: '/dev/sdf' },
    { VirtualName: 'ephemeral0', DeviceName: '/dev/sdb' },
  ];
  const desired = desiredInstance({ instance: { BlockDevices } });
  expect(read(desired, '/latest/meta-data/block-device-mapping/')).toBe('ami\nebs1\nephemeral0\nroot');
  expect(read(desired, '/latest/meta-data/block-device-mapping/ebs1')).toBe('/dev/sdf');
  expect(read(desired, '/latest/meta-data/block-device-mapping/ephemeral0')).toBe('/dev/sdb');
  expect(read(desired, '/latest/meta-data/block-device-mapping/ami')).toBe('/dev/xvda');
});

test('placement says of a group, a host and a partition what the launch said, and nothing where it said nothing', () => {
  const Placement = { GroupName: 'my-group', HostId: 'h-0123456789abcdef0', PartitionNumber: 3 };
  const desired = desiredInstance({ instance: { Placement } });
  expect(read(desired, '/latest/meta-data/placement/group-name')).toBe('my-group');
  expect(read(desired, '/latest/meta-data/placement/host-id')).toBe('h-0123456789abcdef0');
  expect(read(desired, '/latest/meta-data/placement/partition-number')).toBe('3');
  expect(read(desiredInstance(), '/latest/meta-data/placement/')).toBe(
    'availability-zone\navailability-zone-id\nregion',
  );
});

test.each([true, false])('hibernation/configured says what the launch said: %s', (HibernationConfigured) => {
  const desired = desiredInstance({ instance: { HibernationConfigured } });
  expect(read(desired, '/latest/meta-data/hibernation/configured')).toBe(`${HibernationConfigured}`);
});

test('a Spot instance says so', () => {
  const desired = desiredInstance({ instance: { InstanceLifecycle: 'spot' } });
  expect(read(desired, '/latest/meta-data/instance-life-cycle')).toBe('spot');
});

test('an interface lists all its IPv4 addresses, and the prefixes that are delegated to it', () => {
  const nic: NetworkInterface = {
    ...PRIMARY,
    NetworkCardIndex: 1,
    SecondaryPrivateIpAddresses: ['10.0.0.6', '10.0.0.7'],
    Ipv4Prefixes: ['10.0.0.32/28'],
    Ipv6Prefixes: ['2001:db8:0:1:1::/80', '2001:db8:0:1:2::/80'],
  };
  const desired = desiredInstance({ instance: { NetworkInterfaces: [nic] } });
  const under = `${MACS}/${nic.MacAddress}`;
  expect(read(desired, `${under}/local-ipv4s`)).toBe('10.0.0.5\n10.0.0.6\n10.0.0.7');
  expect(read(desired, `${under}/ipv4-prefix`)).toBe('10.0.0.32/28');
  expect(read(desired, `${under}/ipv6-prefix`)).toBe('2001:db8:0:1:1::/80\n2001:db8:0:1:2::/80');
  expect(read(desired, `${under}/network-card`)).toBe('1');
  expect(read(desired, '/latest/meta-data/local-ipv4')).toBe('10.0.0.5');
});

describe('the instance’s own credentials', () => {
  const path = '/latest/meta-data/identity-credentials/ec2/security-credentials/ec2-instance';

  test('are there, with and without a token, and move Last-Modified to when they were made', () => {
    const tree = metadataTree(desiredInstance(), { nowMs: NOW, modifiedMs: NOW - 86_400_000 });
    const [one, two] = (['1.0', '2.0'] as const).map((delivery) => tree(path, { nowMs: NOW, delivery }));
    expect(one?.after).not.toBe(two?.after);
    const made = new Date(/"LastUpdated" : "([^"]+)"/.exec(one?.after ?? '')?.[1] ?? '');
    expect(one?.headers).toContain(`Last-Modified: ${made.toUTCString()}\r\n`);
  });

  test('are neither there nor listed where the host was not told a key', () => {
    const { credentialsKey: _key, ...desired } = desiredInstance();
    expect(read(desired, path)).toBeUndefined();
    expect(read(desired, '/latest/meta-data')?.split('\n')).not.toContain('identity-credentials/');
  });
});

test('tags are listed only while InstanceMetadataTags is enabled, and only if there are any', () => {
  expect(read(desiredInstance(), '/latest/meta-data/')?.split('\n')).toContain('tags/');
  expect(read(desiredInstance({ Tags: [] }), '/latest/meta-data/')?.split('\n')).not.toContain('tags/');
  const off = desiredInstance({ options: { InstanceMetadataTags: 'disabled' } });
  expect(read(off, '/latest/meta-data/')?.split('\n')).not.toContain('tags/');
});

describe('listings', () => {
  test('one entry per line, sorted, directories with a slash, no line feed at the end', () => {
    expect(read(desiredInstance(), '/latest/meta-data/')).toBe(
      lines(
        ...['ami-id', 'ami-launch-index', 'ami-manifest-path', 'block-device-mapping/', 'events/', 'hostname'],
        ...[
          'identity-credentials/',
          'instance-action',
          'instance-id',
          'instance-life-cycle',
          'instance-type',
          'ipv6',
          'local-hostname',
        ],
        ...['local-ipv4', 'mac', 'metrics/', 'network/', 'placement/', 'profile', 'public-hostname', 'public-ipv4'],
        ...['public-keys/', 'reservation-id', 'security-groups', 'services/', 'system', 'tags/'],
      ),
    );
  });

  test('a version lists its three parts without slashes', () => {
    expect(read(desiredInstance(), '/latest')).toBe('dynamic\nmeta-data\nuser-data');
    expect(read(desiredInstance(), '/2024-04-11/')).toBe('dynamic\nmeta-data\nuser-data');
    expect(read(desiredInstance(), '/1.0')).toBe('meta-data\nuser-data');
  });

  test('GET / lists the versions', () => {
    const versions = read(desiredInstance(), '/')?.split('\n') ?? [];
    expect(versions).toHaveLength(29);
    expect([versions[0], versions[1], versions.at(-2), versions.at(-1)]).toEqual([
      '1.0',
      '2007-01-19',
      '2024-04-11',
      'latest',
    ]);
  });

  test.each(['', '/'])('a directory is listed with %j after it', (slash) => {
    expect(read(desiredInstance(), `/latest/meta-data/placement${slash}`)).toBe(
      'availability-zone\navailability-zone-id\nregion',
    );
  });
});

describe('a dated version only shows categories that existed by then', () => {
  test.each([
    ['2008-02-01', 'availability-zone'],
    ['2018-09-24', 'availability-zone'],
    ['2019-10-01', 'availability-zone\navailability-zone-id'],
    ['2020-10-27', 'availability-zone\navailability-zone-id\nregion'],
    ['latest', 'availability-zone\navailability-zone-id\nregion'],
  ])('placement in %s', (version, listing) => {
    expect(read(desiredInstance(), `/${version}/meta-data/placement`)).toBe(listing);
  });

  test('tags came with 2021-03-23', () => {
    expect(read(desiredInstance(), '/2021-01-03/meta-data/tags/instance/Name')).toBeUndefined();
    expect(read(desiredInstance(), '/2021-03-23/meta-data/tags/instance/Name')).toBe('web');
  });

  test.each(['2020-01-01', '2025-01-01', 'Latest', 'constructor'])('%s is no version', (version) => {
    expect(read(desiredInstance(), `/${version}`)).toBeUndefined();
  });
});

describe('where the instance is', () => {
  test.each([
    ['us-east-1', 'us-east-1b', 'ip-10-0-0-5.ec2.internal', 'ec2-203-0-113-25.compute-1.amazonaws.com', 'aws'],
    [
      'eu-west-1',
      'eu-west-1a',
      'ip-10-0-0-5.eu-west-1.compute.internal',
      'ec2-203-0-113-25.eu-west-1.compute.amazonaws.com',
      'aws',
    ],
    [
      'cn-north-1',
      'cn-north-1a',
      'ip-10-0-0-5.cn-north-1.compute.internal',
      'ec2-203-0-113-25.cn-north-1.compute.amazonaws.com.cn',
      'aws-cn',
    ],
  ])('%s', (region, AvailabilityZone, hostname, publicHostname, partition) => {
    const desired = desiredInstance({ instance: { region, AvailabilityZone } });
    expect(read(desired, '/latest/meta-data/hostname')).toBe(hostname);
    expect(read(desired, '/latest/meta-data/public-hostname')).toBe(publicHostname);
    expect(read(desired, '/latest/meta-data/services/partition')).toBe(partition);
    expect(read(desired, '/latest/meta-data/placement/region')).toBe(region);
  });

  test('an instance type with Xen says so', () => {
    expect(read(desiredInstance({ instance: { InstanceType: 'c3.large' } }), '/latest/meta-data/system')).toBe('xen');
  });
});

describe('network interfaces', () => {
  test('an IPv6-only interface has no local-ipv4s and no IPv4 block of its subnet, but that of its VPC', () => {
    const desired = desiredInstance({ instance: { NetworkInterfaces: [IPV6_ONLY] } });
    const { CidrBlock: _cidr, ...subnet } = { ...(desired.Subnets[0] as Subnet), Ipv6Native: true };
    const under = `${MACS}/${PRIMARY.MacAddress}`;
    const listed = read({ ...desired, Subnets: [subnet] }, under)?.split('\n');
    expect(listed).not.toContain('local-ipv4s');
    expect(listed).not.toContain('ipv4-associations/');
    expect(listed).not.toContain('subnet-ipv4-cidr-block');
    expect(listed).toContain('vpc-ipv4-cidr-block');
    expect(read(desired, '/latest/meta-data/hostname')).toBe('i-0123456789abcdef0.ec2.internal');
  });

  test('each interface has a directory, with the blocks of its own subnet', () => {
    const second: NetworkInterface = {
      ...PRIMARY,
      NetworkInterfaceId: 'eni-0fedcba9876543210',
      DeviceIndex: 1,
      MacAddress: '02:29:96:8f:6a:2e',
      SubnetId: 'subnet-0fedcba9876543210',
      PrivateIpAddress: '10.0.1.5',
      Groups: ['sg-0123456789abcdef1'],
    };
    const first = desiredInstance().Subnets[0] as Subnet;
    const Subnets = [first, { ...first, SubnetId: second.SubnetId, CidrBlock: '10.0.1.0/24' }];
    const desired = desiredInstance({ instance: { NetworkInterfaces: [PRIMARY, second] }, Subnets });
    expect(read(desired, MACS)).toBe('02:29:96:8f:6a:2d/\n02:29:96:8f:6a:2e/');
    expect(read(desired, `${MACS}/02:29:96:8f:6a:2e/security-groups`)).toBe('web');
    expect(read(desired, `${MACS}/02:29:96:8f:6a:2e/local-hostname`)).toBe('ip-10-0-1-5.ec2.internal');
    expect(read(desired, `${MACS}/02:29:96:8f:6a:2d/subnet-ipv4-cidr-block`)).toBe('10.0.0.0/24');
    expect(read(desired, `${MACS}/02:29:96:8f:6a:2e/subnet-ipv4-cidr-block`)).toBe('10.0.1.0/24');
    expect(read(desired, '/latest/meta-data/local-ipv4')).toBe('10.0.0.5');
  });

  test('a subnet without IPv6 shows no IPv6 block', () => {
    const desired = { ...desiredInstance(), Subnets: [SUBNET_WITHOUT_IPV6] };
    expect(read(desired, `${MACS}/${PRIMARY.MacAddress}/subnet-ipv6-cidr-blocks`)).toBeUndefined();
  });
});
