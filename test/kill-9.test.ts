/**
 * kill -9 at any moment: what was acknowledged is there after a restart, with its options, answering; what was not is
 * there wholly or not at all.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type Listed, type OpenImds, startOpenImds } from './openimds.ts';

let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

/** Launches two instances whose hop limit tells the launches apart; their ids once the answer is there. */
async function launchPair(hopLimit: number): Promise<string[]> {
  const { status, body } = await openimds.query({
    Action: 'RunInstances',
    ImageId: 'ami-0abcdef1234567890',
    InstanceType: 't3.large',
    MinCount: '2',
    MaxCount: '2',
    'MetadataOptions.HttpEndpoint': 'enabled',
    'MetadataOptions.HttpTokens': hopLimit % 2 === 0 ? 'required' : 'optional',
    'MetadataOptions.HttpPutResponseHopLimit': String(hopLimit),
  });
  if (status !== 200) throw new Error(body);
  return Array.from(body.matchAll(/<instanceId>([^<]+)/g), (match) => match[1] as string);
}

async function allRunning(): Promise<Listed[]> {
  return eventually(async () => {
    const listed = await openimds.instances();
    return listed.every((instance) => instance.State === 'running') ? listed : undefined;
  });
}

describe('kill -9 in the middle of a hundred concurrent launches', () => {
  const acknowledged = new Map<string, number>();
  let listed: Listed[] = [];

  beforeAll(async () => {
    // Each goes on launching until its connection breaks, so that all hundred are in the middle of one when it does.
    const launchers = Array.from({ length: 100 }, async (_, index) => {
      for (let hopLimit = 1 + (index % 64); ; ) {
        for (const id of await launchPair(hopLimit)) acknowledged.set(id, hopLimit);
        if (acknowledged.size >= 300) openimds.process.kill('SIGKILL');
      }
    });
    await Promise.allSettled(launchers);
    await openimds.restart();
    listed = await allRunning();
  });

  test('every acknowledged instance is there, with its options', () => {
    const found = new Map(listed.map((each) => [each.InstanceId, each.MetadataOptions.HttpPutResponseHopLimit]));
    expect(acknowledged.size).toBeGreaterThanOrEqual(300);
    for (const [id, hopLimit] of acknowledged) expect(found.get(id)).toBe(hopLimit);
  });

  test('no launch is there by half', () => {
    expect(listed.length % 2).toBe(0);
  });

  test('each answers, and obeys its options', async () => {
    for (const { InstanceId, MetadataOptions, Endpoints } of listed) {
      const response = await fetch(`${Endpoints.ipv4}/latest/meta-data/instance-id`);
      expect(response.status).toBe(MetadataOptions.HttpTokens === 'required' ? 401 : 200);
      const body = await response.text();
      expect(body).toBe(response.status === 200 ? InstanceId : '');
    }
  });
});

test('session tokens and addresses survive kill -9', async () => {
  const { InstanceId, ipv4 } = await openimds.launch();
  const ttl = { 'X-aws-ec2-metadata-token-ttl-seconds': '600' };
  const token = await (await fetch(`${ipv4}/latest/api/token`, { method: 'PUT', headers: ttl })).text();
  await openimds.stop('SIGKILL');
  await openimds.restart();
  const after = (await openimds.instances()).find((each) => each.InstanceId === InstanceId);
  expect(new URL(after?.Endpoints.ipv4 ?? '').hostname).toBe(new URL(ipv4).hostname);
  const headers = { 'X-aws-ec2-metadata-token': token };
  const response = await fetch(`${after?.Endpoints.ipv4}/latest/meta-data/instance-id`, { headers });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(InstanceId);
});
