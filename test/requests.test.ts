/**
 * Who asks a metadata service and what it has, from real clients to our own API: what is remembered, what never is, who may
 * see it, and that it ends with the process.
 */

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GotMetadata } from '../src/api/actions/openimds/get-instance-metadata.ts';
import type { ListedInstance } from '../src/api/actions/openimds/list-instances.ts';
import type { ListedRequests } from '../src/api/actions/openimds/list-metadata-requests.ts';
import { type Keys, type Launched, type OpenImds, reach, run, startOpenImds } from './openimds.ts';

let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

const INSTANCE_ID = '/latest/meta-data/instance-id';

/** What curl prints. */
async function curl(instance: Launched, path: string, ...options: string[]): Promise<string> {
  return (await run('/usr/bin/curl', ['--silent', ...options, `${instance.ipv4}${path}`])).stdout;
}

const token = (instance: Launched) =>
  curl(instance, '/latest/api/token', '--request', 'PUT', '--header', 'X-aws-ec2-metadata-token-ttl-seconds: 60');

const requestsTo = ({ InstanceId }: Launched, keys?: Keys) =>
  openimds.own<ListedRequests>('GET', `instances/${InstanceId}/metadata-requests`, undefined, keys);

const metadataOf = ({ InstanceId }: Launched, path: string, keys?: Keys) =>
  openimds.own<GotMetadata>(
    'GET',
    `instances/${InstanceId}/metadata?Path=${encodeURIComponent(path)}`,
    undefined,
    keys,
  );

test('curl with and without a session token, which is neither in what is remembered nor in the log', async () => {
  const instance = await openimds.launch();
  await curl(instance, `${INSTANCE_ID}?query`, '--user-agent', 'legacy/1');
  const sessionToken = await token(instance);
  const header = ['--header', `X-aws-ec2-metadata-token: ${sessionToken}`];
  expect(await curl(instance, INSTANCE_ID, ...header)).toBe(instance.InstanceId);
  await curl(instance, `/latest/${sessionToken}`, ...header, '--user-agent', sessionToken);

  const { Counts, Requests } = await requestsTo(instance);
  const curlItself = expect.stringMatching(/^curl\//);
  expect(Requests).toMatchObject([
    { Number: 1, Method: 'GET', Path: INSTANCE_ID, Version: 1, Status: 200, UserAgent: 'legacy/1' },
    { Number: 2, Method: 'PUT', Path: '/latest/api/token', Version: 2, Status: 200, UserAgent: curlItself },
    { Number: 3, Method: 'GET', Path: INSTANCE_ID, Version: 2, Status: 200 },
    { Number: 4, Path: '/latest/[redacted]', Status: 404, Reason: 'not-found', UserAgent: '[redacted]' },
  ]);
  expect(Counts).toMatchObject({ NoToken: 1, NoTokenRejected: 0, Token: 2, TokenPut: 1, Refused: { 404: 1 } });
  // On loopback no packet takes a hop.
  expect(Counts.Hops).toEqual([]);
  expect(JSON.stringify(Requests) + openimds.log()).not.toContain(sessionToken.slice(0, 20));
});

test('the counts of each instance are beside it in the list of all', async () => {
  const [asked, unasked] = [await openimds.launch(), await openimds.launch()];
  await curl(asked, INSTANCE_ID);
  const { Instances } = await openimds.own<{ Instances: ListedInstance[] }>('GET', 'instances');
  const noTokenOf = ({ InstanceId }: Launched) =>
    Instances.find((each) => each.InstanceId === InstanceId)?.MetadataRequests?.NoToken;
  expect([noTokenOf(asked), noTokenOf(unasked)]).toEqual([1, 0]);
});

test('metadata from outside is what curl gets with a session token, and leaves no trace', async () => {
  const instance = await openimds.launch({
    'MetadataOptions.HttpEndpoint': 'enabled',
    'MetadataOptions.HttpTokens': 'required',
  });
  const header = ['--header', `X-aws-ec2-metadata-token: ${await token(instance)}`];
  const { Entries = [] } = await metadataOf(instance, '/latest/meta-data/');
  expect(Entries.length).toBeGreaterThan(20);
  const listing = await curl(instance, '/latest/meta-data/', ...header);
  expect(Entries.map(({ Name, Path }) => (Path.endsWith('/') ? `${Name}/` : Name)).join('\n')).toBe(listing);
  for (const { Path } of Entries.filter((entry) => !entry.Path.endsWith('/'))) {
    expect((await metadataOf(instance, Path)).Value, Path).toBe(await curl(instance, Path, ...header));
  }
  const { Requests } = await requestsTo(instance);
  expect(Requests.every(({ UserAgent }) => UserAgent?.startsWith('curl/'))).toBe(true);
});

test('a user needs the action on the instance, and has nothing of others', async () => {
  const [instance, other] = [await openimds.launch(), await openimds.launch()];
  await openimds.aws('iam', 'create-user', '--user-name', 'viewer');
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['openimds:ListMetadataRequests', 'openimds:GetInstanceMetadata'],
        Resource: `arn:aws:ec2:*:*:instance/${instance.InstanceId}`,
      },
    ],
  };
  const document = ['--policy-document', JSON.stringify(policy)];
  await openimds.aws('iam', 'put-user-policy', '--user-name', 'viewer', '--policy-name', 'view', ...document);
  const { AccessKey } = await openimds.json<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>(
    'iam',
    'create-access-key',
    '--user-name',
    'viewer',
  );
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey;
  const keys = { accessKeyId, secretAccessKey, region: 'us-east-1' };
  expect(await requestsTo(instance, keys)).toMatchObject({ InstanceId: instance.InstanceId });
  expect(await metadataOf(instance, INSTANCE_ID, keys)).toMatchObject({ Value: instance.InstanceId });
  await expect(requestsTo(other, keys)).rejects.toThrow('UnauthorizedOperation');
  await expect(metadataOf(other, INSTANCE_ID, keys)).rejects.toThrow('UnauthorizedOperation');
});

test('a restart forgets, and says since when it counts', async () => {
  const instance = await openimds.launch();
  await curl(instance, INSTANCE_ID);
  const before = await requestsTo(instance);
  expect(before.Requests).toHaveLength(1);
  await openimds.restart();
  const again = await reach(openimds, instance.InstanceId, 'running');
  const after = await requestsTo(again);
  expect(after.Requests).toEqual([]);
  expect(after.Counts.NoToken).toBe(0);
  expect(after.Counts.Since > before.Counts.Since).toBe(true);
});
