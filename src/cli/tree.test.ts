/** `openimds tree` against a real OpenIMDS: what an instance has, what it does not have, and what is not shown. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenImds, type Ran, reach, startOpenImds } from '../../test/openimds.ts';

let openimds: OpenImds;
let id: string;

beforeAll(async () => {
  openimds = await startOpenImds();
  ({ InstanceId: id } = await openimds.launch({ UserData: Buffer.of(0x1f, 0x8b, 0xff).toString('base64') }));
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

const tree = (...args: string[]) => openimds.openimds('tree', ...args);
const good = (...lines: string[]): Ran => ({ status: 0, stdout: `${lines.join('\n')}\n`, stderr: '' });
const refused = (sentence: string): Ran => ({ status: 1, stdout: '', stderr: `openimds: ${sentence}\n` });

describe('nothing', () => {
  test('at a path', async () => {
    expect(await tree(id, 'x')).toEqual(refused(`${id} gets 404 for /latest/x`));
    expect(await tree(id, '/latest/api/token')).toEqual(refused(`${id} gets 405 for /latest/api/token`));
  });

  test('of an instance that is not there', async () => {
    const sentence = "The instance ID 'i-0123456789abcdef0' does not exist (InvalidInstanceID.NotFound)";
    expect(await tree('i-0123456789abcdef0')).toEqual(refused(sentence));
  });

  test('while the endpoint is disabled', async () => {
    const { InstanceId } = await openimds.launch({ 'MetadataOptions.HttpEndpoint': 'disabled' });
    const sentence = `the metadata service of ${InstanceId} answers 403, whatever is asked: its HttpEndpoint is disabled`;
    expect(await tree(InstanceId)).toEqual(refused(sentence));
  });

  test('of an instance that is stopped', async () => {
    const { InstanceId } = await openimds.launch();
    await openimds.query({ Action: 'StopInstances', 'InstanceId.1': InstanceId });
    await reach(openimds, InstanceId, 'stopped');
    const words = `This instance '${InstanceId}' is not in a state from which it can be asked for its metadata.`;
    expect(await tree(InstanceId)).toEqual(refused(`${words} (IncorrectInstanceState)`));
  });
});

test('a directory is a tree with the beginning of each value', async () => {
  expect(await tree(id, 'meta-data/services')).toEqual(
    good('/latest/meta-data/services/', '  domain     amazonaws.com', '  partition  aws'),
  );
  const { stdout } = await tree(id);
  expect(stdout).toMatch(/^\/latest\/\n {2}dynamic\/\n {4}fws\/\n {6}instance-monitoring {2}disabled\n/);
  expect(stdout).toMatch(/\n {6}document {3}\{ "accountId" : "000000000000", .{40,60}…\n/);
  expect(stdout).toContain(`\n    instance-id          ${id}\n`);
  expect(stdout).toMatch(/\n {2}user-data {2}\(3 bytes that are no text; --output json has them in base64\)\n$/);
});

test('a value is all that is printed', async () => {
  expect(await tree(id, 'meta-data/instance-id')).toEqual(good(id));
  expect(JSON.parse((await tree(id, 'dynamic/instance-identity/document')).stdout)).toMatchObject({ instanceId: id });
});

test('credentials are shown without what one could sign with', async () => {
  const { stdout } = await tree(id, 'meta-data/identity-credentials/ec2/security-credentials/ec2-instance');
  expect(JSON.parse(stdout)).toMatchObject({ Code: 'Success', SecretAccessKey: '[redacted]', Token: '[redacted]' });
});

test('for programs: every value with its path', async () => {
  const { stdout } = await tree(id, '--output', 'json');
  const { InstanceId, Values } = JSON.parse(stdout);
  expect(InstanceId).toBe(id);
  expect(Values).toContainEqual({ Path: '/latest/meta-data/instance-id', Value: id });
  expect(Values.at(-1)).toEqual({ Path: '/latest/user-data', Value: 'H4v/', ValueEncoding: 'base64' });
  const paths = await tree(id, 'meta-data/services', '--query', 'Values[].Path', '--output', 'text');
  expect(paths).toEqual(good('/latest/meta-data/services/domain\t/latest/meta-data/services/partition'));
});
