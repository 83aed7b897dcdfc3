/**
 * What ModifyInstanceAttribute changes, seen by the instance itself: user data when it has been started again, security
 * groups at once.
 */

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type Launched, type OpenImds, reach, startOpenImds } from './openimds.ts';

let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

/** The error's code and message; empty where the request succeeds. */
async function modify(InstanceId: string, change: Record<string, string>): Promise<string> {
  const { body } = await openimds.query({ Action: 'ModifyInstanceAttribute', InstanceId, ...change });
  const [, code, message = ''] = /<Code>(.*)<\/Code><Message>(.*)<\/Message>/.exec(body) ?? [];
  return code === undefined ? '' : `${code}: ${message.replaceAll('&apos;', "'")}`;
}

async function succeed(form: Record<string, string>): Promise<string> {
  const { status, body } = await openimds.query(form);
  if (status !== 200) throw new Error(body);
  return body;
}

async function stop(InstanceId: string): Promise<void> {
  await succeed({ Action: 'StopInstances', 'InstanceId.1': InstanceId });
  await reach(openimds, InstanceId, 'stopped');
}

async function start(InstanceId: string): Promise<Launched> {
  await succeed({ Action: 'StartInstances', 'InstanceId.1': InstanceId });
  return reach(openimds, InstanceId, 'running');
}

async function get({ ipv4 }: Launched, path: string): Promise<{ status: number; body: Buffer }> {
  const response = await fetch(`${ipv4}/latest/${path}`);
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
}

const text = async (instance: Launched, path: string) => (await get(instance, path)).body.toString();

describe('user data', () => {
  const script = Buffer.from('#!/bin/sh\necho first\n');
  const everyByte = Buffer.from(Uint8Array.from({ length: 256 }, (_, value) => value));
  let instance: Launched;

  beforeAll(async () => {
    instance = await openimds.launch({ UserData: script.toString('base64') });
  });

  test('it cannot be changed while the instance runs, and its metadata stays as it was', async () => {
    expect(await modify(instance.InstanceId, { 'UserData.Value': everyByte.toString('base64') })).toBe(
      `IncorrectInstanceState: The instance '${instance.InstanceId}' is not in the 'stopped' state.`,
    );
    expect((await get(instance, 'user-data')).body).toEqual(script);
  });

  test.each([
    ['every byte there is', everyByte],
    ['16,384 bytes', randomBytes(16_384)],
    ['a single byte', Buffer.from([0])],
  ])('changed while stopped, it shows after the start: %s', async (_what, bytes) => {
    await stop(instance.InstanceId);
    expect(await modify(instance.InstanceId, { 'UserData.Value': bytes.toString('base64') })).toBe('');
    instance = await start(instance.InstanceId);
    expect(await get(instance, 'user-data')).toEqual({ status: 200, body: bytes });
    const described = await succeed({
      Action: 'DescribeInstanceAttribute',
      InstanceId: instance.InstanceId,
      Attribute: 'userData',
    });
    expect(described).toContain(`<userData><value>${bytes.toString('base64')}</value></userData>`);
  });

  test('16,385 bytes are refused, and the earlier ones show after the start', async () => {
    await stop(instance.InstanceId);
    const change = { 'UserData.Value': randomBytes(16_385).toString('base64') };
    expect(await modify(instance.InstanceId, change)).toBe(
      'InvalidParameterValue: User data is limited to 16384 bytes',
    );
    instance = await start(instance.InstanceId);
    expect(await get(instance, 'user-data')).toEqual({ status: 200, body: Buffer.from([0]) });
  });

  test('removed, it is 404 and listed no more; given again, it is back', async () => {
    expect(await text(instance, '')).toContain('user-data');
    await stop(instance.InstanceId);
    expect(await modify(instance.InstanceId, { 'UserData.Value': '' })).toBe('');
    instance = await start(instance.InstanceId);
    expect((await get(instance, 'user-data')).status).toBe(404);
    expect(await text(instance, '')).not.toContain('user-data');
    await stop(instance.InstanceId);
    await modify(instance.InstanceId, { Attribute: 'userData', Value: script.toString('base64') });
    instance = await start(instance.InstanceId);
    expect(await get(instance, 'user-data')).toEqual({ status: 200, body: script });
  });
});

describe('security groups', () => {
  async function newGroup(GroupName: string): Promise<string> {
    const body = await succeed({ Action: 'CreateSecurityGroup', GroupName, GroupDescription: 'made here' });
    return /<groupId>(sg-[0-9a-f]+)</.exec(body)?.[1] ?? '';
  }

  /** Names and ids as the metadata has them: of the instance, and of its one interface. */
  async function groupsIn(instance: Launched): Promise<string[]> {
    const nic = `meta-data/network/interfaces/macs/${await text(instance, 'meta-data/mac')}`;
    const paths = ['meta-data/security-groups', `${nic}/security-groups`, `${nic}/security-group-ids`];
    return Promise.all(paths.map((path) => text(instance, path)));
  }

  test('changed while the instance runs, they show without a restart, and its tokens stay good', async () => {
    const [web, db] = [await newGroup('web'), await newGroup('db')];
    const instance = await openimds.launch({ 'SecurityGroupId.1': web });
    const ttl = { 'X-aws-ec2-metadata-token-ttl-seconds': '600' };
    const token = await (await fetch(`${instance.ipv4}/latest/api/token`, { method: 'PUT', headers: ttl })).text();
    expect(await groupsIn(instance)).toEqual(['web', 'web', web]);

    expect(await modify(instance.InstanceId, { 'GroupId.1': web, 'GroupId.2': db })).toBe('');
    await eventually(async () => ((await text(instance, 'meta-data/security-groups')) === 'web' ? undefined : true));
    expect(await groupsIn(instance)).toEqual(['web\ndb', 'web\ndb', `${web}\n${db}`]);

    expect(await modify(instance.InstanceId, { 'GroupId.1': db })).toBe('');
    await eventually(async () => ((await text(instance, 'meta-data/security-groups')) === 'db' ? true : undefined));
    expect(await groupsIn(instance)).toEqual(['db', 'db', db]);

    const headers = { 'X-aws-ec2-metadata-token': token };
    expect((await fetch(`${instance.ipv4}/latest/meta-data/security-groups`, { headers })).status).toBe(200);
    await succeed({ Action: 'DeleteSecurityGroup', GroupId: web });
  });
});

test('another type shows after the start, with the hypervisor that it runs on', async () => {
  const launched = await openimds.launch();
  await stop(launched.InstanceId);
  expect(await modify(launched.InstanceId, { 'InstanceType.Value': 'c3.large' })).toBe('');
  const instance = await start(launched.InstanceId);
  expect(await text(instance, 'meta-data/instance-type')).toBe('c3.large');
  expect(await text(instance, 'meta-data/system')).toBe('xen');
  expect(await text(instance, 'dynamic/instance-identity/document')).toContain('"instanceType" : "c3.large"');
});
