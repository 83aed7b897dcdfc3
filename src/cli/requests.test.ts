/** `openimds requests` against a real OpenIMDS: what it says of requests as clients make them, and that it goes on. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  cleanEnvironment,
  type Launched,
  OPENIMDS,
  type OpenImds,
  type Ran,
  startOpenImds,
} from '../../test/openimds.ts';

let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

const REQUIRED = { 'MetadataOptions.HttpEndpoint': 'enabled', 'MetadataOptions.HttpTokens': 'required' };

/** What it prints, with every time the same. */
async function requests(...args: string[]): Promise<Ran> {
  const ran = await openimds.openimds('requests', ...args);
  return { ...ran, stdout: timeless(ran.stdout) };
}

const timeless = (text: string) => text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z/g, '2026-11-23T10:00:00Z');

const good = (...lines: string[]): Ran => ({ status: 0, stdout: `${lines.join('\n')}\n`, stderr: '' });
const refused = (status: number, sentence: string): Ran => ({ status, stdout: '', stderr: `openimds: ${sentence}\n` });

async function ask({ ipv4 }: Launched, method: string, path: string, headers: Record<string, string> = {}) {
  await (await fetch(`${ipv4}${path}`, { method, headers: { 'User-Agent': 'test/1', ...headers } })).text();
}

const TTL = { 'X-aws-ec2-metadata-token-ttl-seconds': '60' };
const INSTANCE_ID = '/latest/meta-data/instance-id';

describe('no', () => {
  test('instance of that id', async () => {
    const InstanceId = 'i-0123456789abcdef0';
    const sentence = `The instance ID '${InstanceId}' does not exist (InvalidInstanceID.NotFound)`;
    expect(await requests(InstanceId)).toEqual(refused(1, sentence));
    expect(await requests(InstanceId, '--follow')).toEqual(refused(1, sentence));
    expect(await requests('../i')).toEqual(refused(1, 'Invalid id: "../i" (InvalidInstanceID.Malformed)'));
  });

  test.each([
    ['--output', 'yaml'],
    ['--query', 'Requests'],
  ])('--follow with %s', async (flag, value) => {
    const sentence = '--follow goes with --output table or json, and not with --query';
    expect(await requests('i-0123456789abcdef0', '--follow', flag, value)).toEqual(refused(2, sentence));
  });

  test('requests yet', async () => {
    const { InstanceId } = await openimds.launch();
    expect(await requests(InstanceId)).toEqual(good(`Nobody has asked ${InstanceId} since 2026-11-23T10:00:00Z.`));
  });
});

describe('the table', () => {
  test('has who uses IMDSv1, whom a change would refuse, and ls points there', async () => {
    const instance = await openimds.launch();
    const { InstanceId } = instance;
    await ask(instance, 'GET', INSTANCE_ID);
    await ask(instance, 'PUT', '/latest/api/token', TTL);
    await ask(instance, 'GET', '/latest/x', { 'X-aws-ec2-metadata-token': 'bad' });
    expect(await requests(InstanceId)).toEqual(
      good(
        'Time                  Method  Path                           Version  Status               Who',
        '2026-11-23T10:00:00Z  GET     /latest/meta-data/instance-id  IMDSv1   200                  test/1',
        '2026-11-23T10:00:00Z  PUT     /latest/api/token              IMDSv2   200                  test/1',
        '2026-11-23T10:00:00Z  GET     /latest/x                      IMDSv2   401 token-not-valid  test/1',
        '',
        'HttpTokens=required would refuse IMDSv1: 1 request, the last at 2026-11-23T10:00:00Z.',
      ),
    );
    const { stdout } = await openimds.openimds('ls');
    expect(stdout).toContain(`\n${InstanceId} is asked with IMDSv1: openimds requests ${InstanceId}\n`);
  });

  test('has whom the option has refused', async () => {
    const instance = await openimds.launch(REQUIRED);
    await ask(instance, 'GET', '/');
    await ask(instance, 'GET', '/');
    const { stdout } = await requests(instance.InstanceId);
    expect(stdout).toContain('GET     /     IMDSv1   401 token-required  test/1\n');
    expect(stdout).toContain(
      '\nHttpTokens=required has refused IMDSv1: 2 requests, the last at 2026-11-23T10:00:00Z.\n',
    );
    expect((await openimds.openimds('ls')).stdout).not.toContain(`${instance.InstanceId} is asked`);
  });

  test('says where nobody uses IMDSv1', async () => {
    const instance = await openimds.launch(REQUIRED);
    await ask(instance, 'PUT', '/latest/api/token', TTL);
    expect((await requests(instance.InstanceId)).stdout).toContain(
      '\nNobody has used IMDSv1 since 2026-11-23T10:00:00Z: HttpTokens=required breaks nothing of this.\n',
    );
  });

  test('cannot be made to act on a terminal', async () => {
    const instance = await openimds.launch();
    await ask(instance, 'GET', '/', { 'User-Agent': 'a\x9b2Jb' });
    expect((await requests(instance.InstanceId)).stdout).toContain('a?2Jb\n');
  });
});

test('for programs: all of it, or a part', async () => {
  const instance = await openimds.launch();
  const { InstanceId } = instance;
  await ask(instance, 'GET', INSTANCE_ID);
  const { stdout } = await openimds.openimds('requests', InstanceId, '--output', 'json');
  expect(JSON.parse(stdout)).toMatchObject({
    InstanceId,
    Counts: { NoToken: 1 },
    Requests: [{ Number: 1, Path: INSTANCE_ID, Version: 1, Status: 200, UserAgent: 'test/1' }],
  });
  const agents = ['--query', 'Requests[?Version==`1`].UserAgent', '--output', 'text'];
  expect(await requests(InstanceId, ...agents)).toEqual(good('test/1'));
});

describe('--follow', () => {
  /** The lines that it prints, one after the other. */
  function follow(...args: string[]): AsyncIterator<string> {
    const env = { ...cleanEnvironment(), OPENIMDS_ADDRESS: openimds.address, OPENIMDS_STATE: openimds.state };
    const child = spawn(OPENIMDS, ['requests', ...args, '--follow'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(async () => {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    });
    return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  const next = async (lines: AsyncIterator<string>) => timeless((await lines.next()).value);

  test('prints those that were, and then those that come, each once', async () => {
    const instance = await openimds.launch();
    await ask(instance, 'GET', INSTANCE_ID);
    const lines = follow(instance.InstanceId);
    expect(await next(lines)).toMatch(/^Time +Method +Path +Version +Status +Who$/);
    expect(await next(lines)).toMatch(
      /^2026-11-23T10:00:00Z {2}GET {5}\/latest\/meta-data\/instance-id +IMDSv1 {3}200 +test/,
    );
    await ask(instance, 'GET', '/second');
    expect(await next(lines)).toContain('  /second  ');
    await ask(instance, 'GET', '/third');
    expect(await next(lines)).toContain('  /third  ');
  });

  test('for programs, one in a line', async () => {
    const instance = await openimds.launch();
    const lines = follow(instance.InstanceId, '--output', 'json');
    for (const [index, Path] of ['/first', '/second'].entries()) {
      await ask(instance, 'GET', Path);
      expect(JSON.parse(await next(lines))).toMatchObject({
        Number: index + 1,
        Path,
        Status: 404,
        Reason: 'not-found',
      });
    }
  });
});
