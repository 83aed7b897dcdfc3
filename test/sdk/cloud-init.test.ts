/**
 * cloud-init's Ec2 datasource on an instance in required mode: it crawls the whole tree and finds what a boot needs.
 *
 * One path that is listed and answers 404 makes cloud-init drop all of the metadata, so that no request may fail, and it
 * may warn of nothing. It runs in a namespace with a network interface that has the instance's MAC address.
 */

import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Launched, type OpenImds, startOpenImds } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import { type Asked, asOnEc2, UNPACKED, whyNotAsOnEc2 } from './as-on-ec2.ts';

const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJRnGYNGFf7p1gkRDxV6xGzh5PiPoPSV1nWjv0QcCZKs';
const REQUIRED = {
  'MetadataOptions.HttpEndpoint': 'enabled',
  'MetadataOptions.HttpTokens': 'required',
  'MetadataOptions.HttpProtocolIpv6': 'enabled',
};

/** What `cloud-init.py` prints. */
type Boot = { found: Found | null; warnings: string[] };

type Found = {
  cloudName: string;
  instanceId: string;
  publicKeys: string[];
  userData: string;
  availabilityZone: string;
  region: string;
  networkConfig: { ethernets: Record<string, { dhcp4: boolean; match: { macaddress: string } }> };
  identity: Record<string, unknown>;
  metadata: Record<string, unknown>;
  query: Record<string, unknown>;
};

let openimds: OpenImds;
let instance: Launched;
let mac: string;

beforeAll(async () => {
  openimds = await startOpenImds();
  const PublicKeyMaterial = Buffer.from(PUBLIC_KEY).toString('base64');
  await openimds.query({ Action: 'ImportKeyPair', KeyName: 'my-key', PublicKeyMaterial });
  instance = await openimds.launch({
    ...REQUIRED,
    'MetadataOptions.InstanceMetadataTags': 'enabled',
    'TagSpecification.1.ResourceType': 'instance',
    'TagSpecification.1.Tag.1.Key': 'Name',
    'TagSpecification.1.Tag.1.Value': 'web 1',
    KeyName: 'my-key',
    UserData: Buffer.from('#cloud-config\npackages: [nginx]\n').toString('base64'),
  });
  mac = await macAddress(instance);
});

skipIf(whyNotAsOnEc2);

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

test('with the endpoint disabled, it finds no datasource, and says why', async () => {
  const disabled = await openimds.launch(REQUIRED);
  const { InstanceId } = disabled;
  await openimds.query({ Action: 'ModifyInstanceMetadataOptions', InstanceId, HttpEndpoint: 'disabled' });
  await eventually(async () => {
    const listed = (await openimds.instances()).find((candidate) => candidate.InstanceId === InstanceId);
    return listed?.MetadataOptions.State === 'applied' ? listed : undefined;
  });
  const { warnings, found, asked } = await boot(disabled);
  expect(found).toBeNull();
  expect(warnings.join('\n')).toContain('HTTP endpoint is disabled');
  expect(asked.map(({ status }) => status)).not.toContain(200);
});

test('it crawls everything that is listed with a session token, and nothing fails', async () => {
  const { warnings, found, asked } = await boot(instance);
  expect(warnings).toEqual([]);
  expect(asked.filter(({ status }) => status !== 200)).toEqual([]);
  expect(asked.length).toBeGreaterThan(50);
  expect(found?.cloudName).toBe('aws');
});

test('it knows the instance, its place, its keys and its user data', async () => {
  const { found } = await boot(instance);
  expect(found).toMatchObject({
    instanceId: instance.InstanceId,
    publicKeys: [`${PUBLIC_KEY} my-key`],
    userData: '#cloud-config\npackages: [nginx]\n',
    availabilityZone: 'us-east-1a',
    region: 'us-east-1',
    identity: { instanceId: instance.InstanceId, accountId: '000000000000', imageId: 'ami-0abcdef1234567890' },
    metadata: {
      'instance-id': instance.InstanceId,
      'instance-type': 't3.large',
      placement: { 'availability-zone': 'us-east-1a', 'availability-zone-id': 'use1-az1', region: 'us-east-1' },
      network: { interfaces: { macs: { [mac]: { mac, 'device-number': '0', 'owner-id': '000000000000' } } } },
      tags: { instance: { Name: 'web 1' } },
    },
    query: { cloud_name: 'aws', platform: 'ec2', instance_id: instance.InstanceId, region: 'us-east-1' },
  });
});

test('it configures the network interface that the metadata describes', async () => {
  const { found } = await boot(instance);
  expect(found?.networkConfig.ethernets).toMatchObject({ eth0: { dhcp4: true, match: { macaddress: mac } } });
});

test('the three versions that it knows are there, each whole', async () => {
  for (const version of ['2016-09-02', '2018-09-24', '2021-03-23']) {
    const { warnings, found, asked } = await boot(instance, version);
    expect([version, warnings, asked.filter(({ status }) => status !== 200)]).toEqual([version, [], []]);
    expect(asked.map(({ request }) => request)).toContain(`GET /${version}/meta-data/network/interfaces/macs/${mac}/`);
    expect(found?.instanceId).toBe(instance.InstanceId);
  }
});

test('an instance without user data, key pair and tags lacks only these', async () => {
  const bare = await openimds.launch(REQUIRED);
  const { warnings, found, asked } = await boot(bare);
  expect(warnings).toEqual([]);
  expect(asked.filter(({ status }) => status !== 200)).toEqual([{ request: 'GET /2021-03-23/user-data', status: 404 }]);
  expect(found).toMatchObject({ instanceId: bare.InstanceId, publicKeys: [], userData: '' });
});

/** @param versions those of the metadata tree that cloud-init may choose from, where not its own */
async function boot(on: Launched, ...versions: string[]): Promise<Boot & { asked: readonly Asked[] }> {
  await using ec2 = await asOnEc2(on);
  const program = 'ip link add eth0 address "$0" type veth peer name peer0 && exec /usr/bin/python3 "$@"';
  const args = [await macAddress(on), join(import.meta.dirname, 'cloud-init.py'), ...versions];
  const { status, stdout, stderr } = await ec2.run('sh', ['-c', program, ...args], { PYTHONPATH: UNPACKED });
  if (status !== 0) {
    const refused = ec2.asked.filter((request) => request.status !== 200);
    throw new Error(`cloud-init.py ended with ${status} after ${JSON.stringify(refused)}:\n${stdout}${stderr}`);
  }
  return { ...(JSON.parse(stdout) as Boot), asked: ec2.asked };
}

async function macAddress({ InstanceId }: Launched): Promise<string> {
  const { body } = await openimds.query({ Action: 'DescribeInstances', 'InstanceId.1': InstanceId });
  return /<macAddress>([^<]+)</.exec(body)?.[1] ?? '';
}
