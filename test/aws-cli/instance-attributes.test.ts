/**
 * User data and security groups of an instance, changed with the real AWS CLI as its help shows it; `curl` at the
 * instance's address sees what comes of it.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Launched, type OpenImds, reach, run, startOpenImds } from '../openimds.ts';

let openimds: OpenImds;
let folder: string;

beforeAll(async () => {
  openimds = await startOpenImds();
  folder = await mkdtemp(join(tmpdir(), 'openimds-cli-'));
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const curl = async ({ ipv4 }: Launched, path: string) => (await run('curl', ['-s', `${ipv4}/latest/${path}`])).stdout;

test('user data: refused while it runs, changed while it is stopped, and removed', async () => {
  const { InstanceId } = await openimds.launch({ UserData: Buffer.from('first').toString('base64') });
  const file = join(folder, 'user-data.b64');
  await writeFile(file, Buffer.from('#!/bin/sh\necho second\n').toString('base64'));
  const modify = ['ec2', 'modify-instance-attribute', '--instance-id', InstanceId];
  const fromFile = [...modify, '--attribute', 'userData', '--value', `file://${file}`];
  const refused = await openimds.aws(...fromFile);
  expect(refused.stderr).toContain(
    `An error occurred (IncorrectInstanceState) when calling the ModifyInstanceAttribute operation: The instance '${InstanceId}' is not in the 'stopped' state.`,
  );
  const restartWith = async (...change: string[]) => {
    await openimds.json('ec2', 'stop-instances', '--instance-ids', InstanceId);
    await reach(openimds, InstanceId, 'stopped');
    await openimds.json(...change);
    await openimds.json('ec2', 'start-instances', '--instance-ids', InstanceId);
    return reach(openimds, InstanceId, 'running');
  };
  expect(await curl(await restartWith(...fromFile), 'user-data')).toBe('#!/bin/sh\necho second\n');
  expect(await curl(await restartWith(...modify, '--user-data', 'Value='), 'user-data')).toContain('404 - Not Found');
});

test('security groups: another one while it runs', async () => {
  const instance = await openimds.launch();
  const { GroupId } = await openimds.json<{ GroupId: string }>(
    ...['ec2', 'create-security-group', '--group-name', 'web', '--description', 'web servers'],
  );
  expect(await curl(instance, 'meta-data/security-groups')).toBe('default');
  await openimds.json('ec2', 'modify-instance-attribute', '--instance-id', instance.InstanceId, '--groups', GroupId);
  await eventually(async () => ((await curl(instance, 'meta-data/security-groups')) === 'web' ? true : undefined));
});

test('protection: an instance that may not be terminated, until it may', async () => {
  const { InstanceId } = await openimds.launch();
  const modify = ['ec2', 'modify-instance-attribute', '--instance-id', InstanceId];
  const terminate = ['ec2', 'terminate-instances', '--instance-ids', InstanceId];
  await openimds.json(...modify, '--disable-api-termination');
  expect((await openimds.aws(...terminate)).stderr).toContain(
    `(OperationNotPermitted) when calling the TerminateInstances operation: The instance '${InstanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
  );
  await openimds.json(...modify, '--no-disable-api-termination');
  await openimds.json(...terminate);
  await reach(openimds, InstanceId, 'terminated');
});
