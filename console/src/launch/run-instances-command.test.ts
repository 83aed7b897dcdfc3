/** The equivalent command, word for word. That it does the same is tried with the real CLI in test/browser. */

import { expect, test } from 'vitest';
import { shellCommand } from '../aws-command/shell-words.ts';
import { runInstancesCommand } from './run-instances-command.ts';

const ONE = { ImageId: 'ami-0', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 } as const;

function command(request: object): string {
  return shellCommand(runInstancesCommand({ ...ONE, ...request }, 'us-east-1'));
}

test('what was left alone is not in it', () => {
  expect(command({})).toBe(
    'aws ec2 run-instances \\\n  --region us-east-1 \\\n  --image-id ami-0 \\\n  --instance-type t3.micro',
  );
});

test('options are in shorthand', () => {
  const MetadataOptions = { HttpEndpoint: 'enabled', HttpTokens: 'required' };
  expect(command({ MetadataOptions })).toMatch(/--metadata-options HttpEndpoint=enabled,HttpTokens=required$/);
});

test.each([
  [{ Key: 'Name', Value: 'web' }, "--tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=web}]'"],
  [{ Key: 'a', Value: 'b,c' }, `'[{"ResourceType":"instance","Tags":[{"Key":"a","Value":"b,c"}]}]'`],
  [{ Key: 'a', Value: '' }, `'[{"ResourceType":"instance","Tags":[{"Key":"a","Value":""}]}]'`],
  [{ Key: 'a', Value: "it's" }, `"Value":"it'\\''s"`],
])('the tag %j is in it as %s', (tag, words) => {
  expect(command({ TagSpecifications: [{ ResourceType: 'instance', Tags: [tag] }] })).toContain(words);
});

test('user data is text there, which the CLI encodes itself; what is no text is a file', () => {
  expect(command({ UserData: btoa('#!/bin/sh\necho "a b"') })).toContain(`--user-data '#!/bin/sh\necho "a b"'`);
  expect(command({ UserData: btoa('\xff\xfe') })).toContain('--user-data fileb://user-data');
});

test('user data that begins like a flag is a value all the same, and what is in it is quoted', () => {
  expect(command({ UserData: btoa('---\na: $(id)') })).toMatch(/ '--user-data=---\na: \$\(id\)'$/);
});
