/**
 * What a launch asks for is what the instance finds in its metadata: several network interfaces with their addresses and
 * prefixes, a public address that comes and goes, devices, and its place. Everything over sockets, with IMDSv2.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type Launched, type OpenImds, startOpenImds } from './openimds.ts';

let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

/** The value of a category, its status where it has none. */
async function read(instance: Launched, path: string): Promise<string> {
  const ttl = { 'X-aws-ec2-metadata-token-ttl-seconds': '60' };
  const token = await (await fetch(`${instance.ipv4}/latest/api/token`, { method: 'PUT', headers: ttl })).text();
  const headers = { 'X-aws-ec2-metadata-token': token };
  const response = await fetch(`${instance.ipv4}/latest/meta-data/${path}`, { headers });
  return response.ok ? response.text() : String(response.status);
}

async function query(form: Record<string, string>): Promise<string> {
  const { status, body } = await openimds.query(form);
  if (status !== 200) throw new Error(body);
  return body;
}

/** A dual-stack subnet in the default VPC. */
async function makeSubnet(): Promise<{ SubnetId: string; Ipv6CidrBlock: string }> {
  const vpc = await query({ Action: 'DescribeVpcs' });
  const block = /<ipv6CidrBlock>(.*?)\/56</.exec(vpc)?.[1];
  const made = await query({
    Action: 'CreateSubnet',
    VpcId: /<vpcId>(.*?)</.exec(vpc)?.[1] ?? '',
    AvailabilityZone: 'us-east-1a',
    CidrBlock: '172.31.240.0/24',
    Ipv6CidrBlock: `${block}/64`,
  });
  return { SubnetId: /<subnetId>(.*?)</.exec(made)?.[1] ?? '', Ipv6CidrBlock: `${block}/64` };
}

describe('several network interfaces', () => {
  let instance: Launched;
  let subnet: { SubnetId: string; Ipv6CidrBlock: string };
  /** Their paths, by device index. */
  let macs: string[];

  beforeAll(async () => {
    subnet = await makeSubnet();
    instance = await openimds.launch({
      InstanceType: 'm5.xlarge',
      'NetworkInterface.1.DeviceIndex': '0',
      'NetworkInterface.1.SubnetId': subnet.SubnetId,
      'NetworkInterface.1.PrivateIpAddress': '172.31.240.10',
      'NetworkInterface.1.SecondaryPrivateIpAddressCount': '2',
      'NetworkInterface.1.Ipv6AddressCount': '2',
      'NetworkInterface.2.DeviceIndex': '1',
      'NetworkInterface.2.SubnetId': subnet.SubnetId,
      'NetworkInterface.2.Ipv4PrefixCount': '2',
      'NetworkInterface.2.Ipv6PrefixCount': '1',
      'NetworkInterface.3.DeviceIndex': '2',
    });
    const listed = (await read(instance, 'network/interfaces/macs/')).split('\n');
    const paths = listed.map((mac) => `network/interfaces/macs/${mac}`);
    const numbers = await Promise.all(paths.map((path) => read(instance, `${path}device-number`)));
    macs = paths.toSorted((a, b) => Number(numbers[paths.indexOf(a)]) - Number(numbers[paths.indexOf(b)]));
  });

  const ofInterface = (index: number, path: string) => read(instance, `${macs[index]}${path}`);

  test('are listed, and the first is the one that the instance is known by', async () => {
    expect(macs).toHaveLength(3);
    expect(macs[0]).toBe(`network/interfaces/macs/${await read(instance, 'mac')}/`);
    expect(await read(instance, 'local-ipv4')).toBe('172.31.240.10');
    expect(await read(instance, 'hostname')).toBe('ip-172-31-240-10.ec2.internal');
  });

  test('have their addresses, the primary one first', async () => {
    expect(await ofInterface(0, 'local-ipv4s')).toBe('172.31.240.10\n172.31.240.4\n172.31.240.5');
    const ipv6s = (await ofInterface(0, 'ipv6s')).split('\n');
    expect(ipv6s).toHaveLength(2);
    expect(await read(instance, 'ipv6')).toBe(ipv6s[0]);
    expect(await ofInterface(1, 'ipv6s')).toBe('404');
    expect(await ofInterface(2, 'local-ipv4s')).toBe('172.31.0.4');
  });

  test('have their prefixes', async () => {
    expect(await ofInterface(1, 'ipv4-prefix')).toBe('172.31.240.224/28\n172.31.240.208/28');
    expect(await ofInterface(1, 'ipv6-prefix')).toMatch(/^2001:db8:.*\/80$/);
    expect(await ofInterface(0, 'ipv4-prefix')).toBe('404');
    expect(await ofInterface(0, 'ipv6-prefix')).toBe('404');
  });

  test('are each in their own subnet', async () => {
    expect(await ofInterface(1, 'subnet-id')).toBe(subnet.SubnetId);
    expect(await ofInterface(1, 'subnet-ipv6-cidr-blocks')).toBe(subnet.Ipv6CidrBlock);
    expect(await ofInterface(2, 'subnet-ipv4-cidr-block')).toBe('172.31.0.0/20');
    expect(await ofInterface(2, 'subnet-ipv6-cidr-blocks')).toBe('404');
  });

  test('leave the instance without a public address', async () => {
    expect(await read(instance, 'public-ipv4')).toBe('404');
    expect((await read(instance, '')).split('\n')).not.toContain('public-hostname');
  });
});

test('the public address is another one after a stop and a start', async () => {
  const instance = await openimds.launch();
  const address = await read(instance, 'public-ipv4');
  expect(address).toMatch(/^198\.1[89]\.\d+\.\d+$/);
  expect(await read(instance, 'public-hostname')).toBe(`ec2-${address.replaceAll('.', '-')}.compute-1.amazonaws.com`);
  const mac = `network/interfaces/macs/${await read(instance, 'mac')}`;
  expect(await read(instance, `${mac}/public-ipv4s`)).toBe(address);
  expect(await read(instance, `${mac}/ipv4-associations/${address}`)).toBe(await read(instance, 'local-ipv4'));

  const comesTo = (State: string) =>
    eventually(async () => {
      const found = (await openimds.instances()).find((each) => each.InstanceId === instance.InstanceId);
      return found?.State === State ? found : undefined;
    });
  await query({ Action: 'StopInstances', 'InstanceId.1': instance.InstanceId });
  await comesTo('stopped');
  await query({ Action: 'StartInstances', 'InstanceId.1': instance.InstanceId });
  const { Endpoints } = await comesTo('running');
  const again = await read({ ...instance, ipv4: Endpoints.ipv4 ?? '' }, 'public-ipv4');
  expect(again).toMatch(/^198\.1[89]\.\d+\.\d+$/);
  expect(again).not.toBe(address);
});

test('devices, market, hibernation and placement are as the launch said', async () => {
  const instance = await openimds.launch({
    InstanceType: 'c3.large',
    'BlockDeviceMapping.1.DeviceName': '/dev/sdf',
    'BlockDeviceMapping.1.Ebs.VolumeSize': '8',
    'BlockDeviceMapping.2.DeviceName': '/dev/sdb',
    'BlockDeviceMapping.2.VirtualName': 'ephemeral0',
    'InstanceMarketOptions.MarketType': 'spot',
    'InstanceMarketOptions.SpotOptions.SpotInstanceType': 'persistent',
    'HibernationOptions.Configured': 'true',
    'Placement.GroupName': 'web',
    'Placement.PartitionNumber': '3',
    'Placement.HostId': 'h-0123456789abcdef0',
  });
  expect(await read(instance, 'block-device-mapping/')).toBe('ami\nebs1\nephemeral0\nroot');
  const paths = ['block-device-mapping/ebs1', 'block-device-mapping/ephemeral0', 'instance-life-cycle'];
  const places = ['placement/group-name', 'placement/partition-number', 'placement/host-id'];
  const values = await Promise.all([...paths, 'hibernation/configured', ...places].map((path) => read(instance, path)));
  expect(values).toEqual(['sdf', 'sdb', 'spot', 'true', 'web', '3', 'h-0123456789abcdef0']);
});
