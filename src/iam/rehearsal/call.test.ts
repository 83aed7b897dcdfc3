/** A described call becomes the questions that the call itself would be asked. */

import { describe, expect, test } from 'vitest';
import { type DescribedCall, INSTANCE_ID, questionsOf } from './call.ts';

const ACCOUNT = '123456789012';

function describedCall(what: DescribedCall['what'], more: Partial<DescribedCall> = {}): DescribedCall {
  const principal = { type: 'user', arn: `arn:aws:iam::${ACCOUNT}:user/alice`, account: ACCOUNT, id: 'AIDA' } as const;
  const scope = { account: ACCOUNT, region: 'us-east-1' };
  return { scope, caller: { principal }, nowMs: Date.UTC(2026, 10, 23), context: {}, what, ...more };
}

function action(name: string, more: object = {}): DescribedCall['what'] {
  return { action: name, request: {}, instance: {}, ...more };
}

/** The keys of the first question that is about such a resource. */
function keysOf(call: DescribedCall, type = 'instance'): Record<string, readonly string[]> {
  const question = questionsOf(call).find(({ resource }) => resource === '*' || resource.includes(`:${type}/`));
  return Object.fromEntries([...(question?.context.values() ?? [])].map(({ key, values }) => [key, values]));
}

describe('a launch', () => {
  test('is asked about every resource, with its own keys', () => {
    const call = describedCall({ launch: { MinCount: 1, MaxCount: 1, MetadataOptions: { HttpTokens: 'required' } } });
    expect(questionsOf(call).map(({ action: asked, resource }) => `${asked} ${resource}`)).toEqual([
      `ec2:RunInstances arn:aws:ec2:us-east-1:${ACCOUNT}:instance/*`,
      'ec2:RunInstances arn:aws:ec2:us-east-1::image/ami-0abcdef1234567890',
      `ec2:RunInstances arn:aws:ec2:us-east-1:${ACCOUNT}:subnet/subnet-0123456789abcdef0`,
      `ec2:RunInstances arn:aws:ec2:us-east-1:${ACCOUNT}:network-interface/*`,
      `ec2:RunInstances arn:aws:ec2:us-east-1:${ACCOUNT}:volume/*`,
      `ec2:RunInstances arn:aws:ec2:us-east-1:${ACCOUNT}:security-group/sg-0123456789abcdef0`,
    ]);
    expect(keysOf(call)).toMatchObject({ 'ec2:MetadataHttpTokens': ['required'], 'ec2:InstanceType': ['m1.small'] });
    expect(keysOf(call)).not.toHaveProperty('ec2:MetadataHttpEndpoint');
    expect(keysOf(call, 'image')).not.toHaveProperty('ec2:MetadataHttpTokens');
  });

  test('with tags and a profile needs ec2:CreateTags and iam:PassRole too', () => {
    const TagSpecifications = [{ ResourceType: 'instance' as const, Tags: [{ Key: 'team', Value: 'red' }] }];
    const call = describedCall({
      launch: { MinCount: 1, MaxCount: 1, TagSpecifications, IamInstanceProfile: { Name: 'app' } },
    });
    const asked = questionsOf(call).slice(6);
    expect(asked.map((each) => `${each.action} ${each.resource}`)).toEqual([
      `ec2:CreateTags arn:aws:ec2:us-east-1:${ACCOUNT}:instance/*`,
      `iam:PassRole arn:aws:iam::${ACCOUNT}:role/app`,
    ]);
    expect(asked[0]?.context.get('ec2:createaction')?.values).toEqual(['RunInstances']);
    expect(asked[1]?.context.get('iam:passedtoservice')?.values).toEqual(['ec2.amazonaws.com']);
    expect(keysOf(call)).toMatchObject({
      'aws:RequestTag/team': ['red'],
      'ec2:InstanceProfile': [`arn:aws:iam::${ACCOUNT}:instance-profile/app`],
    });
  });

  test('into interfaces of its own, of a template, at a place', () => {
    const call = describedCall({
      launch: {
        MinCount: 1,
        MaxCount: 1,
        KeyName: 'mine',
        LaunchTemplate: { LaunchTemplateId: 'lt-1' },
        Placement: { Tenancy: 'dedicated', GroupName: 'near', AvailabilityZone: 'us-east-1c' },
        NetworkInterfaces: [{ SubnetId: 'subnet-1', AssociatePublicIpAddress: true, Groups: ['sg-1', 'sg-2'] }],
      },
    });
    const names = questionsOf(call).map(({ resource }) => resource.split(':')[5]);
    expect(names).toEqual(
      expect.arrayContaining([
        ...['subnet/subnet-1', 'security-group/sg-1', 'security-group/sg-2', 'key-pair/mine'],
        ...['placement-group/near', 'launch-template/lt-1'],
      ]),
    );
    expect(keysOf(call)).toMatchObject({ 'ec2:Tenancy': ['dedicated'], 'ec2:AvailabilityZone': ['us-east-1c'] });
    expect(keysOf(call, 'network-interface')).toMatchObject({ 'ec2:AssociatePublicIpAddress': ['true'] });
  });

  test('with an option that there is not is refused, as AWS refuses it', () => {
    const launch = { MinCount: 1, MaxCount: 1, MetadataOptions: { HttpTokens: 'maybe' } };
    expect(() => questionsOf(describedCall({ launch }))).toThrow("A value of 'maybe' is not valid for HttpTokens.");
  });
});

describe('another action', () => {
  test('on an instance: how it is, and what the request wants', () => {
    const request = { HttpTokens: 'required' };
    const call = describedCall(
      action('EC2:modifyinstancemetadataoptions', { request, instance: { HttpEndpoint: 'disabled' } }),
    );
    expect(questionsOf(call)).toMatchObject([
      {
        action: 'ec2:ModifyInstanceMetadataOptions',
        resource: `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/${INSTANCE_ID}`,
      },
    ]);
    expect(keysOf(call)).toMatchObject({
      'ec2:MetadataHttpTokens': ['optional'],
      'ec2:MetadataHttpEndpoint': ['disabled'],
      'ec2:Attribute': ['HttpTokens'],
      'ec2:Attribute/HttpTokens': ['required'],
    });
  });

  test.each([
    ['ec2:DescribeInstances', '*'],
    ['ec2:ModifyInstanceMetadataDefaults', '*'],
    ['iam:GetRole', `arn:aws:iam::${ACCOUNT}:role/example`],
    ['s3:GetObject', '*'],
  ])('%s is about %s where nothing is said', (name, resource) => {
    expect(questionsOf(describedCall(action(name)))).toMatchObject([{ action: name, resource }]);
  });

  test('a key that is given stands above what is made up', () => {
    const context = { 'ec2:instancetype': 't3.large', 'aws:SourceIp': '192.0.2.1', 'aws:SecureTransport': 'false' };
    expect(keysOf(describedCall(action('ec2:StartInstances'), { context }))).toMatchObject({
      'ec2:instancetype': ['t3.large'],
      'aws:SourceIp': ['192.0.2.1'],
      'aws:SecureTransport': ['false'],
      'aws:PrincipalArn': [`arn:aws:iam::${ACCOUNT}:user/alice`],
      'aws:ResourceAccount': [ACCOUNT],
    });
  });
});
