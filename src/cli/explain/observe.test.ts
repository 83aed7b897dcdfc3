/**
 * What is seen of endpoints that answer, refuse, say nothing or say nonsense: real sockets on loopback.
 */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { countHops } from './hop-count.ts';
import { observe } from './observe.ts';

const ID = 'i-0123456789abcdef0';

/** A server that does this with each request, and what it was asked. */
async function serve(answer: (request: string, socket: Socket) => void): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      asked.push(bytes.toString('latin1'));
      answer(bytes.toString('latin1'), socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function response(status: number, body = ''): string {
  return `HTTP/1.1 ${status} Words\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

describe('what is seen', () => {
  test('nobody listens: refused, and nothing else is asked', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const url = `http://127.0.0.1:${port}`;
    expect(await observe(url)).toEqual({ url, get: { outcome: 'refused' } });
  });

  test('all is answered: the id of the instance, and nothing of the token', async () => {
    const { url, asked } = await serve((request, socket) =>
      socket.end(response(200, request[0] === 'P' ? 'secret' : ID)),
    );
    const answered = { outcome: 'answered', status: 200 };
    const get = { ...answered, InstanceId: ID };
    expect(await observe(url)).toEqual({ url, get, put: answered, getWithToken: get });
    expect(asked.map((request) => request.split(' HTTP/')[0])).toEqual([
      'GET /latest/meta-data/instance-id',
      'PUT /latest/api/token',
      'GET /latest/meta-data/instance-id',
    ]);
    expect(asked[0]).not.toMatch(/token/i);
    expect(asked[1]).toMatch(/^X-aws-ec2-metadata-token-ttl-seconds: \d+\r$/m);
    expect(asked[2]).toMatch(/^X-aws-ec2-metadata-token: secret\r$/m);
    expect(asked.join('')).not.toMatch(/forwarded/i);
  });

  test('no token: no GET with one', async () => {
    const { url } = await serve((_, socket) => socket.end(response(403)));
    const get = { outcome: 'answered', status: 403 };
    expect(await observe(url)).toEqual({ url, get, put: get });
  });

  test('a token PUT that is never answered', async () => {
    const { url } = await serve((request, socket) => request.startsWith('GET') && socket.end(response(200, ID)));
    expect(await observe(url)).toMatchObject({ get: { status: 200 }, put: { outcome: 'no answer' } });
  });

  test.each([
    ['nothing', ''],
    ['nonsense', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['half an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
    ['more than any answer has', `HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n${'x'.repeat(100_000)}`],
  ])('%s before the end: cut off', async (_, text) => {
    const { url } = await serve((_request, socket) => socket.end(text));
    expect(await observe(url)).toMatchObject({ get: { outcome: 'cut off' }, put: { outcome: 'cut off' } });
  });

  test('what is no id of an instance stays where it is', async () => {
    const { url } = await serve((_, socket) => socket.end(response(200, 'root:x:0:0')));
    expect(JSON.stringify(await observe(url))).not.toContain('root');
  });
});

describe('hops', () => {
  test('one on this machine itself', async () => {
    const { url } = await serve(() => {});
    expect(countHops({ address: '127.0.0.1', port: Number(new URL(url).port) })).toBe(1);
  });
});
