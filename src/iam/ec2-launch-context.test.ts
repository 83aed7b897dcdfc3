/** A launch as conditions see it, against the keys in messages that AWS encoded for denied launches. */

import { describe, expect, test } from 'vitest';
import { findAction, hasConditionKey } from './condition-keys.ts';
import { contextOf, type Keys } from './context.ts';
import { type LaunchRequest, launchResources, launchTagResources } from './ec2-launch-context.ts';

const SCOPE = { account: '123456789012', region: 'us-east-1' };
const SUBNET = {
  ...SCOPE,
  SubnetId: 'subnet-0123456789abcdef0',
  VpcId: 'vpc-0123456789abcdef0',
  AvailabilityZone: 'us-east-1a',
  Ipv6Native: false,
  DefaultForAz: true,
  AssignIpv6AddressOnCreation: false,
};
const LAUNCH: LaunchRequest = {
  scope: SCOPE,
  InstanceType: 't3.micro',
  MetadataOptions: {},
  image: {
    ImageId: 'ami-0abcdef1234567890',
    Name: 'image',
    Architecture: 'x86_64',
    RootDeviceName: '/dev/xvda',
    CreationDate: '2026-01-01T00:00:00.000Z',
    owner: 'amazon',
    Public: true,
    ImdsSupport: 'v2.0',
  },
  interfaces: [{ subnet: SUBNET }],
  securityGroups: [
    {
      ...SCOPE,
      GroupId: 'sg-0123456789abcdef0',
      GroupName: 'default',
      Description: '',
      VpcId: 'vpc-0123456789abcdef0',
    },
  ],
  requestTags: {},
  resourceTags: new Map(),
};
const BASE = 'arn:aws:ec2:us-east-1:123456789012';

function seen(keys: Keys): Record<string, readonly string[]> {
  return Object.fromEntries([...contextOf(keys).values()].map(({ key, values }) => [key, values]));
}

/** The keys of a launch on its one resource of a type. */
function keysOn(type: string, change: Partial<LaunchRequest> = {}) {
  const found = launchResources({ ...LAUNCH, ...change }).filter(({ arn }) =>
    arn.split(':')[5]?.startsWith(`${type}/`),
  );
  expect(found).toHaveLength(1);
  return seen(found[0]?.keys ?? {});
}

test('the least that a launch is asked about', () => {
  expect(launchResources(LAUNCH).map(({ arn }) => arn)).toEqual([
    `${BASE}:instance/*`,
    'arn:aws:ec2:us-east-1::image/ami-0abcdef1234567890',
    `${BASE}:subnet/subnet-0123456789abcdef0`,
    `${BASE}:network-interface/*`,
    `${BASE}:volume/*`,
    `${BASE}:security-group/sg-0123456789abcdef0`,
  ]);
  expect(launchTagResources(LAUNCH)).toEqual([]);
});

test('it is asked about every type that AWS requires', () => {
  const required = findAction('ec2:RunInstances')?.resourceTypes.filter((type) => type.required) ?? [];
  for (const { type } of required) keysOn(type);
});

describe('the instance', () => {
  test('that says nothing of metadata has no key of metadata, whatever its image supports', () => {
    expect(keysOn('instance')).toEqual({
      'aws:ResourceAccount': ['123456789012'],
      'ec2:AvailabilityZone': ['us-east-1a'],
      'ec2:AvailabilityZoneId': ['use1-az1'],
      'ec2:EbsOptimized': ['false'],
      'ec2:InstanceBandwidthWeighting': ['default'],
      'ec2:InstanceID': ['*'],
      'ec2:InstanceMarketType': ['on-demand'],
      'ec2:InstanceType': ['t3.micro'],
      'ec2:IsLaunchTemplateResource': ['false'],
      'ec2:Region': ['us-east-1'],
      'ec2:RootDeviceType': ['ebs'],
      'ec2:Tenancy': ['default'],
    });
  });

  test.each([
    ['HttpTokens', 'required', 'ec2:MetadataHttpTokens'],
    ['HttpEndpoint', 'disabled', 'ec2:MetadataHttpEndpoint'],
    ['HttpPutResponseHopLimit', 3, 'ec2:MetadataHttpPutResponseHopLimit'],
    ['InstanceMetadataTags', 'enabled', 'ec2:InstanceMetadataTags'],
  ])('that gives %s=%s has %s, and no other key of metadata', (option, value, key) => {
    const keys = keysOn('instance', { MetadataOptions: { [option]: value } });
    expect(Object.entries(keys).filter(([name]) => /Metadata/.test(name))).toEqual([[key, [String(value)]]]);
  });

  test('has its profile, its placement group, its market and the tags that it is to get', () => {
    const keys = keysOn('instance', {
      instanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/app',
      placementGroupName: 'group',
      marketType: 'spot',
      Tenancy: 'dedicated',
      EbsOptimized: true,
      requestTags: { instance: [{ Key: 'team', Value: 'blue' }], volume: [{ Key: 'other', Value: 'x' }] },
    });
    expect(keys).toMatchObject({
      'aws:RequestTag/team': ['blue'],
      'aws:TagKeys': ['team'],
      'ec2:EbsOptimized': ['true'],
      'ec2:InstanceMarketType': ['spot'],
      'ec2:InstanceProfile': ['arn:aws:iam::123456789012:instance-profile/app'],
      'ec2:PlacementGroup': [`${BASE}:placement-group/group`],
      'ec2:Tenancy': ['dedicated'],
    });
    expect(keys).not.toHaveProperty('aws:RequestTag/other');
  });
});

test('the image belongs to nobody in its ARN, and has an owner', () => {
  expect(
    keysOn('image', { resourceTags: new Map([['ami-0abcdef1234567890', [{ Key: 'golden', Value: 'yes' }]]]) }),
  ).toEqual({
    'aws:ResourceTag/golden': ['yes'],
    'ec2:ImageID': ['ami-0abcdef1234567890'],
    'ec2:ImageType': ['machine'],
    'ec2:IsLaunchTemplateResource': ['false'],
    'ec2:Owner': ['amazon'],
    'ec2:Public': ['true'],
    'ec2:Region': ['us-east-1'],
    'ec2:ResourceTag/golden': ['yes'],
    'ec2:RootDeviceType': ['ebs'],
  });
});

test('the network interface is in subnet and VPC, by their ARNs', () => {
  expect(
    keysOn('network-interface', {
      interfaces: [{ subnet: SUBNET, associatePublicIpAddress: false }],
      requestTags: { 'network-interface': [{ Key: 'a', Value: 'b' }] },
    }),
  ).toMatchObject({
    'aws:RequestTag/a': ['b'],
    'ec2:AssociatePublicIpAddress': ['false'],
    'ec2:NetworkInterfaceID': ['*'],
    'ec2:Subnet': [`${BASE}:subnet/subnet-0123456789abcdef0`],
    'ec2:Vpc': [`${BASE}:vpc/vpc-0123456789abcdef0`],
  });
});

test('subnet, security group, volume', () => {
  expect(keysOn('subnet')).toMatchObject({
    'ec2:SubnetID': ['subnet-0123456789abcdef0'],
    'ec2:Vpc': [`${BASE}:vpc/vpc-0123456789abcdef0`],
  });
  expect(keysOn('security-group')).toMatchObject({ 'ec2:SecurityGroupID': ['sg-0123456789abcdef0'] });
  expect(keysOn('volume')).toMatchObject({ 'ec2:Encrypted': ['false'], 'ec2:VolumeID': ['*'] });
  expect(keysOn('volume')).not.toHaveProperty('ec2:VolumeSize');
  expect(
    keysOn('volume', { volumes: [{ encrypted: true, type: 'gp3', size: 8, iops: 3000, throughput: 125 }] }),
  ).toMatchObject({
    'ec2:Encrypted': ['true'],
    'ec2:VolumeType': ['gp3'],
    'ec2:VolumeSize': ['8'],
    'ec2:VolumeIops': ['3000'],
    'ec2:VolumeThroughput': ['125'],
  });
});

test('each interface and each volume is asked about with its own keys, each subnet once', () => {
  const other = { ...SUBNET, SubnetId: 'subnet-1' };
  const interfaces: LaunchRequest['interfaces'] = [{ subnet: SUBNET }, { subnet: other }, { subnet: other }];
  const resources = launchResources({ ...LAUNCH, interfaces, volumes: [{ size: 8 }, { size: 100 }] });
  const of = (type: string, key: string) =>
    resources.filter(({ arn }) => arn.includes(`:${type}/`)).map(({ keys }) => String(keys[key]).split('/').at(-1));
  expect(of('network-interface', 'ec2:Subnet')).toEqual([SUBNET.SubnetId, 'subnet-1', 'subnet-1']);
  expect(of('subnet', 'ec2:SubnetID')).toEqual([SUBNET.SubnetId, 'subnet-1']);
  expect(of('volume', 'ec2:VolumeSize')).toEqual(['8', '100']);
});

test('key pair and placement group only where there are some', () => {
  const keyPair = {
    ...SCOPE,
    KeyPairId: 'key-1',
    KeyName: 'mine',
    KeyFingerprint: '',
    KeyType: 'rsa' as const,
    PublicKey: '',
    CreateTime: '',
  };
  const resourceTags = new Map([['key-1', [{ Key: 'team', Value: 'blue' }]]]);
  expect(keysOn('key-pair', { keyPair, resourceTags })).toMatchObject({
    'aws:ResourceTag/team': ['blue'],
    'ec2:KeyPairName': ['mine'],
    'ec2:KeyPairType': ['rsa'],
  });
  expect(keysOn('placement-group', { placementGroupName: 'group' })).toMatchObject({
    'ec2:PlacementGroupName': ['group'],
  });
});

test('a launch template is a resource itself, and every resource tells whether it is from there', () => {
  const template = { id: 'lt-0b94d26ace70158e2', decides: new Set(['image', 'instance']) };
  const arn = `${BASE}:launch-template/lt-0b94d26ace70158e2`;
  expect(keysOn('launch-template', { template })).toMatchObject({ 'ec2:LaunchTemplate': [arn] });
  expect(keysOn('instance', { template })).toMatchObject({
    'ec2:LaunchTemplate': [arn],
    'ec2:IsLaunchTemplateResource': ['true'],
  });
  expect(keysOn('subnet', { template })).toMatchObject({
    'ec2:LaunchTemplate': [arn],
    'ec2:IsLaunchTemplateResource': ['false'],
  });
});

test('tags at the launch are asked about again as CreateTags, by type', () => {
  const requestTags = {
    instance: [{ Key: 'team', Value: 'blue' }],
    volume: [],
    'network-interface': [{ Key: 'a', Value: 'b' }],
  };
  expect(launchTagResources({ ...LAUNCH, requestTags }).map(({ arn, keys }) => [arn, seen(keys)])).toEqual([
    [
      `${BASE}:instance/*`,
      {
        'aws:RequestTag/team': ['blue'],
        'aws:ResourceAccount': ['123456789012'],
        'aws:TagKeys': ['team'],
        'ec2:CreateAction': ['RunInstances'],
        'ec2:Region': ['us-east-1'],
      },
    ],
    [`${BASE}:network-interface/*`, expect.objectContaining({ 'aws:RequestTag/a': ['b'] })],
  ]);
});

test('no resource has a key that AWS does not have there', () => {
  const everything: LaunchRequest = {
    ...LAUNCH,
    MetadataOptions: {
      HttpTokens: 'required',
      HttpEndpoint: 'enabled',
      HttpPutResponseHopLimit: 1,
      InstanceMetadataTags: 'disabled',
    },
    template: { id: 'lt-1', decides: new Set() },
    placementGroupName: 'group',
  };
  for (const { arn, keys } of launchResources(everything)) {
    const type = arn.split(':')[5]?.split('/')[0];
    for (const key of Object.keys(keys)) {
      if (!key.startsWith('aws:Resource'))
        expect(hasConditionKey('ec2:RunInstances', type, key), `${key} on ${type}`).toBe(true);
    }
  }
});
