/**
 * Faults from the command line to real clients: curl waits in vain, botocore tries again, and nothing of it is lost when
 * OpenIMDS is killed.
 */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Launched, type OpenImds, run, startOpenImds } from './openimds.ts';

let openimds: OpenImds;
let instance: Launched;

beforeAll(async () => {
  openimds = await startOpenImds();
  instance = await openimds.launch({
    'MetadataOptions.HttpEndpoint': 'enabled',
    'MetadataOptions.HttpTokens': 'required',
  });
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

/** Runs `openimds fault` for the instance. @throws what it said, when it fails */
async function fault(command: string, ...rest: string[]): Promise<void> {
  const { status, stderr } = await openimds.openimds('fault', command, instance.InstanceId, ...rest);
  if (status !== 0) throw new Error(stderr);
}

/** How curl ends, and what it prints, when it asks for a session token. */
async function curlToken(...options: string[]) {
  const args = ['--silent', '--request', 'PUT', '--header', 'X-aws-ec2-metadata-token-ttl-seconds: 60', ...options];
  const { status, stdout } = await run('/usr/bin/curl', [...args, `${instance.ipv4}/latest/api/token`]);
  return { status, stdout };
}

const TOKEN = expect.stringMatching(/^[\w-]{54}==$/);
/** curl's own: it gave up waiting. */
const TIMED_OUT = { status: 28, stdout: '' };
const SOON = ['--max-time', '0.5'];

test('hang-token-put: curl waits for a token in vain, and other requests are answered meanwhile', async () => {
  await fault('hang-token-put');
  expect(await curlToken(...SOON)).toEqual(TIMED_OUT);
  expect((await fetch(`${instance.ipv4}/latest/meta-data/`)).status).toBe(401);
  await fault('clear', 'hang-token-put');
  expect(await curlToken()).toEqual({ status: 0, stdout: TOKEN });
});

test('latency: curl gives up on what comes too late, and gets what comes in time', async () => {
  await fault('latency', '60000');
  expect(await curlToken(...SOON)).toEqual(TIMED_OUT);
  await fault('latency', '10');
  expect(await curlToken()).toEqual({ status: 0, stdout: TOKEN });
  await fault('clear');
});

test('errors: botocore tries again after a 503, and does without a token where it may not', async () => {
  const program = `
import sys
from botocore.utils import IMDSFetcher
token = IMDSFetcher(base_url=sys.argv[1], num_attempts=int(sys.argv[2]))._fetch_metadata_token()
print(token and len(token))
`;
  const botocore = async (attempts: string) =>
    (await run('/usr/bin/python3', ['-c', program, `${instance.ipv4}/`, attempts])).stdout;
  await fault('errors', '503', '--share', '0.5');
  expect(await botocore('2')).toBe('56\n');
  expect(await botocore('1')).toBe('None\n');
  await fault('clear');
});

test('they survive kill -9 and a restart', async () => {
  await fault('errors', '504');
  await fault('hang-token-put');
  const path = `instances/${instance.InstanceId}/faults`;
  const before = await openimds.own('GET', path);
  await openimds.stop('SIGKILL');
  await openimds.restart();
  instance = await eventually(async () => {
    const [again] = (await openimds.instances()).filter(({ Endpoints }) => Endpoints.ipv4 !== undefined);
    return again && { ...instance, ipv4: again.Endpoints.ipv4 ?? '' };
  });
  expect(await openimds.own('GET', path)).toEqual(before);
  expect((await fetch(`${instance.ipv4}/latest/meta-data/`)).status).toBe(504);
  expect(await curlToken(...SOON)).toEqual(TIMED_OUT);
  await fault('clear');
  expect(await curlToken()).toEqual({ status: 0, stdout: TOKEN });
});

test('up --imds-throttle drops what is too much for an instance, and the fault of an instance wins', async () => {
  await using throttled = await startOpenImds('--imds-throttle', '2');
  expect(throttled.log()).toContain('metadata services are throttled hint=2 packets a second');
  const { InstanceId, ipv4 } = await throttled.launch();
  const statuses = () =>
    Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(`${ipv4}/latest/meta-data/`).then(
          ({ status }) => status,
          () => 'dropped',
        ),
      ),
    );
  const seen = await statuses();
  expect(new Set(seen)).toEqual(new Set([200, 'dropped']));
  await throttled.openimds('fault', 'throttle', InstanceId, '1000000');
  expect(new Set(await statuses())).toEqual(new Set([200]));
});
