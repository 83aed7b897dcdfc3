/**
 * SDKs in a container within an instance, one router away: with a hop limit of 1 their token never comes, with 2 it does.
 *
 * botocore and the AWS SDK for JavaScript run unmodified and unconfigured, as in a container behind a bridge.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHECKOUT, type Launched, type OpenImds, type Ran } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import { type Chain, chainBehind, runIn, startInNamespaces, whyNoNamespaces } from './namespaces.ts';

let openimds: OpenImds;
const containers = new Map<string, { instance: Launched; chain: Chain }>();

beforeAll(async () => {
  if (whyNoNamespaces() !== undefined) return;
  openimds = await startInNamespaces();
  for (const [tokens, limit] of [
    ['optional', 1],
    ['required', 1],
    ['required', 2],
  ]) {
    const instance = await openimds.launch({
      'MetadataOptions.HttpEndpoint': 'enabled',
      'MetadataOptions.HttpTokens': `${tokens}`,
      'MetadataOptions.HttpPutResponseHopLimit': `${limit}`,
    });
    containers.set(`${tokens} ${limit}`, { instance, chain: await chainBehind(instance, 1) });
  }
});
skipIf(whyNoNamespaces);
afterAll(async () => {
  for (const { chain } of containers.values()) chain[Symbol.dispose]();
  await openimds?.[Symbol.asyncDispose]();
});

const BOTOCORE = `
from botocore.utils import InstanceMetadataRegionFetcher
print(InstanceMetadataRegionFetcher().retrieve_region())
`;

const JAVASCRIPT = `
import { MetadataService } from '@aws-sdk/ec2-metadata-service';
console.log(await new MetadataService({}).request('/latest/meta-data/instance-id', {}));
`;

type Options = 'optional 1' | 'required 1' | 'required 2';

function inContainer(options: Options, program: string, ...args: string[]): Promise<Ran> {
  const { chain } = containers.get(options) ?? {};
  return runIn(chain?.clients[1] ?? '', 'sh', '-c', 'cd "$0" && exec "$@"', CHECKOUT, program, ...args);
}

const botocore = (options: Options) => inContainer(options, '/usr/bin/python3', '-c', BOTOCORE);
const javascript = (options: Options) =>
  inContainer(options, process.execPath, '--input-type=module', '--eval', JAVASCRIPT);

describe('hop limit 1, tokens required: the client fails', () => {
  test('botocore', async () => {
    expect((await botocore('required 1')).stdout).toBe('None\n');
  });

  test('the AWS SDK for JavaScript v3', async () => {
    expect((await javascript('required 1')).status).not.toBe(0);
  });
});

describe('hop limit 1, tokens optional: after its time-out it falls back to IMDSv1', () => {
  test('botocore', async () => {
    expect((await botocore('optional 1')).stdout).toBe('us-east-1\n');
  });

  test('the AWS SDK for JavaScript v3', async () => {
    const { stdout, stderr } = await javascript('optional 1');
    expect(stderr).toBe('');
    expect(stdout).toBe(`${containers.get('optional 1')?.instance.InstanceId}\n`);
  });
});

describe('hop limit 2, tokens required: it succeeds', () => {
  test('botocore', async () => {
    expect((await botocore('required 2')).stdout).toBe('us-east-1\n');
  });

  test('the AWS SDK for JavaScript v3', async () => {
    expect((await javascript('required 2')).stdout).toBe(`${containers.get('required 2')?.instance.InstanceId}\n`);
  });
});
