/**
 * Real clients read from an instance in required mode: botocore, the AWS SDK for JavaScript v3, Debian's `ec2-metadata`.
 *
 * They run under `openimds exec`, as a user would run them. `ec2-metadata` knows no address but 169.254.169.254; curl,
 * which it calls, takes the instance for its proxy, so that nothing is ever sent to that address.
 */

import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHECKOUT, cleanEnvironment, type Launched, type OpenImds, run, startOpenImds } from '../openimds.ts';

let openimds: OpenImds;
let instance: Launched;

beforeAll(async () => {
  openimds = await startOpenImds();
  instance = await openimds.launch({
    'MetadataOptions.HttpEndpoint': 'enabled',
    'MetadataOptions.HttpTokens': 'required',
    'MetadataOptions.HttpProtocolIpv6': 'enabled',
    UserData: Buffer.from('#cloud-config\n').toString('base64'),
  });
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

/** Runs a program as if on the instance. @throws what it printed, when it fails */
async function onInstance(...command: string[]): Promise<string> {
  const { status, stdout, stderr } = await openimds.openimds('exec', instance.InstanceId, '--', ...command);
  if (status !== 0) throw new Error(`${command[0]} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

test("botocore's region fetcher and its token fetcher", async () => {
  const program = `
import os
from botocore.utils import IMDSFetcher, InstanceMetadataRegionFetcher
base = os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
print(len(IMDSFetcher(base_url=base)._fetch_metadata_token()))
print(InstanceMetadataRegionFetcher(base_url=base).retrieve_region())
`;
  expect(await onInstance('/usr/bin/python3', '-c', program)).toBe('56\nus-east-1\n');
});

test('the AWS SDK for JavaScript v3 metadata client', async () => {
  const program = `
import { MetadataService } from '@aws-sdk/ec2-metadata-service';
const service = new MetadataService({ endpoint: process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT, disableFetchToken: false });
console.log(await service.request('/latest/meta-data/instance-id', {}));
console.log((await service.fetchMetadataToken()).length);
`;
  const file = join(CHECKOUT, 'test/sdk');
  const output = await onInstance(
    'sh',
    '-c',
    `cd ${file} && '${process.execPath}' --input-type=module -e "$0"`,
    program,
  );
  expect(output).toBe(`${instance.InstanceId}\n56\n`);
});

test("Debian's ec2-metadata", async () => {
  const proxied = { ...cleanEnvironment(), http_proxy: instance.ipv4, no_proxy: '' };
  const { stdout } = await run('/usr/bin/ec2-metadata', ['--all'], proxied);
  expect(stdout).toContain(`instance-id: ${instance.InstanceId}\n`);
  expect(stdout).toContain('instance-type: t3.large\n');
  expect(stdout).toContain('ami-id: ami-0abcdef1234567890\n');
  expect(stdout).toMatch(/^placement: us-east-1a$/m);
  expect(stdout).toMatch(/^user-data: #cloud-config$/m);
});
