/** Requests of the Query protocol as the console writes them. Answers are read in a browser: test/browser. */

import { expect, test } from 'vitest';
import ec2Model from '../../../src/protocol/ec2.model.json' with { type: 'json' };
import iamModel from '../../../src/protocol/iam.model.json' with { type: 'json' };
import { linkService, type Model } from '../../../src/protocol/model.ts';
import { writeForm } from './query-protocol.ts';

const ec2 = linkService(ec2Model as unknown as Model);
const iam = linkService(iamModel as unknown as Model);

test('what the model does not have is a mistake, not a request', () => {
  expect(() => writeForm(ec2, 'NoSuchAction', {})).toThrow('NoSuchAction');
  expect(() => writeForm(ec2, 'DescribeInstances', { instanceIds: [] })).toThrow('instanceIds');
});

test('EC2 has its lists flat, and HttpProtocolIpv4', () => {
  const form = writeForm(ec2, 'RunInstances', {
    ImageId: 'ami-0',
    MinCount: 1,
    DryRun: false,
    KeyName: undefined,
    MetadataOptions: { HttpEndpoint: 'enabled', HttpProtocolIpv4: 'enabled' },
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b=c&d' }] }],
  });
  expect(form.toString().split('&')).toEqual([
    'Action=RunInstances',
    'Version=2016-11-15',
    'ImageId=ami-0',
    'MinCount=1',
    'DryRun=false',
    'MetadataOptions.HttpEndpoint=enabled',
    'MetadataOptions.HttpProtocolIpv4=enabled',
    'TagSpecification.1.ResourceType=instance',
    'TagSpecification.1.Tag.1.Key=a',
    'TagSpecification.1.Tag.1.Value=b%3Dc%26d',
  ]);
});

test('IAM has its lists below member, and an empty one has no value', () => {
  const form = writeForm(iam, 'TagUser', { UserName: 'bob', Tags: [{ Key: 'team', Value: 'blue' }] });
  expect(form.toString()).toContain('Tags.member.1.Key=team&Tags.member.1.Value=blue');
  expect(writeForm(iam, 'TagUser', { UserName: 'bob', Tags: [] }).get('Tags')).toBe('');
});
