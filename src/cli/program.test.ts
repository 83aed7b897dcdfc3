/**
 * The command line as a user meets it when something is wrong with it, and when asking for help.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cleanEnvironment, OPENIMDS, type Ran, run } from '../../test/openimds.ts';
import { packagePath, packageVersion } from './package.ts';

function openimds(args: string[], variables: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return run(OPENIMDS, args, { ...cleanEnvironment(), OPENIMDS_ADDRESS: 'http://127.0.0.1:9', ...variables });
}

describe('wrong usage: one sentence, what to try, status 2', () => {
  test.each([
    [['lss'], "unknown command 'lss'", 'openimds --help'],
    [['up', '--lisen', 'x'], "unknown option '--lisen'", 'openimds up --help'],
    [['up', 'now'], "too many arguments for 'up'", 'openimds up --help'],
    [['up', '--listen'], "option '--listen <ADDRESS>' argument missing", 'openimds up --help'],
    [
      ['up', '--listen', 'nowhere'],
      "argument 'nowhere' is invalid. It takes an address and a port",
      'openimds up --help',
    ],
    [['up', '--rules', 'old'], 'Allowed choices are page, current.', 'openimds up --help'],
    [['ls', '--address', 'localhost'], 'It takes an address such as http://127.0.0.1:4566.', 'openimds ls --help'],
    [['ls', '--output', 'xml'], 'Allowed choices are table, json, yaml, text.', 'openimds ls --help'],
    [
      ['certificates', '--name', 'ECDSA'],
      'Allowed choices are DSA, RSA, RSA-2048, DSA-2048, INSTANCE-CONNECT.',
      'openimds certificates --help',
    ],
    [['exec'], "missing required argument 'INSTANCE'", 'openimds exec --help'],
    [['exec', 'i-0123456789abcdef0', '--usr', 'x', '--', 'env'], "unknown option '--usr'", 'openimds exec --help'],
    [['exec', 'i-0123456789abcdef0', '--user'], "option '--user <USER>' argument missing", 'openimds exec --help'],
    [['shell'], "missing required argument 'INSTANCE'", 'openimds shell --help'],
    [['shell', 'i-0123456789abcdef0', 'ls'], "too many arguments for 'shell'", 'openimds shell --help'],
    [['attach', '--netns', 'web'], "missing required argument 'INSTANCE'", 'openimds attach --help'],
    [['attach', 'i-0123456789abcdef0'], "required option '--netns <NAME|PID>' not specified", 'openimds attach --help'],
    [['detach'], "missing required argument 'INSTANCE'", 'openimds detach --help'],
    [['explain'], "missing required argument 'INSTANCE'", 'openimds explain --help'],
    [['explain', 'i-0', '--output', 'yaml'], 'Allowed choices are table, json.', 'openimds explain --help'],
    [['stop', '--wait', 'long'], 'It takes a number of seconds from 0 to 86400.', 'openimds stop --help'],
    [['doctor', 'now'], "too many arguments for 'doctor'", 'openimds doctor --help'],
    [['up', '--substrate', 'vm'], 'Allowed choices are loopback, netns.', 'openimds up --help'],
    [['event', 'flood', 'i-1'], "unknown command 'flood'", 'openimds event --help'],
    [['event', 'list'], "missing required argument 'INSTANCE'", 'openimds event list --help'],
    [
      ['event', 'maintenance', 'i-1'],
      "required option '--code <CODE>' not specified",
      'openimds event maintenance --help',
    ],
    [['event', 'autoscaling', 'i-1', 'Pending'], 'Allowed choices are Detached, ', 'openimds event autoscaling --help'],
    [['up', '--imds-throttle', 'much'], 'It takes packets a second, from 2 to 1000000', 'openimds up --help'],
    [['fault', 'late'], "unknown command 'late'", 'openimds fault --help'],
    [['fault', 'latency', 'i-1'], "missing required argument 'MILLISECONDS'", 'openimds fault latency --help'],
    [['fault', 'latency', 'i-1', 'long'], 'It takes a number.', 'openimds fault latency --help'],
    [['fault', 'errors', 'i-1', '404'], 'Allowed choices are 429, 500, 502, 503, 504.', 'openimds fault errors --help'],
    [
      ['fault', 'clear', 'i-1', 'all'],
      'Allowed choices are latency, errors, hang-token',
      'openimds fault clear --help',
    ],
    [['policy', 'lint'], "unknown command 'lint'", 'openimds policy --help'],
    [['policy', 'check'], "missing required argument 'FILE'", 'openimds policy check --help'],
    [
      ['policy', 'check', 'a', '--type', 'role'],
      'Allowed choices are identity, boundary, session, trust, resource, scp.',
      'openimds policy check --help',
    ],
    [['policy', 'test', 'a'], "required option '--cases <CASES>' not specified", 'openimds policy test --help'],
    [['policy', 'simulate', '--request', 'a'], 'It takes NAME=VALUE.', 'openimds policy simulate --help'],
    [['completion', 'csh'], 'Allowed choices are bash, zsh, fish.', 'openimds completion --help'],
  ])('%j', async (args, sentence, help) => {
    const { status, stdout, stderr } = await openimds(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^openimds: /);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(new RegExp(`Try: ${help}\n$`));
  });

  test.each([
    ['OPENIMDS_LISTEN', 'nowhere', 'It takes an address and a port'],
    ['OPENIMDS_IMDS_PORT', '99999', 'A port is a number from 0 to 65535.'],
    ['OPENIMDS_SUBSTRATE', 'vm', 'Allowed choices are loopback, netns.'],
    ['OPENIMDS_RULES', 'old', 'Allowed choices are page, current.'],
    ['OPENIMDS_STRICT', 'maybe', 'It takes true or false.'],
    ['OPENIMDS_LOG_FORMAT', 'xml', 'Allowed choices are pretty, json.'],
    ['OPENIMDS_IMDS_KEEP_ALIVE', '2', 'It takes true or false.'],
    ['OPENIMDS_IMDS_THROTTLE', 'much', 'It takes packets a second, from 2 to 1000000, or true or false.'],
  ])('the variable %s is named', async (name, value, sentence) => {
    const { status, stderr } = await openimds(['up'], { [name]: value });
    expect(status).toBe(2);
    expect(stderr).toContain(`value '${value}' from env '${name}' is invalid. ${sentence}`);
  });

  test('for `openimds aws` too, which has no flags', async () => {
    const { status, stderr } = await openimds(['aws', '--version'], { OPENIMDS_ADDRESS: 'here' });
    expect(status).toBe(2);
    expect(stderr).toContain("value 'here' from env 'OPENIMDS_ADDRESS' is invalid.");
  });
});

test('an empty variable is one that is not set', async () => {
  expect((await openimds(['env'], { OPENIMDS_ADDRESS: '' })).stdout).toContain('http://127.0.0.1:4566');
});

describe('help', () => {
  test.each([
    'up',
    'env',
    'aws',
    'ls',
    'exec',
    'shell',
    'attach',
    'detach',
    'explain',
    'doctor',
    'event',
    'fault',
    'policy',
    'status',
    'certificates',
    'completion',
  ])('of `%s` has an example', async (command) => {
    const { status, stdout } = await openimds(['help', command]);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples?:\n {2}.*${command}`));
  });

  test('of `exec` is also given where the instance stands already', async () => {
    const { status, stdout } = await openimds(['exec', 'i-0123456789abcdef0', '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: openimds exec [options] <INSTANCE> [COMMAND...]');
  });

  test('of `event` and of each of its commands has an example', async () => {
    const whole = (await openimds(['help', 'event'])).stdout;
    expect(whole).toMatch(/Examples:\n {2}openimds event /);
    const commands = Array.from(
      whole.matchAll(/^ {2}([a-z-]+)(?: \[options\])? <INSTANCE>/gm),
      ([, name = '']) => name,
    );
    expect(commands.length).toBeGreaterThan(7);
    for (const command of commands) {
      const { status, stdout } = await openimds(['event', command, '--help']);
      expect(status).toBe(0);
      expect(stdout).toMatch(new RegExp(`Examples?:\n {2}.*openimds event ${command} `));
    }
  });
  test.each(['latency', 'errors', 'hang-token-put', 'expire-tokens', 'throttle', 'credentials', 'show', 'clear'])(
    'of `fault %s` has an example',
    async (command) => {
      const { status, stdout } = await openimds(['fault', command, '--help']);
      expect(status).toBe(0);
      expect(stdout).toMatch(new RegExp(`Example:\n {2}openimds fault ${command} i-`));
    },
  );

  test.each(['check', 'test', 'simulate'])('of `policy %s` has an example', async (command) => {
    const { status, stdout } = await openimds(['policy', command, '--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples:\n {2}openimds policy ${command} `));
  });

  test('of the whole names every command and the variables of `up` are in its own', async () => {
    expect((await openimds(['--help'])).stdout).toMatch(/Examples:\n {2}openimds up\n/);
    const { stdout } = await openimds(['up', '--help']);
    for (const name of [
      'LISTEN',
      'STATE',
      'IMDS_PORT',
      'RULES',
      'STRICT',
      'LOG_FORMAT',
      'IMDS_KEEP_ALIVE',
      'IMDS_THROTTLE',
    ]) {
      expect(stdout.replace(/\s+/g, ' ')).toContain(`env: OPENIMDS_${name})`);
    }
  });

  test('--version is the version of the package', async () => {
    expect(await openimds(['--version'])).toEqual({ status: 0, stdout: `${packageVersion()}\n`, stderr: '' });
  });
});

describe('nothing answers', () => {
  test.each([
    ['ls'],
    ['status'],
    ['exec', 'i-0123456789abcdef0', '--', 'true'],
    ['shell', 'i-0123456789abcdef0'],
    ['attach', 'i-0123456789abcdef0', '--netns', 'web'],
    ['detach', 'i-0123456789abcdef0'],
    ['explain', 'i-0123456789abcdef0'],
    ['event', 'list', 'i-0123456789abcdef0'],
  ])('`openimds %s`: one sentence and status 1', async (...args) => {
    const { status, stdout, stderr } = await openimds(args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^openimds: nothing answers at http:\/\/127\.0\.0\.1:9: start it with `openimds up`.*\n$/);
  });

  test('`openimds env` prints its lines all the same, with a note', async () => {
    const { status, stdout, stderr } = await openimds(['env']);
    expect(status).toBe(0);
    expect(stdout).toContain('export AWS_ENDPOINT_URL=http://127.0.0.1:9\n');
    expect(stderr).toMatch(/^openimds: note: nothing answers/);
  });

  test('half of a key is refused', async () => {
    const { status, stderr } = await openimds(['env'], { OPENIMDS_ACCESS_KEY_ID: 'AKIAEXAMPLE' });
    expect(status).toBe(1);
    expect(stderr).toContain('OPENIMDS_ACCESS_KEY_ID and OPENIMDS_SECRET_ACCESS_KEY go together');
    const token = await openimds(['env'], { OPENIMDS_SESSION_TOKEN: 'token' });
    expect(token.status).toBe(1);
    expect(token.stderr).toContain('OPENIMDS_SESSION_TOKEN goes with OPENIMDS_ACCESS_KEY_ID');
  });
});

describe('completion', () => {
  async function words(...line: string[]): Promise<string[]> {
    const { stdout } = await openimds(['complete', '--', ...line]);
    return stdout.split('\n').map((suggestion) => suggestion.split('\t')[0] ?? '');
  }

  test('commands, flags and choices', async () => {
    expect(await words('st')).toContain('status');
    expect(await words('pro')).not.toContain('probe');
    expect(await words('explain', '--f')).toContain('--from');
    expect(await words('up', '--l')).toEqual(expect.arrayContaining(['--listen', '--log-format']));
    expect(await words('ls', '--output', '')).toEqual(expect.arrayContaining(['table', 'json', 'yaml', 'text']));
    expect(await words('fault', '')).toEqual(expect.arrayContaining(['latency', 'clear']));
    expect(await words('fault', 'errors', 'i-1', '')).toContain('503');
    expect(await words('policy', '')).toEqual(expect.arrayContaining(['check', 'test', 'simulate']));
    expect(await words('policy', 'check', '--type', '')).toContain('scp');
  });

  test('of an instance while nothing answers: nothing, and no error', async () => {
    for (const command of ['exec', 'shell', 'attach', 'detach', 'explain']) {
      expect(await openimds(['complete', '--', command, ''])).toMatchObject({ status: 0, stderr: '' });
    }
  });

  test.each(['bash', 'zsh', 'fish'])('%s gets a script that asks openimds', async (shell) => {
    const { status, stdout } = await openimds(['completion', shell]);
    expect(status).toBe(0);
    expect(stdout).toContain('openimds complete -- ');
  });

  test('bash: what is being typed is asked about, and never run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'openimds-tab-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const script = `
      set -eu
      cd '${folder}'
      PATH="${packagePath('bin')}:$PATH"
      source <(openimds completion bash)
      source <(openimds completion bash)
      COMP_WORDS=(openimds stat) COMP_CWORD=1
      _openimds
      printf '%s\n' "\${COMPREPLY[@]}"
      COMP_WORDS=(openimds exec '$(touch owned)' '>' taken '') COMP_CWORD=5
      _openimds
      ls`;
    const env = { ...cleanEnvironment(), OPENIMDS_ADDRESS: 'http://127.0.0.1:9' };
    expect(await run('/bin/bash', ['-c', script], env)).toEqual({ status: 0, stdout: 'status\n', stderr: '' });
  });
});
