/**
 * `openimds exec` and `openimds shell` on instances that are network namespaces: where a program finds itself, as whom, and
 * what is said where it cannot go there.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quoted } from '../../src/cli/shell.ts';
import { type Launched, OPENIMDS, type OpenImds, type Ran, run } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import { rootEnvironment, startInNamespaces, whyNoNamespaces } from './namespaces.ts';

let openimds: OpenImds;
let instance: Launched;

beforeAll(async () => {
  if (whyNoNamespaces() !== undefined) return;
  openimds = await startInNamespaces();
  instance = await openimds.launch({
    'MetadataOptions.HttpEndpoint': 'enabled',
    'MetadataOptions.HttpProtocolIpv6': 'enabled',
    'MetadataOptions.HttpPutResponseHopLimit': '1',
  });
});
skipIf(whyNoNamespaces);
afterAll(async () => {
  await openimds?.[Symbol.asyncDispose]();
});

const exec = (...args: string[]) => openimds.openimds('exec', instance.InstanceId, ...args);

function environment(variables: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...rootEnvironment(), OPENIMDS_ADDRESS: openimds.address, ...variables };
}

describe('a program finds', () => {
  test.each(['http://169.254.169.254', 'http://[fd00:ec2::254]'])(
    'the metadata service at %s, with a token within one hop',
    async (url) => {
      const put = ['--request', 'PUT', '--header', 'X-aws-ec2-metadata-token-ttl-seconds: 60'];
      const token = await exec('--', 'curl', '-gsf', ...put, `${url}/latest/api/token`);
      expect(token.status).toBe(0);
      const header = `X-aws-ec2-metadata-token: ${token.stdout}`;
      const id = await exec('--', 'curl', '-gsf', '--header', header, `${url}/latest/meta-data/instance-id`);
      expect(id).toEqual({ status: 0, stdout: instance.InstanceId, stderr: '' });
    },
  );

  test('no setting that says where it is, and nothing of the shell that it is started from', async () => {
    const shell = {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'AKIAREAL',
      AWS_PROFILE: 'production',
      AWS_REGION: 'us-east-1',
    };
    const args = ['exec', instance.InstanceId, '--', 'env', '-0'];
    const { stdout } = await run(OPENIMDS, args, environment(shell));
    const names = stdout.split('\0').map((line) => line.split('=')[0] ?? '');
    expect(names.filter((name) => /^(?:AWS|OPENIMDS)_/.test(name)).sort()).toEqual([
      'AWS_CONFIG_FILE',
      'AWS_DATA_PATH',
      'AWS_ENDPOINT_URL',
      'AWS_SHARED_CREDENTIALS_FILE',
    ]);
  });

  test('its Region by an SDK of AWS that nobody has told anything', async () => {
    const program = 'from botocore.utils import InstanceMetadataRegionFetcher as F; print(F().retrieve_region())';
    expect((await exec('--', '/usr/bin/python3', '-c', program)).stdout).toBe('us-east-1\n');
  });

  test("the instance's interfaces, also in /sys, and the machine's control groups", async () => {
    const { stdout } = await exec(
      '--',
      'sh',
      '-c',
      'ls /sys/class/net; cat /sys/class/net/eth0/address; ls /sys/fs/cgroup',
    );
    const [eth0, lo, mac, ...groups] = stdout.trimEnd().split('\n');
    expect([eth0, lo]).toEqual(['eth0', 'lo']);
    expect((await exec('--', 'curl', '-s', 'http://169.254.169.254/latest/meta-data/mac')).stdout).toBe(mac);
    expect(groups.sort()).toEqual(readdirSync('/sys/fs/cgroup').sort());
  });

  test('its own directory, and the one that is asked for', async () => {
    expect((await exec('--', 'pwd')).stdout).toBe(`${process.cwd()}\n`);
    expect((await exec('--cwd', '/usr', '--', 'pwd')).stdout).toBe('/usr\n');
  });
});

test("as another user: that user's rights, groups and home, and the same metadata service", async () => {
  const script = 'id -u; id -G; echo $USER $HOME; curl -s http://169.254.169.254/latest/meta-data/instance-id';
  const { status, stdout } = await exec('--user', 'nobody', '--cwd', '/', '--', 'sh', '-c', script);
  expect(status).toBe(0);
  const groups = (await run('id', ['-G', 'nobody'])).stdout;
  expect(stdout).toBe(`65534\n${groups}nobody /nonexistent\n${instance.InstanceId}`);
  const change = await exec('--user', 'nobody', '--', 'ip', 'link', 'set', 'eth0', 'down');
  expect(change.status).not.toBe(0);
});

test('arguments, standard input and the exit status are those of the command', async () => {
  const line = `printf in | ${OPENIMDS} exec ${instance.InstanceId} -- sh -c 'cat; printf "[%s]" "$@"; exit 7' name 'a b' -- --help`;
  expect(await run('/bin/sh', ['-c', line], environment())).toEqual({
    status: 7,
    stdout: 'in[a b][--][--help]',
    stderr: '',
  });
  expect((await exec('--', 'no-such-program')).status).toBe(127);
});

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('%s goes through, also to a program of another user', async (signal, expected) => {
  const args = ['exec', instance.InstanceId, '--user', 'nobody', '--', 'sh', '-c', 'echo started; exec sleep 600'];
  const child: ChildProcess = spawn(OPENIMDS, args, { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  const gone = once(child, 'exit');
  child.kill(signal);
  expect((await gone)[0]).toBe(expected);
});

/** Where something is mounted on the machine. Namespaces of other installations come and go meanwhile. */
function mountPoints(): string[] {
  const own = `/run/netns/${instance.netns.slice(0, 'openimds-xxxxxx-'.length)}`;
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .filter((path) => !path.startsWith('/run/netns/') || path.startsWith(own));
}

test("nothing is mounted on the machine by it, and the machine's later mounts are seen", async () => {
  const before = mountPoints();
  const child = spawn(
    OPENIMDS,
    ['exec', instance.InstanceId, '--', 'sh', '-c', 'echo started; read _; ls /run/netns'],
    {
      env: environment(),
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  await once(child.stdout, 'data');
  expect(mountPoints()).toEqual(before);
  const later = await openimds.launch();
  child.stdin.end('\n');
  const [listed] = (await once(child.stdout, 'data')) as [Buffer];
  expect(listed.toString()).toContain(later.netns);
  await once(child, 'exit');
});

describe('openimds shell', () => {
  test('at a terminal: says where it is, and is there', async () => {
    const line = `${OPENIMDS} shell ${instance.InstanceId} --user nobody`;
    const input = 'curl -s http://169.254.169.254/latest/meta-data/instance-id; test -t 0 && tty >/dev/null && exit 4';
    const typed = `printf '%s\\n' ${quoted(input)} | script -qec ${quoted(line)} /dev/null`;
    const { status, stdout } = await run('/bin/sh', ['-c', typed], environment());
    expect(status).toBe(4);
    expect(stdout).toContain(
      `You are on ${instance.InstanceId} t3.large. Its metadata service is at http://169.254.169.254 and http://[fd00:ec2::254]. Leave with`,
    );
    expect(stdout).toContain(`${instance.InstanceId} $ ${instance.InstanceId}`);
  });
});

describe('one sentence and status 1', () => {
  /** Within mounts of its own, so that what is done to /run/netns is nobody else's. */
  function within(mounts: string): Promise<Ran> {
    const line = `${mounts} && exec ${OPENIMDS} exec ${instance.InstanceId} -- echo run`;
    return run('unshare', ['--mount', '/bin/sh', '-c', line], environment());
  }

  test("without root's rights", async () => {
    const drop = ['--bounding-set=-all', '--inh-caps=-all', OPENIMDS, 'exec', instance.InstanceId, '--', 'echo', 'run'];
    expect(await run('setpriv', drop, environment())).toEqual({
      status: 1,
      stdout: '',
      stderr: 'openimds: only root may enter the network namespace of an instance: run this with sudo\n',
    });
  });

  test.each([
    ['has no such namespace', 'mount -t tmpfs none /run/netns'],
    ['has a file that is none', () => `umount /run/netns/${instance.netns}`],
  ])('on a machine that %s', async (_what, mounts) => {
    expect(await within(typeof mounts === 'string' ? mounts : mounts())).toEqual({
      status: 1,
      stdout: '',
      stderr: `openimds: the network namespace of ${instance.InstanceId}, ${instance.netns}, is not on this machine: run this where its \`openimds up\` runs\n`,
    });
  });
});
