/**
 * The commands that talk to a running OpenIMDS, as processes against a real one.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import {
  cleanEnvironment,
  eventually,
  type Launched,
  OPENIMDS,
  type OpenImds,
  run,
  startOpenImds,
} from '../../test/openimds.ts';
import { packagePath } from './package.ts';

let openimds: OpenImds;
let instance: Launched;

/** What XML lets through of that which moves a cursor or turns text. */
const HOSTILE_NAME = 'web\u009b2K\u202e';

beforeAll(async () => {
  openimds = await startOpenImds();
  instance = await openimds.launch({
    'MetadataOptions.HttpProtocolIpv6': 'enabled',
    'TagSpecification.1.ResourceType': 'instance',
    'TagSpecification.1.Tag.1.Key': 'Name',
    'TagSpecification.1.Tag.1.Value': HOSTILE_NAME,
  });
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

/** An environment in which our commands find the running OpenIMDS. */
function environment(variables: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    ...cleanEnvironment(),
    OPENIMDS_ADDRESS: openimds.address,
    OPENIMDS_STATE: openimds.state,
    ...variables,
  };
}

describe('openimds ls', () => {
  test('a Region without instances says what to do next', async () => {
    const { status, stdout } = await run(OPENIMDS, ['ls'], environment({ AWS_REGION: 'eu-west-1' }));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^No instances in eu-west-1\. Launch one:\n {2}openimds aws ec2 run-instances /);
  });

  test('a table with every metadata option and the addresses of the metadata service', async () => {
    const { stdout } = await openimds.openimds('ls');
    const [headings, row] = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(Object.fromEntries(headings?.map((heading, column) => [heading, row?.[column]]) ?? [])).toEqual({
      Instance: instance.InstanceId,
      State: 'running',
      Type: 't3.large',
      Options: 'applied',
      HttpEndpoint: 'enabled',
      HttpTokens: 'optional',
      HopLimit: '1',
      Ipv4: 'enabled',
      Ipv6: 'enabled',
      Tags: 'disabled',
      'Metadata service': `${instance.ipv4} ${instance.ipv6}`,
      Name: 'web\\u009b2K\\u202e',
    });
    expect(stdout).toContain('\n\nThe hop limit is not enforced on the loopback substrate.\n');
  });

  test.each([
    ['json', (text: string): unknown => JSON.parse(text)],
    ['yaml', (text: string): unknown => parse(text)],
  ] as const)('--output %s', async (format, read) => {
    const { stdout } = await openimds.openimds('ls', '--output', format);
    expect(read(stdout)).toMatchObject({
      Instances: [
        {
          InstanceId: instance.InstanceId,
          Tags: [{ Key: 'Name', Value: HOSTILE_NAME }],
          MetadataOptions: { State: 'applied', HttpTokens: 'optional', HttpPutResponseHopLimit: 1 },
          Endpoints: { ipv4: instance.ipv4, ipv6: instance.ipv6 },
        },
      ],
    });
  });

  test('--query is JSON where nothing else is asked for', async () => {
    const query = ['ls', '--query', 'Instances[].InstanceId'];
    expect(JSON.parse((await openimds.openimds(...query)).stdout)).toEqual([instance.InstanceId]);
    expect((await openimds.openimds(...query, '--output', 'text')).stdout).toBe(`${instance.InstanceId}\n`);
  });

  test('a --query that cannot be read, and one that no table can show', async () => {
    expect(await openimds.openimds('ls', '--query', 'Instances[')).toMatchObject({ status: 2, stdout: '' });
    const { status, stderr } = await openimds.openimds('ls', '--query', 'Instances', '--output', 'table');
    expect(status).toBe(2);
    expect(stderr).toContain('--query goes with --output json, yaml or text');
  });

  test('a thousand instances and more come in pages', async () => {
    const region = environment({ AWS_REGION: 'eu-north-1' });
    const keys = { accessKeyId: 'test', secretAccessKey: 'test', region: 'eu-north-1' };
    const launch = { Action: 'RunInstances', ImageId: 'ami-0abcdef1234567890', InstanceType: 't3.large' };
    for (let i = 0; i < 2; i++) await openimds.query({ ...launch, MinCount: '600', MaxCount: '600' }, keys);
    const { stdout } = await run(OPENIMDS, ['ls', '--query', 'length(Instances)'], region);
    expect(stdout).toBe('1200\n');
  });

  test("the control plane's own words where it refuses", async () => {
    const { status, stderr } = await run(OPENIMDS, ['ls'], environment({ AWS_REGION: 'nowhere-1' }));
    expect(status).toBe(1);
    expect(stderr).toBe('openimds: AWS was not able to validate the provided access credentials (AuthFailure)\n');
  });
});

describe('openimds exec', () => {
  /** The environment of a program on the instance. */
  async function insideEnvironment(InstanceId: string, variables: NodeJS.ProcessEnv = {}): Promise<NodeJS.ProcessEnv> {
    const { stdout } = await run(OPENIMDS, ['exec', InstanceId, '--', 'env', '-0'], environment(variables));
    return Object.fromEntries(stdout.split('\0').map((line) => line.split(/=(.*)/s)));
  }

  test.each([
    ['an instance that does not exist', 'i-0123456789abcdef0', /The instance ID 'i-0123456789abcdef0' does not exist/],
    ['what is no id', 'web', /Invalid id: "web"/],
  ])('%s', async (_what, id, sentence) => {
    const { status, stdout, stderr } = await openimds.openimds('exec', id, '--', 'true');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
  });

  test('a stopped instance has no metadata service; what starts it is said, and then it has one', async () => {
    const { InstanceId } = await openimds.launch();
    await openimds.query({ Action: 'StopInstances', 'InstanceId.1': InstanceId });
    const stopped = await openimds.openimds('exec', InstanceId, '--', 'true');
    expect(stopped.status).toBe(1);
    expect(stopped.stderr).toMatch(/ is stopp(ed|ing), and only a running instance has a metadata service/);
    await eventually(async () => {
      const listed = await openimds.instances();
      return listed.find((each) => each.InstanceId === InstanceId && each.State === 'stopped');
    });
    expect((await openimds.openimds('exec', InstanceId, '--', 'true')).stderr).toContain(
      `openimds aws ec2 start-instances --instance-ids ${InstanceId}`,
    );
    await openimds.query({ Action: 'StartInstances', 'InstanceId.1': InstanceId });
    expect((await openimds.openimds('exec', InstanceId, '--', 'true')).status).toBe(0);
  });

  test('no command, and no such command', async () => {
    expect(await openimds.openimds('exec', instance.InstanceId)).toMatchObject({ status: 2, stdout: '' });
    const { status, stderr } = await openimds.openimds('exec', instance.InstanceId, '--', 'no-such-program');
    expect(status).toBe(127);
    expect(stderr).toBe('openimds: there is no program `no-such-program` here\n');
    expect((await openimds.openimds('exec', instance.InstanceId, '--', '/')).status).toBe(126);
  });

  test('a program finds the metadata service, and none of the credentials of the shell', async () => {
    const shell = { AWS_EC2_METADATA_DISABLED: 'true', AWS_ACCESS_KEY_ID: 'AKIAREAL', AWS_REGION: 'us-east-1' };
    const env = await insideEnvironment(instance.InstanceId, shell);
    expect(env.AWS_EC2_METADATA_SERVICE_ENDPOINT).toBe(`${instance.ipv4}/`);
    expect(env.AWS_ENDPOINT_URL).toBe(openimds.address);
    for (const name of [...Object.keys(shell), 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE', 'NODE_COMPILE_CACHE']) {
      expect(env).not.toHaveProperty(name);
    }
  });

  test('where only IPv6 is on, the mode variable says so', async () => {
    const options = { 'MetadataOptions.HttpProtocolIpv4': 'disabled', 'MetadataOptions.HttpProtocolIpv6': 'enabled' };
    const { InstanceId, ipv6 } = await openimds.launch(options);
    expect(await insideEnvironment(InstanceId)).toMatchObject({
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `${ipv6}/`,
      AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6',
    });
  });

  test('arguments, standard input and the exit status are those of the command', async () => {
    const script = 'cat; printf "[%s]" "$@"; exit 7';
    const line = `printf in | ${OPENIMDS} exec ${instance.InstanceId} -- sh -c '${script}' name 'a b' -- --help`;
    expect(await run('/bin/sh', ['-c', line], environment())).toEqual({
      status: 7,
      stdout: 'in[a b][--][--help]',
      stderr: '',
    });
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s goes through, and a command that it ends has the status %i', async (signal, expected) => {
    const child = spawnExec('sh', '-c', 'echo started; exec sleep 600');
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    expect(await endWith(child, signal)).toBe(expected);
  });

  test('a command may handle a signal itself', async () => {
    const child = spawnExec('sh', '-c', 'trap "exit 5" TERM; echo started; while :; do sleep 0.05; done');
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    expect(await endWith(child, 'SIGTERM')).toBe(5);
  });

  function spawnExec(...command: string[]): ChildProcess {
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    return spawn(OPENIMDS, ['exec', instance.InstanceId, '--', ...command], { env: environment(), stdio: [...stdio] });
  }

  async function endWith(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    const gone = once(child, 'exit');
    child.kill(signal);
    const [status] = (await gone) as [number | null];
    return status;
  }
});

describe('openimds explain', () => {
  type Report = { from: string; seen: Record<string, object>; findings: { cause: string; command?: string }[] };

  async function explain(InstanceId: string, variables: NodeJS.ProcessEnv = {}): Promise<Report> {
    const args = ['explain', InstanceId, '--output', 'json'];
    const { status, stdout, stderr } = await run(OPENIMDS, args, { ...withoutProxy(environment()), ...variables });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return JSON.parse(stdout) as Report;
  }

  function withoutProxy(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return Object.fromEntries(Object.entries(env).filter(([name]) => !/_proxy$/i.test(name)));
  }

  test.each([
    ['an instance that does not exist', 'i-0123456789abcdef0', /The instance ID 'i-0123456789abcdef0' does not exist/],
    ['what is no id', 'web', /Invalid id: "web"/],
  ])('%s', async (_what, id, sentence) => {
    const { status, stdout, stderr } = await openimds.openimds('explain', id);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
  });

  test('a table of what is answered, and a sentence: nothing is wrong', async () => {
    const { status, stdout, stderr } = await run(
      OPENIMDS,
      ['explain', instance.InstanceId],
      withoutProxy(environment()),
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.replaceAll(/ {2,}/g, '  ')).toBe(`From this machine  ${instance.ipv4}  ${instance.ipv6}
GET without a token  200  200
token PUT  200  200
GET with that token  200  200

The metadata service of ${instance.InstanceId} answers from here over IPv4 and IPv6, with a token and without.
`);
  });

  test('tokens are required, and the command that changes it', async () => {
    const { InstanceId } = await openimds.launch({
      'MetadataOptions.HttpEndpoint': 'enabled',
      'MetadataOptions.HttpTokens': 'required',
    });
    const { findings } = await explain(InstanceId);
    expect(findings.map(({ cause }) => cause)).toEqual(['tokens-required', 'ipv6-disabled']);
    expect(findings[0]?.command).toBe(
      `openimds aws ec2 modify-instance-metadata-options --instance-id ${InstanceId} --http-tokens optional --http-endpoint enabled`,
    );
  });

  test('the endpoint is disabled', async () => {
    const { InstanceId } = await openimds.launch({ 'MetadataOptions.HttpEndpoint': 'disabled' });
    const { from, seen, findings } = await explain(InstanceId);
    expect(findings[0]).toMatchObject({ cause: 'endpoint-disabled' });
    expect(from).toBe('this machine');
    expect(seen.ipv4).toMatchObject({ get: { outcome: 'answered', status: 403 } });
    expect(seen).not.toHaveProperty('ipv6');
  });

  test('a stopped instance', async () => {
    const { InstanceId } = await openimds.launch();
    await openimds.query({ Action: 'StopInstances', 'InstanceId.1': InstanceId });
    const { seen, findings } = await explain(InstanceId);
    expect(seen).toEqual({});
    expect(findings).toMatchObject([{ cause: 'not-running' }]);
    await eventually(async () =>
      (await openimds.instances()).find((each) => each.InstanceId === InstanceId && each.State === 'stopped'),
    );
    expect((await openimds.openimds('explain', InstanceId)).stdout).toBe(
      `${InstanceId} is stopped, and only a running instance has a metadata service:\n  openimds aws ec2 start-instances --instance-ids ${InstanceId}\n`,
    );
  });

  test('a proxy that the shell has, without its password', async () => {
    const report = await explain(instance.InstanceId, { http_proxy: 'http://me:secret@proxy:3128' });
    expect(report.findings).toMatchObject([{ cause: 'proxy-variable' }]);
    expect(report.findings[0]?.command).toContain(`${new URL(instance.ipv4).hostname},::1`);
    expect(JSON.stringify(report)).not.toContain('secret');
    const excepted = { http_proxy: 'http://proxy:3128', no_proxy: '127.0.0.0/8,::1' };
    expect((await explain(instance.InstanceId, excepted)).findings).toMatchObject([{ cause: 'nothing-wrong' }]);
  });
});

describe('temporary credentials', () => {
  test('commands sign with them, and hand them on; their token alone opens nothing', async () => {
    const { body } = await openimds.query({ Action: 'GetSessionToken', Version: '2011-06-15' }, undefined, 'sts');
    const [AccessKeyId = '', SecretAccessKey = '', SessionToken = ''] = [
      'AccessKeyId',
      'SecretAccessKey',
      'SessionToken',
    ].map((name) => new RegExp(`<${name}>(.*)</${name}>`).exec(body)?.[1]);
    const key = { OPENIMDS_ACCESS_KEY_ID: AccessKeyId, OPENIMDS_SECRET_ACCESS_KEY: SecretAccessKey };
    const env = environment({ ...key, OPENIMDS_SESSION_TOKEN: SessionToken });
    const { status, stdout } = await run(OPENIMDS, ['ls', '--output', 'json'], env);
    expect({ status, listed: stdout.includes(instance.InstanceId) }).toEqual({ status: 0, listed: true });
    const stopped = await run(OPENIMDS, ['stop', 'i-0123456789abcdef0'], env);
    expect(stopped.stderr).toContain('InvalidInstanceID.NotFound');
    expect((await run(OPENIMDS, ['env'], env)).stdout).toContain(`export AWS_SESSION_TOKEN=${SessionToken}\n`);
    expect((await run(OPENIMDS, ['ls'], environment(key))).stderr).toContain('AuthFailure');
    const wrong = environment({ ...key, OPENIMDS_SECRET_ACCESS_KEY: 'wrong', OPENIMDS_SESSION_TOKEN: SessionToken });
    expect((await run(OPENIMDS, ['ls'], wrong)).stderr).toContain('AuthFailure');
  });
});

describe('openimds status', () => {
  test('how the control plane is set and how many instances it has', async () => {
    const { status, stdout } = await run(OPENIMDS, ['status'], environment({ AWS_REGION: 'eu-west-1' }));
    expect(status).toBe(0);
    expect(stdout.replace(/ {2,}/g, ' ').replace(/version .*/, 'version')).toBe(
      `address ${openimds.address}\nstatus ok\nversion\nrules page\nstrict no\nsubstrate loopback\ninstances none in eu-west-1\n`,
    );
    expect((await openimds.openimds('status')).stdout).toMatch(/^instances +.*\d+ running.* in us-east-1$/m);
  });

  test('what answers is something else', async () => {
    const other = await run(OPENIMDS, ['status', '--address', instance.ipv4], environment());
    expect(other.status).toBe(1);
    expect(other.stderr).toMatch(
      /^openimds: what answers at .* is not a healthy OpenIMDS \(status 404 for \/health\)\n$/,
    );
  });
});

describe('openimds certificates', () => {
  /** What the API has, by name. */
  async function certificates(region = 'us-east-1'): Promise<Record<string, string>> {
    const { stdout } = await run(OPENIMDS, ['certificates', '--output', 'json'], environment({ AWS_REGION: region }));
    const { Region, Certificates } = JSON.parse(stdout);
    expect(Region).toBe(region);
    return Certificates;
  }

  test("the control plane's own words where it refuses", async () => {
    const { status, stdout, stderr } = await run(OPENIMDS, ['certificates'], environment({ AWS_REGION: 'nowhere-1' }));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe('openimds: AWS was not able to validate the provided access credentials (AuthFailure)\n');
  });

  test('all of them, each under a line that names it', async () => {
    const { status, stdout } = await openimds.openimds('certificates');
    expect(status).toBe(0);
    const { DSA, RSA, 'RSA-2048': RSA2048, 'DSA-2048': DSA2048, 'INSTANCE-CONNECT': root } = await certificates();
    expect(stdout).toBe(
      `# us-east-1 DSA, for pkcs7\n${DSA}# us-east-1 RSA, for signature\n${RSA}` +
        `# us-east-1 RSA-2048, for rsa2048\n${RSA2048}# us-east-1 DSA-2048, for dsa2048\n${DSA2048}` +
        `# us-east-1 INSTANCE-CONNECT, for managed-ssh-keys\n${root}`,
    );
  });

  test('one of them is a file that OpenSSL verifies', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'openimds-certificates-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const name of ['DSA', 'RSA', 'RSA-2048', 'DSA-2048', 'INSTANCE-CONNECT']) {
      const { stdout } = await openimds.openimds('certificates', '--name', name);
      expect(stdout).toBe((await certificates())[name]);
      const file = join(folder, name);
      await writeFile(file, stdout);
      const verified = await run('openssl', ['verify', '-CAfile', file, file], cleanEnvironment());
      expect(verified).toMatchObject({ status: 0, stdout: `${file}: OK\n` });
    }
  });

  test('each Region has its own, and all have one root for SSH keys', async () => {
    const [here, there] = [await certificates(), await certificates('eu-west-1')];
    expect(new Set([...Object.values(here), ...Object.values(there)]).size).toBe(9);
    expect(there['INSTANCE-CONNECT']).toBe(here['INSTANCE-CONNECT']);
  });

  test('--output table and text say which is for what, until when, and its fingerprint', async () => {
    const { stdout: table } = await openimds.openimds('certificates', '--output', 'table');
    const [headings, ...rows] = table
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(headings).toEqual(['Name', 'Verifies', 'Valid until', 'SHA-256 fingerprint']);
    expect(rows.map(([name, verifies]) => [name, verifies])).toEqual([
      ['DSA', 'pkcs7'],
      ['RSA', 'signature'],
      ['RSA-2048', 'rsa2048'],
      ['DSA-2048', 'dsa2048'],
      ['INSTANCE-CONNECT', 'managed-ssh-keys'],
    ]);
    for (const [name, pem] of Object.entries(await certificates())) {
      const { fingerprint256, validToDate } = new X509Certificate(pem);
      const row = rows.find((each) => each[0] === name);
      expect(row?.[2]).toBe(validToDate.toISOString().slice(0, 10));
      expect(row?.[3]).toBe(fingerprint256.replaceAll(':', '').toLowerCase());
    }
    const { stdout: text } = await openimds.openimds('certificates', '--name', 'RSA', '--output', 'text');
    expect(text).toBe(`${rows[1]?.join('\t')}\n`);
  });

  test('--output json and yaml, of all of them or of one', async () => {
    const { DSA } = await certificates();
    const { stdout } = await openimds.openimds('certificates', '--name', 'DSA', '--output', 'yaml');
    expect(parse(stdout)).toEqual({ Region: 'us-east-1', Certificates: { DSA } });
  });
});

describe('openimds completion', () => {
  test.each(['exec', 'shell', 'attach', 'detach', 'explain', 'start', 'stop', 'terminate i-0123456789abcdef0'])(
    'the instances for `openimds %s`',
    async (command) => {
      const { stdout } = await openimds.openimds('complete', '--', ...command.split(' '), 'i-');
      expect(stdout).toContain(`${instance.InstanceId}\tt3.large running web\\u009b2K\\u202e`);
    },
  );
});

/** A folder with a program `aws` that prints what it is given. */
async function fakeAws(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'openimds-aws-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'aws'), '#!/bin/sh\nprintf "[%s]" "$@"\nexit 252\n');
  await chmod(join(folder, 'aws'), 0o755);
  return folder;
}

describe('openimds aws', () => {
  test('its arguments are untouched, and so is its exit status', async () => {
    const env = environment({ PATH: `${await fakeAws()}:/usr/bin:/bin` });
    const args = ['--version', '--', 'a b', '', '--help', '*'];
    const { status, stdout } = await run(OPENIMDS, ['aws', ...args], env);
    expect(status).toBe(252);
    expect(stdout).toBe(`[--endpoint-url][${openimds.address}][--version][--][a b][][--help][*]`);
  });

  test('without an AWS CLI: one sentence', async () => {
    const node = dirname(process.execPath);
    const bin = await mkdtemp(join(tmpdir(), 'openimds-bin-'));
    onTestFinished(() => rm(bin, { recursive: true }));
    for (const program of ['dirname', 'readlink', 'sh']) {
      await writeFile(join(bin, program), `#!/bin/sh\nexec /usr/bin/${program} "$@"\n`, { mode: 0o755 });
    }
    const { status, stderr } = await run(OPENIMDS, ['aws', 's3', 'ls'], environment({ PATH: `${bin}:${node}` }));
    expect(status).toBe(127);
    expect(stderr).toMatch(/^openimds: the AWS CLI is not installed; [^\n]+\n$/);
  });

  test('the shims of two installations in one PATH do not call each other for ever', async () => {
    const second = await mkdtemp(join(tmpdir(), 'openimds-shim-'));
    onTestFinished(() => rm(second, { recursive: true }));
    const shim = await readFile(packagePath('clients', 'bin', 'aws'), 'utf8');
    await writeFile(join(second, 'aws'), shim, { mode: 0o755 });
    const first = packagePath('clients', 'bin');
    const PATH = [first, second, first, second, await fakeAws(), '/usr/bin', '/bin'].join(delimiter);
    const { status, stdout } = await run('aws', ['x'], { PATH });
    expect(status).toBe(252);
    expect(stdout).toBe('[x]');
  });
});

describe('openimds env', () => {
  test('a shell that evaluates it reaches the control plane, and so does what it starts', async () => {
    const folder = await fakeAws();
    const script = `eval "$(${OPENIMDS} env)"; aws one; sh -c 'aws two'; unset AWS_ENDPOINT_URL; aws three`;
    const env = environment({ PATH: `${folder}:/usr/bin:/bin`, AWS_PROFILE: 'production' });
    const { stdout } = await run('/bin/sh', ['-c', script], env);
    const endpoint = `[--endpoint-url][${openimds.address}]`;
    expect(stdout).toBe(`${endpoint}[one]${endpoint}[two][three]`);
  });

  test('our own commands in that shell need nothing more', async () => {
    const env = cleanEnvironment();
    const script = `eval "$(${OPENIMDS} env --address ${openimds.address})"; openimds exec ${instance.InstanceId} -- true`;
    expect(await run('/bin/sh', ['-c', script], env)).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});
