/**
 * Who runs what and where: `openimds exec` with its options, and `openimds shell`, on loopback, where no namespace is
 * entered. How they enter one is tested in test/netns/exec.test.ts.
 */

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  cleanEnvironment,
  type Launched,
  OPENIMDS,
  type OpenImds,
  type Ran,
  run,
  startOpenImds,
} from '../../test/openimds.ts';
import { quoted } from './shell.ts';

const IS_ROOT = process.getuid?.() === 0;

let openimds: OpenImds;
let instance: Launched;

beforeAll(async () => {
  openimds = await startOpenImds();
  instance = await openimds.launch({
    'TagSpecification.1.ResourceType': 'instance',
    'TagSpecification.1.Tag.1.Key': 'Name',
    'TagSpecification.1.Tag.1.Value': 'web\u009b2K',
  });
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

function environment(variables: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...cleanEnvironment(), OPENIMDS_ADDRESS: openimds.address, ...variables };
}

const exec = (...args: string[]) => openimds.openimds('exec', instance.InstanceId, ...args);

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'openimds-exec-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return realpathSync(directory);
}

/** As root without any of root's rights, as everybody else. */
function withoutRights(...args: string[]): Promise<Ran> {
  const rights = IS_ROOT ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];
  const [program = '', ...rest] = [...rights, OPENIMDS, ...args];
  return run(program, rest, environment());
}

describe('options of openimds exec', () => {
  test('stand before the instance, or between it and the command, and end where the command begins', async () => {
    const directory = temporaryDirectory();
    const { InstanceId } = instance;
    for (const line of [
      ['--cwd', directory, InstanceId, '--', 'pwd'],
      [InstanceId, '--cwd', directory, '--', 'pwd'],
      [InstanceId, '--cwd', directory, 'pwd'],
      ['--cwd=/', InstanceId, `--cwd=${directory}`, 'pwd'],
    ]) {
      expect(await openimds.openimds('exec', ...line)).toEqual({ status: 0, stdout: `${directory}\n`, stderr: '' });
    }
    expect((await exec('echo', '--cwd', '/', '--', '--user')).stdout).toBe('--cwd / -- --user\n');
    expect((await exec('--', 'printf', '%s', '--help')).stdout).toBe('--help');
  });

  test('--address may stand there too', async () => {
    const args = ['exec', instance.InstanceId, '--address', openimds.address, '--', 'echo', 'found'];
    expect((await run(OPENIMDS, args, environment({ OPENIMDS_ADDRESS: 'http://127.0.0.1:9' }))).stdout).toBe('found\n');
  });

  test('a program that is named by a path is looked for from the directory', async () => {
    const directory = temporaryDirectory();
    await run('/bin/sh', ['-c', `printf '#!/bin/sh\\necho here' > ${directory}/tool && chmod 755 ${directory}/tool`]);
    expect((await exec('--cwd', directory, '--', './tool')).stdout).toBe('here\n');
  });

  test.each([
    ['--cwd', '/no/such', 'there is no directory /no/such'],
    ['--cwd', '/etc/passwd', '/etc/passwd is no directory'],
    ['--user', 'no-such-user', 'there is no user `no-such-user` on this machine'],
    ['--user', '4294967', 'there is no user `4294967` on this machine'],
  ])('%s %s: one sentence, and nothing is run', async (option, value, sentence) => {
    if (option === '--user' && !IS_ROOT) return;
    const ran = await exec(option, value, '--', 'echo', 'run');
    expect(ran).toEqual({ status: 1, stdout: '', stderr: `openimds: ${sentence}\n` });
  });
});

describe('--user', () => {
  const OF_NOBODY = 'id -u; id -G; echo $USER $LOGNAME $HOME; pwd';

  test.runIf(IS_ROOT).each(['nobody', '65534'])('%s: rights, groups and variables of that user', async (user) => {
    const { status, stdout } = await exec('--user', user, '--cwd', '/', '--', 'sh', '-c', OF_NOBODY);
    const groups = (await run('id', ['-G', 'nobody'])).stdout;
    expect(status).toBe(0);
    expect(stdout).toBe(`65534\n${groups}nobody nobody /nonexistent\n/\n`);
  });

  test.runIf(IS_ROOT)('who it becomes may no longer go where root may', async () => {
    const directory = temporaryDirectory();
    const { status, stderr } = await exec('--user', 'nobody', '--cwd', directory, '--', 'pwd');
    expect({ status, stderr }).toEqual({ status: 1, stderr: `openimds: the user may not enter ${directory}\n` });
    const [kill] = [await exec('--user', 'nobody', '--', 'kill', '-0', String(process.pid))];
    expect(kill.status).not.toBe(0);
  });

  test('oneself needs no rights', async () => {
    const { username, uid } = userInfo();
    for (const user of [username, String(uid)]) {
      const { stdout } = await withoutRights('exec', instance.InstanceId, '--user', user, '--', 'id', '-u');
      expect(stdout).toBe(`${uid}\n`);
    }
  });

  test('another needs root: one sentence says so', async () => {
    const { status, stdout, stderr } = await withoutRights('exec', instance.InstanceId, '--user', 'nobody', '--', 'id');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe('openimds: only root may run programs as nobody: run this with sudo\n');
  });
});

describe('openimds shell', () => {
  /** With this on standard input. */
  function shell(input: string, args: string[] = [], variables: NodeJS.ProcessEnv = {}): Promise<Ran> {
    const line = [OPENIMDS, 'shell', instance.InstanceId, ...args].map(quoted).join(' ');
    return run('/bin/sh', ['-c', `printf '%s\\n' ${quoted(input)} | ${line}`], environment(variables));
  }

  /** As if a person typed at a terminal. */
  function atTerminal(input: string, args: string[] = []): Promise<Ran> {
    const line = [OPENIMDS, 'shell', instance.InstanceId, ...args].map(quoted).join(' ');
    const typed = `printf '%s\\n' ${quoted(input)} | script -qec ${quoted(line)} /dev/null`;
    return run('/bin/sh', ['-c', typed], environment({ SHELL: '/bin/sh' }));
  }

  test('is $SHELL, in the environment of the instance, and its exit status is ours', async () => {
    const script = 'echo "$0 $AWS_EC2_METADATA_SERVICE_ENDPOINT $AWS_ACCESS_KEY_ID"; exit 3';
    const { status, stdout, stderr } = await shell(script, [], { SHELL: '/bin/bash', AWS_ACCESS_KEY_ID: 'AKIAREAL' });
    expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
    expect(stdout).toBe(`/bin/bash ${instance.ipv4}/ \n`);
  });

  test.each([[''], ['/usr/sbin/nologin'], ['/bin/false']])('is sh where $SHELL is `%s`', async (SHELL) => {
    expect((await shell('echo "$0"', [], { SHELL })).stdout).toBe('/bin/sh\n');
  });

  test('at a terminal says where it is and how to leave, and has the instance in its prompt', async () => {
    const { status, stdout } = await atTerminal('test -t 0 && echo "at a terminal"; exit 4');
    expect(status).toBe(4);
    expect(stdout).toContain(
      `You are on ${instance.InstanceId} (web\\u009b2K) t3.large. Its metadata service is at ${instance.ipv4}. Leave with \`exit\` or Ctrl-D.`,
    );
    expect(stdout).toContain(`${instance.InstanceId} ${IS_ROOT ? '#' : '$'} at a terminal\r\n`);
  });

  test.runIf(IS_ROOT)('--user: the shell of that user, or sh for one that may not log in', async () => {
    expect((await shell('id -un; echo "$0"', ['--user', 'nobody'])).stdout).toBe('nobody\n/bin/sh\n');
  });
});

describe('openimds attach and detach', () => {
  test('on loopback there is nothing to attach, and one sentence says so', async () => {
    const { status, stdout, stderr } = await openimds.openimds('attach', instance.InstanceId, '--netns', 'web');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      'openimds: openimds: instances on the loopback substrate have no interface to attach; use `openimds up --substrate netns` (UnsupportedOperation)\n',
    );
  });

  test('what is not attached cannot be detached', async () => {
    const { status, stderr } = await openimds.openimds('detach', instance.InstanceId);
    expect(status).toBe(1);
    expect(stderr).toBe(
      `openimds: Instance '${instance.InstanceId}' is not attached to a network namespace. (IncorrectInstanceState)\n`,
    );
  });

  test('what is no id is refused in the words of the API, whatever it has in it', async () => {
    const { status, stderr } = await openimds.openimds('detach', '../../i-0123456789abcdef0?x');
    expect(status).toBe(1);
    expect(stderr).toBe('openimds: Invalid id: "../../i-0123456789abcdef0?x" (InvalidInstanceID.Malformed)\n');
  });
});
