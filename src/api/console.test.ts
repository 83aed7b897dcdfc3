/**
 * The console's files over HTTP: which there are, in which form, and under which policy. Browsers come in test/browser.
 */

import { mkdir, mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { serveConsole } from './console.ts';

const PAGE = '<!doctype html><title>x</title>';
const SCRIPT = 'console.log(1);';

/** A server with a console that is built, unless it is not; and a file beside its folder that is nobody's business. */
async function serve({ built = true } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'openimds-console-'));
  const folder = join(directory, 'dist');
  await writeFile(join(directory, 'secret.html'), 'secret');
  if (built) {
    await mkdir(join(folder, 'assets'), { recursive: true });
    await writeFile(join(folder, 'index.html'), PAGE);
    await writeFile(join(folder, 'assets/a-1.js'), SCRIPT);
    await writeFile(join(folder, 'assets/a-1.js.br'), brotliCompressSync(SCRIPT));
    await writeFile(join(folder, 'assets/a-1.js.gz'), gzipSync(SCRIPT));
  }
  const app = Fastify();
  serveConsole(app, folder);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    await app.close();
    await rm(directory, { recursive: true });
  });
  return { address, folder };
}

test.each([
  'secret.html',
  '../secret.html',
  '..%2fsecret.html',
  '%2e%2e/secret.html',
  'assets/../../secret.html',
  'assets/..%5c..%5csecret.html',
  '/etc/passwd',
  'assets',
  'index.html%00',
  'assets/a-1.js.br',
])('there is no %s', async (path) => {
  const { address } = await serve();
  // As it stands: `fetch` would take the dots out.
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = request({ port: new URL(address).port, path: `/console/${path}` }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject).end();
  });
  expect(status).toBe(404);
});

test('what could not be read is read by who asks next', async () => {
  const { address, folder } = await serve();
  // Larger than a file that Node reads at once; there is nothing in it.
  await writeFile(join(folder, 'huge.js'), '');
  await truncate(join(folder, 'huge.js'), 2 ** 32);
  expect((await fetch(`${address}/console/`)).status).toBe(500);
  await rm(join(folder, 'huge.js'));
  expect((await fetch(`${address}/console/`)).status).toBe(200);
});

test('the page is asked for anew each time, and answered only if it is another', async () => {
  const { address } = await serve();
  const answer = await fetch(`${address}/console/`);
  expect(await answer.text()).toBe(PAGE);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-cache');
  const known = { 'if-none-match': answer.headers.get('etag') ?? '' };
  expect((await fetch(`${address}/console/`, { headers: known })).status).toBe(304);
  expect((await fetch(`${address}/console/`, { headers: { 'if-none-match': '"another"' } })).status).toBe(200);
});

test('nothing may run, be shown or be asked but what comes from the same address', async () => {
  const { address } = await serve();
  const { headers } = await fetch(`${address}/console/`);
  const policy = headers.get('content-security-policy')?.split('; ') ?? [];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("style-src 'self'");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy.join()).not.toMatch(/unsafe|\*|http/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test.each([
  ['br, gzip', 'br'],
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0', undefined],
  ['', undefined],
])('to who accepts %j it comes as %s, and may be kept for ever', async (accepted, coding) => {
  const { address } = await serve();
  const answer = await fetch(`${address}/console/assets/a-1.js`, { headers: { 'accept-encoding': accepted } });
  expect(answer.headers.get('content-encoding') ?? undefined).toBe(coding);
  expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(answer.headers.get('vary')).toBe('accept-encoding');
  expect(await answer.text()).toBe(SCRIPT);
});

test('where it is not built, it says how to build it, and then is there', async () => {
  const { address, folder } = await serve({ built: false });
  const answer = await fetch(`${address}/console/`);
  expect(answer.status).toBe(404);
  expect(await answer.text()).toContain('npm run build:console');
  await mkdir(folder);
  await writeFile(join(folder, 'index.html'), PAGE);
  expect((await fetch(`${address}/console/`)).status).toBe(200);
});

test('what is built anew is answered without a restart', async () => {
  const { address, folder } = await serve();
  expect(await (await fetch(`${address}/console/`)).text()).toBe(PAGE);
  await writeFile(join(folder, 'index.html'), 'another');
  await utimes(join(folder, 'index.html'), new Date(0), new Date(1000));
  expect(await (await fetch(`${address}/console/`)).text()).toBe('another');
});

test('its address without the slash leads to the one with it', async () => {
  const { address } = await serve();
  const answer = await fetch(`${address}/console`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([308, '/console/']);
});
