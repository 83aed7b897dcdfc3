/**
 * The control plane's API as programs on instances reach it: to whom it is there, through what befalls them and the process,
 * and what one of them cannot do to the others.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import aws4 from 'aws4';
import { expect, test } from 'vitest';
import { eventually, type Launched, type OpenImds, reach } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import { makeNamespace } from './containers.ts';
import { ip, rootEnvironment, runIn, startInNamespaces, whyNoNamespaces } from './namespaces.ts';

const API = 'http://169.254.169.254:4566';

skipIf(whyNoNamespaces);

/** Whether a program in the namespace gets an answer. */
async function isReached(netns: string): Promise<boolean> {
  const { stdout } = await runIn(
    netns,
    'curl',
    '-s',
    '-m',
    '2',
    '-o',
    '/dev/null',
    '-w',
    '%{http_code}',
    `${API}/health`,
  );
  return stdout === '200';
}

/** A program of Python in the namespace, once it has printed a line; end it with `kill`. */
async function runningIn(netns: string, program: string): Promise<{ process: ChildProcess; line: string }> {
  const args = ['netns', 'exec', netns, '/usr/bin/python3', '-c', program];
  const process = spawn('ip', args, { env: rootEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: process.stdout }), 'line');
  return { process, line };
}

/** Makes as many connections as it gets, which are never used, and says how many. */
const HOARD = `
import socket, time
held = []
for n in range(300):
    try:
        held.append(socket.create_connection(('169.254.169.254', 4566), 2))
    except OSError:
        break
time.sleep(0.5)
def is_open(one):
    one.setblocking(False)
    try:
        return one.recv(1) != b''
    except BlockingIOError:
        return True
    except OSError:
        return False
print(sum(is_open(one) for one in held), flush=True)
time.sleep(60)
`;

test('however many connections one instance holds, another of its VPC finds room', async () => {
  await using openimds = await startInNamespaces();
  const [greedy, modest] = [await openimds.launch(), await openimds.launch()];
  const { process, line } = await runningIn(greedy.netns, HOARD);
  try {
    expect(Number(line)).toBeGreaterThan(100);
    expect(Number(line)).toBeLessThan(256);
    expect(await isReached(modest.netns)).toBe(true);
  } finally {
    process.kill();
  }
});

test('an attached instance whose namespace comes back reaches it again, as do those that came to its VPC meanwhile', async () => {
  await using openimds = await startInNamespaces();
  const attached = await openimds.launch();
  const netns = `oibox-${process.pid}-api`;
  makeNamespace(netns);
  try {
    await openimds.openimds('attach', attached.InstanceId, '--netns', netns);
    expect(await isReached(netns)).toBe(true);
    ip(`netns del ${netns}`);
    await untilNamespaces(openimds, attached, undefined);
    const later = await openimds.launch();
    expect(await isReached(later.netns)).toBe(true);
    await openimds.query({ Action: 'TerminateInstances', 'InstanceId.1': later.InstanceId });
    await reach(openimds, later.InstanceId, 'terminated');
    makeNamespace(netns);
    await untilNamespaces(openimds, attached, netns);
    expect(await isReached(netns)).toBe(true);
    // One that is attached is not seen by who tidies up.
    await openimds.query({ Action: 'TerminateInstances', 'InstanceId.1': attached.InstanceId });
    await reach(openimds, attached.InstanceId, 'terminated');
  } finally {
    ip(`netns del ${netns}`);
  }
});

/** Waits until the instance is where it is wanted, or nowhere. */
async function untilNamespaces(openimds: OpenImds, { InstanceId }: Launched, netns: string | undefined): Promise<void> {
  await eventually(async () => {
    const found = (await openimds.instances()).find((each) => each.InstanceId === InstanceId);
    return found?.Endpoints.netns === netns ? true : undefined;
  });
}

test('whoever comes while the last of its VPC go reaches it, and so do they when they come back', async () => {
  await using openimds = await startInNamespaces();
  const others = [await openimds.launch(), await openimds.launch()];
  const one = await openimds.launch();
  const change = (Action: string, instances: Launched[]) =>
    openimds.query({
      Action,
      ...Object.fromEntries(instances.map(({ InstanceId }, index) => [`InstanceId.${index + 1}`, InstanceId])),
    });
  const all = (instances: Launched[], state: string) =>
    Promise.all(instances.map(({ InstanceId }) => reach(openimds, InstanceId, state)));
  for (let round = 0; round < 3; round++) {
    await change('StopInstances', [one]);
    await all([one], 'stopped');
    await Promise.all([change('StopInstances', others), change('StartInstances', [one])]);
    await all(others, 'stopped');
    await all([one], 'running');
    expect(await isReached(one.netns)).toBe(true);
    await change('StartInstances', others);
    await all(others, 'running');
    expect(await Promise.all([one, ...others].map(({ netns }) => isReached(netns)))).toEqual([true, true, true]);
  }
});

test('after kill -9 it is there again, and where it is not wanted it is gone', async () => {
  await using openimds = await startInNamespaces();
  const { netns } = await openimds.launch();
  await openimds.stop('SIGKILL');
  await openimds.restart();
  expect(await isReached(netns)).toBe(true);
  await openimds.stop('SIGKILL');
  await openimds.restart('--substrate', 'netns', '--imds-only');
  const url = 'http://169.254.169.254/latest/meta-data/instance-id';
  expect((await runIn(netns, 'curl', '-s', '-m', '5', url)).stdout).toMatch(/^i-/);
  expect(await isReached(netns)).toBe(false);
});

test('keys that everybody knows are none there, whatever Host is said and however many requests a connection carries', async () => {
  await using openimds = await startInNamespaces();
  const { netns } = await openimds.launch();
  const requests = ['localhost', '127.0.0.1:4566', '169.254.169.254:4566'].map((host, at, all) =>
    signed(host, at === all.length - 1),
  );
  const { stdout } = await runIn(netns, '/usr/bin/python3', '-c', SEND, requests.join(''));
  expect(stdout.match(/InvalidClientTokenId/g)).toHaveLength(requests.length);
  expect(stdout).not.toContain('HTTP/1.1 200');
});

function signed(host: string, last: boolean): string {
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const request = { host, method: 'POST', path: '/', service: 'sts', region: 'us-east-1', body };
  const { headers } = aws4.sign(request, { accessKeyId: 'test', secretAccessKey: 'test' });
  const lines = Object.entries(headers as Record<string, string>).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST / HTTP/1.1\r\n${lines.join('')}${last ? 'Connection: close\r\n' : ''}\r\n${body}`;
}

/** Sends all that it is given at once, and prints what comes until the other side closes. */
const SEND = `
import socket, sys
one = socket.create_connection(('169.254.169.254', 4566), 5)
one.sendall(sys.argv[1].encode())
while True:
    got = one.recv(65536)
    if not got:
        break
    print(got.decode())
`;
