/**
 * `clients/aws-data`, the overlay that `openimds env` puts on the AWS CLI's own model: what the page has and today's model
 * lacks, and what Debian 12's CLI is too old to know.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHECKOUT, type OpenImds, startOpenImds } from '../openimds.ts';

let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

test('HttpProtocolIpv4 can be given at launch and at modify, and is shown', async () => {
  const { InstanceId } = await openimds.launch({ 'MetadataOptions.HttpProtocolIpv6': 'enabled' });
  const modify = ['ec2', 'modify-instance-metadata-options', '--instance-id', InstanceId];
  expect(await openimds.json(...modify, '--http-protocol-ipv4', 'disabled')).toMatchObject({
    InstanceMetadataOptions: { HttpProtocolIpv4: 'disabled', HttpProtocolIpv6: 'enabled' },
  });
  const query = 'Reservations[].Instances[].MetadataOptions.HttpProtocolIpv4';
  expect(await openimds.json('ec2', 'describe-instances', '--query', query)).toEqual(['disabled']);
});

test('the defaults of the account can be set and read, enforcement among them', async () => {
  const set = ['--http-tokens', 'required', '--http-tokens-enforced', 'enabled', '--http-put-response-hop-limit', '2'];
  expect(await openimds.json('ec2', 'modify-instance-metadata-defaults', ...set)).toEqual({ Return: true });
  expect(await openimds.json('ec2', 'get-instance-metadata-defaults')).toMatchObject({
    AccountLevel: { HttpTokens: 'required', HttpTokensEnforced: 'enabled', HttpPutResponseHopLimit: 2 },
  });
  await openimds.json('ec2', 'modify-instance-metadata-defaults', '--http-tokens-enforced', 'no-preference');
});

test('an AMI can be made to ask for IMDSv2', async () => {
  const register = [
    'ec2',
    'register-image',
    '--name',
    'mine',
    '--architecture',
    'x86_64',
    '--root-device-name',
    '/dev/sda1',
  ];
  const { ImageId } = await openimds.json<{ ImageId: string }>(...register);
  const change = ['ec2', 'modify-image-attribute', '--image-id', ImageId, '--imds-support', 'v2.0'];
  expect((await openimds.aws(...change)).status).toBe(0);
  const ask = ['ec2', 'describe-image-attribute', '--image-id', ImageId, '--attribute', 'imdsSupport'];
  expect(await openimds.json(...ask)).toMatchObject({ ImdsSupport: { Value: 'v2.0' } });
});

test('every shape that the overlay names is one that it defines or that EC2 has', () => {
  const path = join(CHECKOUT, 'clients/aws-data/ec2/2016-11-15/service-2.sdk-extras.json');
  const { merge } = JSON.parse(readFileSync(path, 'utf8'));
  const known = ['InstanceMetadataProtocolState', 'InstanceMetadataEndpointState', 'InstanceMetadataTagsState'];
  const defined = new Set([
    ...Object.keys(merge.shapes),
    ...known,
    'HttpTokensState',
    'AttributeValue',
    'Boolean',
    'String',
  ]);
  const named = [...JSON.stringify(merge).matchAll(/"shape":"(\w+)"/g)].map(([, name]) => name);
  expect(named.filter((name) => !defined.has(name ?? ''))).toEqual([]);
});
