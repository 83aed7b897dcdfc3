/**
 * The metadata service as curl asks it: with HEAD, chunked and expected bodies, through a proxy setting, and as the
 * examples of AWS's pages do.
 */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { desiredInstance, prepare } from '../imds/testing.ts';
import { silentLog } from '../log.ts';
import { createImdsListener, type ImdsListener } from './listener.ts';

const TTL = 'X-aws-ec2-metadata-token-ttl-seconds: 21600';
const TOKEN = /^AQAEA[\w-]{49}==$/;

const instance = prepare(desiredInstance({ options: { HttpTokens: 'required' } }), Date.now());

let listener: ImdsListener;
let address: string;

async function serve(keepAlive: boolean): Promise<void> {
  listener = createImdsListener({ instance: () => instance, clock: systemClock, keepAlive, log: silentLog });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
}

beforeEach(() => serve(false));
afterEach(() => {
  listener.closeAllConnections();
  listener.close();
});

type Result = { output: string; status: number };

/** Runs curl; it is given ten seconds, and no proxy but that of `env`. */
function curl(args: string[], { env = {}, input = '' } = {}): Promise<Result> {
  return new Promise((resolve) => {
    const child = execFile(
      'curl',
      ['--silent', '--show-error', '--max-time', '10', ...args],
      { env: { PATH: process.env.PATH, ...env }, encoding: 'latin1' },
      (error, output) => resolve({ output, status: error ? Number(error.code) : 0 }),
    );
    // It ends without reading its input where it sends none.
    child.stdin?.on('error', () => {}).end(input);
  });
}

const put = (...args: string[]) => curl(['--request', 'PUT', '--header', TTL, ...args, `${address}/latest/api/token`]);

test('curl -f fails without a token, and prints nothing', async () => {
  expect(await curl(['-f', `${address}/latest/meta-data/`])).toEqual({ output: '', status: 22 });
  expect(await curl([`${address}/latest/meta-data/`])).toEqual({ output: '', status: 0 });
});

test('TOKEN=`curl -X PUT …` and then curl -H "X-aws-ec2-metadata-token: $TOKEN"', async () => {
  const { output: token } = await put();
  expect(token).toMatch(TOKEN);
  const asked = await curl(['-H', `X-aws-ec2-metadata-token: ${token}`, `${address}/latest/meta-data/ami-id`]);
  expect(asked).toEqual({ output: 'ami-0abcdef1234567890', status: 0 });
});

test('HEAD has the headers of GET and no body', async () => {
  const { output: token } = await put();
  const header = ['-H', `X-aws-ec2-metadata-token: ${token}`];
  const { output } = await curl(['-I', ...header, `${address}/latest/meta-data/ami-id`]);
  expect(output).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)*Content-Length: 21\r\n(?:.+\r\n)*\r\n$/);
});

test('PUT with Transfer-Encoding: chunked and an empty body', async () => {
  expect((await put('-H', 'Transfer-Encoding: chunked', '--data', '')).output).toMatch(TOKEN);
});

test('PUT with a body that nobody reads', async () => {
  const args = ['--upload-file', '-', '-H', TTL, `${address}/latest/api/token`];
  expect((await curl(args, { input: 'b'.repeat(500_000) })).output).toMatch(TOKEN);
});

test('Expect: 100-continue is answered at once with the token', async () => {
  const { output } = await put('--include', '-H', 'Expect: 100-continue', '--data', 'b'.repeat(10_000));
  expect(output).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(output.slice(-56)).toMatch(TOKEN);
});

test('through http_proxy, which sends the whole URL', async () => {
  const env = { http_proxy: address };
  const url = 'http://metadata.invalid/latest';
  const { output: token } = await curl(['-X', 'PUT', '-H', TTL, `${url}/api/token`], { env });
  expect(token).toMatch(TOKEN);
  const header = ['-H', `X-aws-ec2-metadata-token: ${token}`];
  expect((await curl([...header, `${url}/meta-data/instance-id?a=b`], { env })).output).toBe('i-0123456789abcdef0');
});

test.each(['--http1.0', '--http1.1'])('%s', async (version) => {
  expect((await put(version)).output).toMatch(TOKEN);
});

test.each([
  [false, '11'],
  [true, '10'],
])('where connections are kept (%s), curl opens these for two requests: %s', async (keepAlive, connections) => {
  listener.close();
  await serve(keepAlive);
  const url = `${address}/latest/api/token`;
  const { output } = await curl([
    '-X',
    'PUT',
    '-H',
    TTL,
    '-o',
    '/dev/null',
    '-o',
    '/dev/null',
    '-w',
    '%{num_connects}',
    url,
    url,
  ]);
  expect(output).toBe(connections);
});
