/**
 * `openimds start`, `stop` and `terminate`, as processes against a real OpenIMDS.
 */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type OpenImds, type Ran, reach, startOpenImds } from '../../test/openimds.ts';

let openimds: OpenImds;

beforeEach(async () => {
  openimds = await startOpenImds();
  onTestFinished(() => openimds[Symbol.asyncDispose]());
});

/** Launches instances, and waits for nothing. */
async function launch(count: number, parameters: Record<string, string> = {}): Promise<string[]> {
  const form = { Action: 'RunInstances', ImageId: 'ami-0abcdef1234567890', InstanceType: 't3.large' };
  const counts = { MinCount: `${count}`, MaxCount: `${count}` };
  const { body } = await openimds.query({ ...form, ...counts, ...parameters });
  return Array.from(body.matchAll(/<instanceId>(i-[0-9a-f]+)</g), ([, id = '']) => id);
}

async function launchRunning(count: number, parameters: Record<string, string> = {}): Promise<string[]> {
  const ids = await launch(count, parameters);
  await Promise.all(ids.map((id) => reach(openimds, id, 'running')));
  return ids;
}

async function states(): Promise<Record<string, string>> {
  return Object.fromEntries((await openimds.instances()).map(({ InstanceId, State }) => [InstanceId, State]));
}

const PROTECTED = { DisableApiTermination: 'true' };
const refusal = (id: string) =>
  `The instance '${id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again. (OperationNotPermitted)`;

describe('nothing is asked for', () => {
  test.each([[[]], [['i-0123456789abcdef0', '--all']]])('by `terminate %s`', async (args) => {
    expect(await openimds.openimds('terminate', ...args)).toEqual({
      status: 2,
      stdout: '',
      stderr: 'openimds: terminate takes either instances or --all\n',
    });
  });

  test('where there are none', async () => {
    expect(await openimds.openimds('stop', '--all')).toEqual({
      status: 0,
      stdout: '0 instances stopped\n',
      stderr: '',
    });
  });
});

describe("EC2's own words where it refuses", () => {
  test('an instance that does not exist', async () => {
    expect(await openimds.openimds('start', 'i-0123456789abcdef0')).toEqual({
      status: 1,
      stdout: '',
      stderr: "openimds: The instance ID 'i-0123456789abcdef0' does not exist (InvalidInstanceID.NotFound)\n",
    });
  });

  test('a name that is no id, with characters that XML has its own words for', async () => {
    const { status, stderr } = await openimds.openimds('stop', '<web&db>');
    expect(status).toBe(1);
    expect(stderr).toBe('openimds: Invalid id: "<web&db>" (InvalidInstanceID.Malformed)\n');
  });

  test('a protected instance keeps those in its request from being terminated', async () => {
    const [id = ''] = await launchRunning(1, PROTECTED);
    const [other = ''] = await launchRunning(1);
    expect(await openimds.openimds('terminate', other, id)).toEqual({
      status: 1,
      stdout: '',
      stderr: `openimds: ${refusal(id)}; so none of these 2 instances is terminated\n`,
    });
    expect(await states()).toEqual({ [id]: 'running', [other]: 'running' });
    expect(await openimds.openimds('terminate', id)).toMatchObject({
      stdout: '',
      stderr: `openimds: ${refusal(id)}\n`,
    });
  });

  test('a thousand are in a request, and the next one is made although the first is refused', async () => {
    const [id = ''] = await launchRunning(1, PROTECTED);
    await launch(1000);
    const { status, stdout, stderr } = await openimds.openimds('terminate', '--all');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '1 instance terminated\n' });
    expect(stderr).toBe(`openimds: ${refusal(id)}; so none of these 1000 instances is terminated\n`);
  });
});

describe('all arrive before the command ends', () => {
  const done = (sentence: string): Ran => ({ status: 0, stdout: `${sentence}\n`, stderr: '' });

  test('those that are named, each once, and no others', async () => {
    const [one = '', two = '', three = ''] = await launchRunning(3);
    expect(await openimds.openimds('stop', one, two, one)).toEqual(done('2 instances stopped'));
    expect(await states()).toEqual({ [one]: 'stopped', [two]: 'stopped', [three]: 'running' });
    expect(await openimds.openimds('start', two)).toEqual(done('1 instance started'));
    expect(await states()).toEqual({ [one]: 'stopped', [two]: 'running', [three]: 'running' });
    expect(await openimds.openimds('terminate', one, three)).toEqual(done('2 instances terminated'));
    expect(await states()).toEqual({ [one]: 'terminated', [two]: 'running', [three]: 'terminated' });
  });

  test('--all: those that can come there, and those that come up at this moment too', async () => {
    const [gone = ''] = await launchRunning(1);
    await openimds.openimds('terminate', gone);
    await launch(500);
    expect(await openimds.openimds('stop', '--all')).toEqual(done('500 instances stopped'));
    expect(await openimds.openimds('start', '--all')).toEqual(done('500 instances started'));
    expect(await openimds.openimds('terminate', '--all')).toEqual(done('500 instances terminated'));
    expect(new Set(Object.values(await states()))).toEqual(new Set(['terminated']));
  });
});

test('status 1 for an instance that does not come up in time, and nothing is taken back', async () => {
  const port = await freePort();
  await openimds.restart('--imds-port', `${port}`);
  const [id = ''] = await launchRunning(1);
  await openimds.openimds('stop', id);
  // Another program has the port of all metadata services now.
  const server = createServer().listen(port, '0.0.0.0');
  await once(server, 'listening');
  expect(await openimds.openimds('start', id, '--wait', '0.2')).toEqual({
    status: 1,
    stdout: '0 instances started\n',
    stderr: `openimds: ${id} is still pending after 0.2 seconds\n`,
  });
  server.close();
  await reach(openimds, id, 'running');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
