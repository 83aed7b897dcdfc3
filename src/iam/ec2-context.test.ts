/** What EC2's calls on existing resources can be asked about: how things are, and what is asked for. */

import { describe, expect, test } from 'vitest';
import type { Image, Instance, KeyPair, Subnet } from '../model.ts';
import { actionsOf, findAction, hasConditionKey } from './condition-keys.ts';
import { contextOf, type Keys } from './context.ts';
import {
  arnKeys,
  attributeKeys,
  createTagsKeys,
  ec2Arn,
  ec2Resource,
  imageKeys,
  instanceKeys,
  keyPairKeys,
  newInstanceProfileKeys,
  securityGroupKeys,
  subnetKeys,
  vpcKeys,
} from './ec2-context.ts';

const SCOPE = { account: '123456789012', region: 'us-east-1' };
const TAGS = [{ Key: 'team', Value: 'blue' }];

const INSTANCE = {
  ...SCOPE,
  InstanceId: 'i-0123456789abcdef0',
  InstanceType: 't3.micro',
  AvailabilityZone: 'us-east-1a',
  MetadataOptions: {
    HttpTokens: 'optional',
    HttpPutResponseHopLimit: 2,
    HttpEndpoint: 'enabled',
    HttpProtocolIpv4: 'enabled',
    HttpProtocolIpv6: 'disabled',
    InstanceMetadataTags: 'disabled',
  },
} as Instance;
const ARN = ec2Arn(SCOPE, 'instance', INSTANCE.InstanceId);

/** The keys as conditions see them. */
function seen(keys: Keys): Record<string, readonly string[]> {
  return Object.fromEntries([...contextOf(keys).values()].map(({ key, values }) => [key, values]));
}

const keysOn = (action: string, arn: string, ...facts: Keys[]) =>
  seen(ec2Resource({ action, scope: SCOPE }, arn, ...facts).keys);

test('an action without resources has the Region, and nothing of a resource', () => {
  expect(keysOn('ec2:DescribeInstances', '*', instanceKeys(INSTANCE, { tags: TAGS }))).toEqual({
    'ec2:Region': ['us-east-1'],
  });
});

test('an instance is described as it is, and what is to change beside it', () => {
  const facts = instanceKeys(INSTANCE, {
    tags: TAGS,
    instanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/app',
  });
  const request = { InstanceId: INSTANCE.InstanceId, HttpTokens: 'required', HttpPutResponseHopLimit: 1, DryRun: true };
  expect(keysOn('ec2:ModifyInstanceMetadataOptions', ARN, facts, attributeKeys(request))).toEqual({
    'aws:ResourceAccount': ['123456789012'],
    'aws:ResourceTag/team': ['blue'],
    'ec2:Attribute': ['HttpTokens', 'HttpPutResponseHopLimit'],
    'ec2:Attribute/HttpPutResponseHopLimit': ['1'],
    'ec2:Attribute/HttpTokens': ['required'],
    'ec2:AvailabilityZone': ['us-east-1a'],
    'ec2:AvailabilityZoneId': ['use1-az1'],
    'ec2:EbsOptimized': ['false'],
    'ec2:InstanceID': ['i-0123456789abcdef0'],
    'ec2:InstanceMarketType': ['on-demand'],
    'ec2:InstanceMetadataTags': ['disabled'],
    'ec2:InstanceProfile': ['arn:aws:iam::123456789012:instance-profile/app'],
    'ec2:InstanceType': ['t3.micro'],
    'ec2:MetadataHttpEndpoint': ['enabled'],
    'ec2:MetadataHttpPutResponseHopLimit': ['2'],
    'ec2:MetadataHttpTokens': ['optional'],
    'ec2:Region': ['us-east-1'],
    'ec2:ResourceTag/team': ['blue'],
    'ec2:RootDeviceType': ['ebs'],
    'ec2:Tenancy': ['default'],
  });
});

test('StartInstances knows nothing of tags in metadata, as the table has it', () => {
  const keys = keysOn('ec2:StartInstances', ARN, instanceKeys(INSTANCE, { tags: [] }));
  expect(keys['ec2:MetadataHttpTokens']).toEqual(['optional']);
  expect(keys).not.toHaveProperty('ec2:InstanceMetadataTags');
});

test('Spot, dedicated hosts, placement groups', () => {
  const instance: Instance = {
    ...INSTANCE,
    InstanceLifecycle: 'spot',
    EbsOptimized: true,
    Placement: { HostId: 'h-1', GroupName: 'g' },
  };
  expect(keysOn('ec2:StopInstances', ARN, instanceKeys(instance, { tags: [] }))).toMatchObject({
    'ec2:InstanceMarketType': ['spot'],
    'ec2:EbsOptimized': ['true'],
    'ec2:Tenancy': ['host'],
    'ec2:PlacementGroup': ['arn:aws:ec2:us-east-1:123456789012:placement-group/g'],
  });
});

describe('attributes of a request', () => {
  test('nothing but what it sets', () => {
    expect(seen(attributeKeys({ InstanceId: 'i-1', DryRun: false, HttpTokens: undefined }))).toEqual({});
  });

  test('text, numbers and booleans, by themselves or as a value', () => {
    expect(
      seen(
        attributeKeys({ ImdsSupport: { Value: 'v2.0' }, EbsOptimized: { Value: true }, HttpPutResponseHopLimit: 3 }),
      ),
    ).toEqual({
      'ec2:Attribute': ['ImdsSupport', 'EbsOptimized', 'HttpPutResponseHopLimit'],
      'ec2:Attribute/ImdsSupport': ['v2.0'],
      'ec2:Attribute/EbsOptimized': ['true'],
      'ec2:Attribute/HttpPutResponseHopLimit': ['3'],
    });
  });

  test('a list of text as JSON, as AWS prints it', () => {
    expect(seen(attributeKeys({ Groups: ['sg-0667ca1f6359edef4'] }))).toEqual({
      'ec2:Attribute': ['Groups'],
      'ec2:Attribute/Groups': ['["sg-0667ca1f6359edef4"]'],
    });
  });

  test('the older form names one attribute beside its value', () => {
    expect(seen(attributeKeys({ InstanceId: 'i-1', Attribute: 'instanceType', Value: 't3.large' }))).toEqual({
      'ec2:Attribute': ['InstanceType'],
      'ec2:Attribute/InstanceType': ['t3.large'],
    });
  });

  test('bytes and structures have no key', () => {
    expect(
      seen(
        attributeKeys({
          UserData: { Value: new Uint8Array(2) },
          LaunchPermission: { Add: [] },
          BlockDeviceMappings: [{}],
        }),
      ),
    ).toEqual({});
  });

  test('ModifyInstanceMetadataDefaults: values, without the list of names', () => {
    expect(keysOn('ec2:ModifyInstanceMetadataDefaults', '*', attributeKeys({ HttpTokensEnforced: 'enabled' }))).toEqual(
      {
        'ec2:Region': ['us-east-1'],
        'ec2:Attribute/HttpTokensEnforced': ['enabled'],
      },
    );
  });
});

test('tags that are made with something have the action that makes it', () => {
  const arn = ec2Arn(SCOPE, 'instance', '*');
  expect(keysOn('ec2:CreateTags', arn, createTagsKeys(TAGS, 'RunInstances'))).toEqual({
    'aws:RequestTag/team': ['blue'],
    'aws:ResourceAccount': ['123456789012'],
    'aws:TagKeys': ['team'],
    'ec2:CreateAction': ['RunInstances'],
    'ec2:Region': ['us-east-1'],
  });
  expect(keysOn('ec2:CreateTags', arn, createTagsKeys(TAGS))).not.toHaveProperty('ec2:CreateAction');
});

test('a profile that comes to an instance', () => {
  const profile = 'arn:aws:iam::123456789012:instance-profile/new';
  expect(
    keysOn('ec2:AssociateIamInstanceProfile', ARN, newInstanceProfileKeys(profile))['ec2:NewInstanceProfile'],
  ).toEqual([profile]);
});

test('what AWS takes from an ARN into its encoded messages', () => {
  expect(seen(arnKeys(ARN))).toEqual({
    'aws:ARN': [ARN],
    'aws:Service': ['ec2'],
    'aws:Region': ['us-east-1'],
    'aws:Account': ['123456789012'],
    'aws:Type': ['instance'],
    'aws:Resource': ['instance/i-0123456789abcdef0'],
  });
  expect(seen(arnKeys('*'))).toEqual({});
  expect(seen(arnKeys('arn:aws:ec2:us-east-1::image/ami-1'))).not.toHaveProperty('aws:Account');
});

test('ARNs of other partitions', () => {
  expect(ec2Arn({ account: '123456789012', region: 'cn-north-1' }, 'vpc', 'vpc-1')).toBe(
    'arn:aws-cn:ec2:cn-north-1:123456789012:vpc/vpc-1',
  );
});

test('the organization of the account is that of its resources', () => {
  const { keys } = ec2Resource(
    { action: 'ec2:StopInstances', scope: SCOPE, organization: { id: 'o-1', path: ['r-1'] } },
    ARN,
  );
  expect(seen(keys)).toMatchObject({ 'aws:ResourceOrgID': ['o-1'], 'aws:ResourceOrgPaths': ['o-1/r-1/'] });
});

test('AWS has each key that a resource has here, in some action on its type', () => {
  const network = { ...SCOPE, VpcId: 'vpc-1', AvailabilityZone: 'us-east-1a' };
  const facts: Record<string, Keys> = {
    instance: instanceKeys({ ...INSTANCE, Placement: { GroupName: 'g' } }, { tags: TAGS, instanceProfileArn: 'x' }),
    image: imageKeys({ ImageId: 'ami-1', owner: 'amazon', Public: true } as Image, TAGS),
    subnet: subnetKeys({ ...network, SubnetId: 'subnet-1' } as Subnet, TAGS),
    vpc: vpcKeys({ VpcId: 'vpc-1', tags: TAGS }),
    'security-group': securityGroupKeys({ ...network, GroupId: 'sg-1', GroupName: 'web', Description: '' }, TAGS),
    'key-pair': keyPairKeys({ KeyName: 'key', KeyType: 'rsa' } as KeyPair, TAGS),
  };
  for (const [type, keys] of Object.entries(facts)) {
    const actions = actionsOf('ec2').filter((action) =>
      findAction(action)?.resourceTypes.some((each) => each.type === type),
    );
    for (const [key, value] of Object.entries(keys)) {
      if (value !== undefined)
        expect(
          actions.some((action) => hasConditionKey(action, type, key)),
          `${key} on ${type}`,
        ).toBe(true);
    }
  }
});
