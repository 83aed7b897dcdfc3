/**
 * EC2 Instance Connect as a user and a client on the instance see it: the real `aws` pushes a key, and what the client
 * does before it lets anybody in is done here step by step, with the real `openssl`.
 *
 * The client asks with session tokens of five seconds, and trusts what lies below its directory of certificates.
 */

import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type Launched, type OpenImds, startOpenImds } from './openimds.ts';

const KEYS = {
  ed25519: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMIWgsdPQELSG60rj3i8rKcqamvdgpqtS827ZXECOc/U',
  rsa:
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC8mAuvBUS1gRf8rnAVrIuEGLeDqT+1FmmndRB/x2SCNwbx01IKbF+CT+IQsIHExekhNyH/' +
    'P1MzdfOk9MdFJsOIcCO91/GoOncCNg1dFmPmCIwT52sjdtQSfjy1KXttZmYQYBKhVeYlvriNWHPDtFvQLyLS7S0b4Wum8mzM68Ta' +
    'EMd5umwpqubGxWJiD77NSix/6PipbM4DstZnIcE7+j2KdFyT/5KcHR4SEHx1KTYOgV0JOxapBUxhNopWr4kACLEvWDRFzBU0o5RJ' +
    'CGewp86ZrMI/C6nzS00I/SlHpMbuYzGFAsk1+rOCTGIze4A5JldVs66Y8eFl7/PRpWQH47dz',
};

let openimds: OpenImds;
let instance: Launched;
let other: Launched;
let directory: string;
/** What AWS's client looks into: there each root lies under its name, and a link to it under its hash. */
let trusted: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'openimds-connect-'));
  trusted = join(directory, 'trusted');
  mkdirSync(trusted);
  openimds = await startOpenImds();
  const required = { 'MetadataOptions.HttpTokens': 'required', 'MetadataOptions.HttpEndpoint': 'enabled' };
  instance = await openimds.launch(required);
  other = await openimds.launch(required);
  const { stdout: root } = await openimds.openimds('certificates', '--name', 'INSTANCE-CONNECT');
  writeFileSync(join(trusted, 'OpenIMDS_Instance_Connect_Root.pem'), root);
  expect(openssl('rehash', trusted).status).toBe(0);
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

function openssl(...args: string[]) {
  return spawnSync('openssl', args, { cwd: directory, encoding: 'utf8' });
}

function write(name: string, content: string | Buffer): string {
  writeFileSync(join(directory, name), content);
  return name;
}

/** `aws ec2-instance-connect send-ssh-public-key`. */
function push(user: string, key: string, ...more: string[]) {
  const file = join(directory, write(`${key.slice(4, 7)}.pub`, `${key} me@home\n`));
  const args = ['--instance-id', instance.InstanceId, '--instance-os-user', user, '--ssh-public-key', `file://${file}`];
  return openimds.aws('ec2-instance-connect', 'send-ssh-public-key', ...args, ...more, '--output', 'json');
}

// ─── The client on the instance ──────────────────────────────────────────────────────────────────────────────────────

/** One request to a path below `meta-data/`, with a session token of its own. */
async function ask(path: string, { of = instance, method = 'GET' } = {}): Promise<Response> {
  const headers = { 'X-aws-ec2-metadata-token-ttl-seconds': '5' };
  const token = await fetch(`${of.ipv4}/latest/api/token`, { method: 'PUT', headers });
  const said = { 'X-aws-ec2-metadata-token': await token.text() };
  return fetch(`${of.ipv4}/latest/meta-data/${path}`, { method, headers: said });
}

async function read(path: string): Promise<string> {
  const answer = await ask(path);
  expect(answer.status, path).toBe(200);
  return answer.text();
}

async function hasActiveKeys(user: string, of: Launched): Promise<boolean> {
  return (await ask(`managed-ssh-keys/active-keys/${user}/`, { of, method: 'HEAD' })).status === 200;
}

/** Writes the chain as `cert0`, the signer's, to `cert2`, and its public key as `key`. @returns how many there are */
async function readChain(): Promise<number> {
  const parts = (await read('managed-ssh-keys/signer-cert/')).split(/(?<=-----END CERTIFICATE-----)\n/);
  for (const [index, part] of parts.entries()) write(`cert${index}`, `${part}\n`);
  write('key', openssl('x509', '-pubkey', '-noout', '-in', 'cert0').stdout);
  return parts.length;
}

async function expectedSigner(): Promise<string> {
  const region = (await read('placement/availability-zone/')).slice(0, -1);
  return `managed-ssh-signer.${region}.${await read('services/domain/')}`;
}

function subjectOf(certificate: string): string {
  return openssl('x509', '-noout', '-subject', '-in', certificate)
    .stdout.replace(/^.*CN\s*=\s*/, '')
    .trim();
}

/** The first above the signer, and the root if this machine has one of its name, are all that is trusted. */
function verifyChain(last: number, path: string) {
  const root = `${subjectOf(`cert${last}`).replaceAll(' ', '_')}.pem`;
  const known = readdirSync(path).includes(root) ? [join(path, root)] : [];
  const bundle = ['cert1', ...known].map((file) => openssl('x509', '-in', file).stdout).join('');
  return openssl('verify', '-x509_strict', '-CApath', path, '-CAfile', write('bundle', bundle), 'cert0');
}

async function verifyOcsp(index: number, changed = false) {
  const fingerprint = openssl('x509', '-noout', '-fingerprint', '-sha1', '-in', `cert${index}`)
    .stdout.replace(/^.*=/, '')
    .replaceAll(':', '')
    .trim();
  const response = Buffer.from(await read(`managed-ssh-keys/signer-ocsp/${fingerprint}`), 'base64');
  // The last byte is of the signature; elsewhere are some that nobody looks at, and they move with the serial number.
  if (changed) response[response.length - 1] = (response.at(-1) as number) ^ 1;
  const issuer = ['-issuer', `cert${index + 1}`, '-VAfile', `cert${index + 1}`];
  return openssl('ocsp', '-no_nonce', ...issuer, '-cert', `cert${index}`, '-respin', write('response', response));
}

type Block = { signed: string; key: string; signature: string; said: Record<string, string> };

/** Lines with `#`, the key, and a signature up to an empty line, for each key. */
function blocksOf(text: string): Block[] {
  return [...text.matchAll(/((?:#.*\n)*)(ssh.*\n)((?:.+\n)*)\n/g)].map(([, head = '', key = '', signature = '']) => ({
    signed: head + key,
    key: key.trim(),
    signature,
    said: Object.fromEntries([...head.matchAll(/^#(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value])),
  }));
}

/** What the instance has for a user, once its host has heard of so many pushes. */
function untilActive(user: string, count: number): Promise<Block[]> {
  return eventually(async () => {
    const blocks = blocksOf(await (await ask(`managed-ssh-keys/active-keys/${user}/`)).text());
    return blocks.length === count ? blocks : undefined;
  });
}

function verifySignature({ signed, signature }: Pick<Block, 'signed' | 'signature'>) {
  write('signed', signed);
  write('signature', Buffer.from(signature, 'base64'));
  const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'];
  return openssl('dgst', '-sha256', ...pss, '-verify', 'key', '-signature', 'signature', 'signed');
}

// ─── What it finds ───────────────────────────────────────────────────────────────────────────────────────────────────

describe('an instance to which nothing was pushed', () => {
  test('has no active keys', async () => {
    expect(await hasActiveKeys('ec2-user', other)).toBe(false);
    expect((await ask('managed-ssh-keys/active-keys/', { of: other })).status).toBe(404);
    expect(await (await ask('managed-ssh-keys/', { of: other })).text()).toBe('signer-cert\nsigner-ocsp/');
  });

  test('says nothing without a session token', async () => {
    for (const path of ['active-keys/ec2-user/', 'signer-cert', 'signer-ocsp/']) {
      const answer = await fetch(`${instance.ipv4}/latest/meta-data/managed-ssh-keys/${path}`);
      expect(answer.status, path).toBe(401);
    }
  });
});

describe('`aws ec2-instance-connect send-ssh-public-key`', () => {
  test.each([
    [['--instance-id', 'i-00000000000000000'], 'EC2InstanceNotFoundException'],
    [['--availability-zone', 'us-east-1f'], 'EC2InstanceNotFoundException'],
    [['--instance-os-user', 'no user'], 'InvalidArgsException'],
    [['--ssh-public-key', 'x'.repeat(300)], 'InvalidArgsException'],
  ])('%j is refused with %s', async (args, code) => {
    const { status, stderr } = await push('ec2-user', KEYS.ed25519, ...args);
    expect(status).not.toBe(0);
    expect(stderr).toContain(`An error occurred (${code}) when calling the SendSSHPublicKey operation: `);
    expect(await hasActiveKeys('ec2-user', instance)).toBe(false);
  });

  test('pushes keys that the instance has at once, for their users, and no other instance', async () => {
    // Together: a key is there for a minute, and the CLI takes seconds to start.
    const pushed = await Promise.all([
      push('ec2-user', KEYS.rsa, '--availability-zone', 'us-east-1a'),
      push('ec2-user', KEYS.ed25519),
      push('admin', KEYS.ed25519),
    ]);
    for (const { stdout, stderr } of pushed) {
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({ RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/), Success: true });
    }
    const blocks = await untilActive('ec2-user', 2);
    expect(blocks.map(({ key }) => key).sort()).toEqual([KEYS.ed25519, KEYS.rsa]);
    await untilActive('admin', 1);
    expect(await read('managed-ssh-keys/active-keys/')).toBe('admin\nec2-user');
    expect(await hasActiveKeys('root', instance)).toBe(false);
    expect(await hasActiveKeys('ec2-user', other)).toBe(false);
  });
});

describe('the client on the instance', () => {
  beforeAll(async () => {
    await Promise.all([push('client', KEYS.rsa), push('client', KEYS.ed25519)]);
    await untilActive('client', 2);
    expect(await readChain()).toBe(3);
  });

  test('does not trust a signer whose root it does not have', () => {
    const empty = join(directory, 'empty');
    mkdirSync(empty);
    expect(verifyChain(2, empty).status).not.toBe(0);
  });

  test('trusts the signer of its Region, by a chain up to the root that the machine has', async () => {
    expect(subjectOf('cert0')).toBe(await expectedSigner());
    expect(subjectOf('cert0')).toBe('managed-ssh-signer.us-east-1.amazonaws.com');
    expect(verifyChain(2, trusted)).toMatchObject({ status: 0, stdout: 'cert0: OK\n' });
  });

  test('finds that no certificate below the root was revoked', async () => {
    expect((await read('managed-ssh-keys/signer-ocsp/')).split('\n')).toHaveLength(2);
    for (const index of [0, 1]) {
      const judged = await verifyOcsp(index);
      expect(judged.status).toBe(0);
      expect(judged.stdout).toMatch(new RegExp(`^cert${index}: good\n`));
      expect((await verifyOcsp(index, true)).status).not.toBe(0);
    }
  });

  test('accepts what was signed, and nothing of it that was changed', async () => {
    const blocks = await untilActive('client', 2);
    for (const block of blocks) {
      expect(verifySignature(block)).toMatchObject({ status: 0, stdout: 'Verified OK\n' });
      const elsewhere = block.signed.replace(instance.InstanceId, other.InstanceId);
      const later = block.signed.replace(/(?<=#Timestamp=\d+)\d(?=\n)/, (digit) => `${(Number(digit) + 1) % 10}`);
      for (const signed of [elsewhere, later, `#More=1\n${block.signed}`, block.signed.trimEnd()]) {
        expect(signed).not.toBe(block.signed);
        expect(verifySignature({ ...block, signed }).status).not.toBe(0);
      }
    }
    const [first, second] = blocks as [Block, Block];
    expect(verifySignature({ signed: first.signed, signature: second.signature }).status).not.toBe(0);
  });

  test('reads for which instance it is, who pushed it, and until when: not much more than a minute from now', async () => {
    const [block] = await untilActive('client', 2);
    const { Timestamp, ...said } = block?.said ?? {};
    expect(said).toEqual({
      Instance: instance.InstanceId,
      Caller: 'arn:aws:iam::000000000000:root',
      Request: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const secondsLeft = Number(Timestamp) - Date.now() / 1000;
    expect(secondsLeft).toBeGreaterThan(0);
    expect(secondsLeft).toBeLessThanOrEqual(60);
  });
});

test('a signer outlives the process, and so do keys that are still good', async () => {
  await push('survivor', KEYS.ed25519);
  await untilActive('survivor', 1);
  const before = await read('managed-ssh-keys/signer-cert');
  const pushed = await read('managed-ssh-keys/active-keys/survivor');
  await openimds.restart();
  expect(await read('managed-ssh-keys/signer-cert')).toBe(before);
  expect(await read('managed-ssh-keys/active-keys/survivor')).toBe(pushed);
});

test('instances of another Region have another signer below the same root', async () => {
  const chain = await read('managed-ssh-keys/signer-cert');
  const keys = { accessKeyId: 'test', secretAccessKey: 'test', region: 'eu-west-1' };
  const form = { Action: 'RunInstances', ImageId: 'ami-0abcdef1234567890', MinCount: '1', MaxCount: '1' };
  expect((await openimds.query(form, keys)).status).toBe(200);
  const ipv4 = await eventually(async () => (await openimds.instances(keys))[0]?.Endpoints.ipv4);
  const elsewhere = await fetch(`${ipv4}/latest/meta-data/managed-ssh-keys/signer-cert`);
  const [here, there] = [chain, await elsewhere.text()].map((pem) => pem.split(/(?<=-----END CERTIFICATE-----)\n/));
  expect(there?.[2]).toBe(here?.[2]);
  expect(there?.[1]).not.toBe(here?.[1]);
  expect(new X509Certificate(there?.[0] ?? '').subject).toContain('CN=managed-ssh-signer.eu-west-1.amazonaws.com');
});
