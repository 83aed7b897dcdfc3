/** Flags of `aws ec2 run-instances` become the request that the AWS CLI would send. */

import { describe, expect, test } from 'vitest';
import { readLaunch } from './launch-flags.ts';

test('a command as people have it in their scripts', () => {
  const line = `aws ec2 run-instances --region eu-west-1 --image-id ami-1 --count 3 --instance-type t3.micro \\
    --metadata-options "HttpEndpoint=enabled,HttpTokens=required,HttpPutResponseHopLimit=2" \\
    --security-group-ids sg-1 sg-2 --ebs-optimized --no-associate-public-ip-address --dry-run --output json \\
    --tag-specifications 'ResourceType=instance,Tags=[{Key=team,Value=red}]' 'ResourceType=volume,Tags=[{Key=a,Value=b}]' \\
    --block-device-mappings '[{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": true, "VolumeSize": 8}}]'`;
  expect(readLaunch(line)).toEqual({
    region: 'eu-west-1',
    request: {
      ...{ MinCount: 1, MaxCount: 1, ImageId: 'ami-1', InstanceType: 't3.micro', EbsOptimized: true },
      MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
      SecurityGroupIds: ['sg-1', 'sg-2'],
      NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: false }],
      TagSpecifications: [
        { ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'red' }] },
        { ResourceType: 'volume', Tags: [{ Key: 'a', Value: 'b' }] },
      ],
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeSize: 8 } }],
    },
  });
});

test('nothing at all is a launch too', () => {
  expect(readLaunch('')).toEqual({ request: { MinCount: 1, MaxCount: 1 } });
});

describe('is refused', () => {
  test.each([
    ['--imag-id ami-1', 'run-instances has no flag --imag-id; did you mean --image-id?'],
    ['--metadata-options HttpToken=required', '--metadata-options has no HttpToken; did you mean HttpTokens?'],
    ['--metadata-options required', '--metadata-options is NAME=VALUE,NAME=VALUE'],
    ['--metadata-options HttpTokens=required HttpEndpoint=enabled', '--metadata-options takes one value'],
    ['--metadata-options HttpPutResponseHopLimit=many', 'InvalidParameterValue'],
    ['--metadata-options HttpTokens=[a]', '--metadata-options HttpTokens is one value'],
    ['--image-id', '--image-id takes one value'],
    ['--image-id a --image-id b', '--image-id is there twice'],
    ['ami-1', 'a launch is flags of `aws ec2 run-instances`, and `ami-1` is none'],
    ['--constructor x', 'run-instances has no flag --constructor'],
    ["--key-name 'a", 'a quotation mark is not closed'],
  ])('%s', (line, sentence) => {
    expect(() => readLaunch(line)).toThrow(sentence);
  });
});
