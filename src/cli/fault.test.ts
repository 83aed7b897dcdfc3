/** `openimds fault` against a real OpenIMDS: what it says, and that what it says is in force when it returns. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { eventually, type Launched, type OpenImds, type Ran, startOpenImds } from '../../test/openimds.ts';
import type { DescribedFaults } from '../api/instance-faults.ts';

let openimds: OpenImds;
let instance: Launched;
/** The id of an instance that has no faults when a test begins. */
let id: string;

beforeAll(async () => {
  openimds = await startOpenImds();
  instance = await openimds.launch();
  id = instance.InstanceId;
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await set('DELETE');
});

/** Sets faults and waits until they are in force, faster than a command starts. */
async function set(method: 'PATCH' | 'DELETE', faults?: object): Promise<void> {
  await openimds.own(method, `instances/${id}/faults`, faults);
  await eventually(async () => {
    const { State } = await openimds.own<DescribedFaults>('GET', `instances/${id}/faults`);
    return State === 'applied' ? true : undefined;
  });
}

function fault(...args: string[]): Promise<Ran> {
  return openimds.openimds('fault', ...args);
}

/** Every fault, by the command's name. */
const NAMED = {
  latency: { LatencyMs: 5 },
  errors: { Errors: { Status: 503, Share: 0.5 } },
  'hang-token-put': { HangTokenPut: true },
  throttle: { PacketsPerSecond: 1024 },
  credentials: { CredentialsLifetimeSeconds: 60 },
};
const ALL = Object.assign({}, ...Object.values(NAMED)) as object;

const good = (stdout: string): Ran => ({ status: 0, stdout, stderr: '' });

async function statusOf(path: string, init: RequestInit = {}): Promise<number> {
  return (await fetch(`${instance.ipv4}/latest/${path}`, init)).status;
}

describe('what the control plane refuses is said in its words', () => {
  test.each([
    [['latency', '60001'], 'the value of `LatencyMs` must be a whole number from 0 to 60000 (InvalidParameterValue)'],
    [['latency', '0.5'], 'the value of `LatencyMs` must be a whole number from 0 to 60000 (InvalidParameterValue)'],
    [
      ['errors', '503', '--share', '2'],
      'the value of `Errors.Share` must be a number above 0 and up to 1 (InvalidParameterValue)',
    ],
  ])('%j', async ([command = '', ...rest], sentence) => {
    expect(await fault(command, id, ...rest)).toEqual({ status: 1, stdout: '', stderr: `openimds: ${sentence}\n` });
    expect(await fault('show', id)).toEqual(good(`${id} has no faults.\n`));
  });

  test.each([['show'], ['clear'], ['hang-token-put']])('%s of an instance that is not there', async (command) => {
    const missing = await fault(command, 'i-0123456789abcdef0');
    expect(missing.stderr).toBe(
      "openimds: The instance ID 'i-0123456789abcdef0' does not exist (InvalidInstanceID.NotFound)\n",
    );
    expect((await fault(command, '../i')).stderr).toBe('openimds: Invalid id: "../i" (InvalidInstanceID.Malformed)\n');
  });
});

describe('what clients see, and how to undo it', () => {
  test.each([
    [['latency', '5'], 'latency', 'every answer comes 5 ms late'],
    [['errors', '500'], 'errors', 'every request gets 500'],
    [['errors', '503', '--share', '.25'], 'errors', '0.25 of all requests get 503, evenly spread'],
    [['hang-token-put'], 'hang-token-put', 'a token PUT gets no answer, as if the hop limit were too small'],
    [
      ['throttle'],
      'throttle',
      'above 1024 packets a second, five for a connection with one request, nothing is answered',
    ],
    [
      ['throttle', '10'],
      'throttle',
      'above 10 packets a second, five for a connection with one request, nothing is answered',
    ],
    [['credentials', '60'], 'credentials', 'credentials expire 60 s after they are made'],
    [['credentials', '0'], 'credentials', 'credentials have expired already'],
  ])('%j', async ([command = '', ...rest], name, seen) => {
    const undo = `openimds fault clear ${id} ${name}`;
    expect(await fault(command, id, ...rest)).toEqual(good(`${id}: ${seen}.\nUndo it with: ${undo}\n`));
    expect((await fault('show', id)).stdout).toMatch(new RegExp(`^${name} +\\S.*? {2,}${seen}$`, 'm'));
  });

  test.each(['latency', 'errors', 'hang-token-put', 'throttle', 'credentials'])(
    '%s can be cleared alone, and what is left is named',
    async (name) => {
      await set('PATCH', ALL);
      const others = Object.keys(NAMED).filter((other) => other !== name);
      const sentence = `${id}: ${name} is gone. Still there: ${others.join(', ')}.\n`;
      expect(await fault('clear', id, name)).toEqual(good(sentence));
    },
  );

  test('all can be cleared at once', async () => {
    await set('PATCH', ALL);
    const sentence = `${id}: every fault is gone. Its metadata service answers as it should.\n`;
    expect(await fault('clear', id)).toEqual(good(sentence));
    expect((await fault('show', id)).stdout).toBe(`${id} has no faults.\n`);
  });

  test('a value that is none takes the fault away', async () => {
    await set('PATCH', { LatencyMs: 5 });
    expect(await fault('latency', id, '0')).toEqual(good(`${id}: no latency any more.\n`));
  });

  test('of a stopped instance it is said that they wait', async () => {
    const { InstanceId } = await openimds.launch();
    await openimds.query({ Action: 'StopInstances', 'InstanceId.1': InstanceId });
    expect((await fault('hang-token-put', InstanceId)).stdout).toMatch(/\nIt is not in force yet: the host .*\n$/);
    expect((await fault('show', InstanceId)).stdout).toMatch(/\n\nIt is not in force yet: the host .*\n$/);
    await openimds.query({ Action: 'TerminateInstances', 'InstanceId.1': InstanceId });
    expect((await fault('clear', InstanceId)).stderr).toContain('(IncorrectInstanceState)');
  });
});

describe('is in force when the command returns', () => {
  test('errors, evenly', async () => {
    await fault('errors', id, '429', '--share', '0.5');
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) statuses.push(await statusOf('meta-data/'));
    expect(statuses).toEqual([429, 200, 429, 200]);
    expect((await fault('clear', id)).status).toBe(0);
    expect(await statusOf('meta-data/')).toBe(200);
  });

  test('expire-tokens: what was handed out answers 401, a new one works at once', async () => {
    const lifetime = { 'X-aws-ec2-metadata-token-ttl-seconds': '60' };
    const put = async () =>
      (await fetch(`${instance.ipv4}/latest/api/token`, { method: 'PUT', headers: lifetime })).text();
    const withToken = (token: string) => statusOf('meta-data/', { headers: { 'X-aws-ec2-metadata-token': token } });
    const before = await put();
    expect(await withToken(before)).toBe(200);
    expect(await fault('expire-tokens', id)).toEqual(
      good(
        `${id}: session tokens from before answer 401, and new ones are good at once.\nIt cannot be undone: clients have to ask for a new one.\n`,
      ),
    );
    expect(await withToken(before)).toBe(401);
    expect(await withToken(await put())).toBe(200);
    expect((await fault('show', id)).stdout).toBe(`${id} has no faults.\n`);
  });

  test('a disabled endpoint is 403 all the same', async () => {
    await set('PATCH', { Errors: { Status: 503 } });
    const modify = { Action: 'ModifyInstanceMetadataOptions', InstanceId: id };
    await openimds.query({ ...modify, HttpEndpoint: 'disabled' });
    await expect.poll(() => statusOf('meta-data/'), { timeout: 20_000 }).toBe(403);
    await openimds.query({ ...modify, HttpEndpoint: 'enabled' });
    await expect.poll(() => statusOf('meta-data/'), { timeout: 20_000 }).toBe(503);
  });
});

describe('forms for programs', () => {
  test.each([
    ['json', (text: string): unknown => JSON.parse(text)],
    ['yaml', (text: string): unknown => parse(text)],
  ] as const)('--output %s', async (format, read) => {
    await set('PATCH', { Errors: { Status: 503 } });
    const { stdout } = await fault('show', id, '--output', format);
    expect(read(stdout)).toEqual({ InstanceId: id, State: 'applied', Faults: { Errors: { Status: 503, Share: 1 } } });
  });

  test('--query, and --output text', async () => {
    await set('PATCH', { LatencyMs: 5 });
    expect(await fault('show', id, '--query', 'Faults.LatencyMs')).toEqual(good('5\n'));
    expect(await fault('show', id, '--query', 'keys(Faults)', '--output', 'text')).toEqual(good('LatencyMs\n'));
    expect(await fault('show', id, '--query', 'x', '--output', 'table')).toMatchObject({ status: 2 });
  });
});

test('openimds ls tells in its last line who has faults', async () => {
  expect((await openimds.openimds('ls')).stdout).not.toContain('fault');
  await set('PATCH', { LatencyMs: 5 });
  const line = `\n${id} has faults, for tests of clients: openimds fault show ${id}\n`;
  expect((await openimds.openimds('ls')).stdout.endsWith(line)).toBe(true);
  expect((await openimds.openimds('ls', '--query', 'Instances[?Faults].InstanceId | [0]')).stdout).toBe(`"${id}"\n`);
});

test('TAB completes instances', async () => {
  expect((await openimds.openimds('complete', '--', 'fault', 'latency', 'i-')).stdout).toContain(`${id}\t`);
  expect((await openimds.openimds('complete', '--', 'fault', 'clear', id, '')).stdout).toMatch(/^latency\t/m);
});
