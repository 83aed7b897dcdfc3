/** Loopback endpoints on real sockets: who has which address, when it is open, and when it refuses. */

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { desiredInstance, NOW, prepare } from '../../imds/testing.ts';
import { type Log, silentLog } from '../../log.ts';
import type { DesiredInstance, ImdsEndpoints, MetadataOptions } from '../../model.ts';
import { descriptors } from '../descriptors.ts';
import type { Placement, Substrate } from '../substrate.ts';
import { get, refuses } from '../testing.ts';
import { checkImdsPort, createLoopback, ImdsPortError, type LoopbackSettings } from './loopback.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function loopback(settings: Partial<LoopbackSettings> = {}): Substrate {
  const substrate = createLoopback({
    port: 0,
    own: 'address',
    keepAlive: false,
    descriptors: descriptors(1000),
    clock: () => NOW,
    log: silentLog,
    ...settings,
  });
  closers.push(() => substrate.close());
  return substrate;
}

function placement(InstanceId: string, changes: Changes = {}): Placement {
  const { formerly = {}, run = 'running', options = {} } = changes;
  const desired = desiredInstance({ run, options, instance: { InstanceId } });
  const imds = prepare(desired);
  return { desired, serve: () => imds, formerly };
}
type Changes = { formerly?: ImdsEndpoints; run?: DesiredInstance['run']; options?: Partial<MetadataOptions> };

const A = 'i-0000000000000000a';
const B = 'i-0000000000000000b';
const C = 'i-0000000000000000c';

/** A port on which nothing listens on any loopback address, as far as one can know. */
async function freePort(): Promise<number> {
  const server = await foreign('0.0.0.0', 0);
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Another program that listens there. */
async function foreign(host: string, port: number): Promise<Server> {
  const server = createServer().listen({ host, port });
  closers.push(() => server.close());
  await once(server, 'listening');
  return server;
}

describe('an endpoint that must not be there refuses', () => {
  test('of a stopped instance', async () => {
    const substrate = loopback();
    const { ipv4 = '' } = await substrate.apply(placement(A));
    expect((await get(`${ipv4}/latest/meta-data/instance-id`)).body).toBe(A);
    expect(await substrate.apply(placement(A, { run: 'stopped' }))).toEqual({});
    expect(await refuses(ipv4)).toBe(true);
  });

  test('of an instance that is gone', async () => {
    const substrate = loopback();
    const { ipv4 = '' } = await substrate.apply(placement(A));
    await substrate.remove(A);
    expect(await refuses(ipv4)).toBe(true);
  });

  test('with HttpProtocolIpv4=disabled, while the IPv6 endpoint answers', async () => {
    const substrate = loopback();
    const { ipv4 = '' } = await substrate.apply(placement(A));
    const options: Partial<MetadataOptions> = { HttpProtocolIpv4: 'disabled', HttpProtocolIpv6: 'enabled' };
    const { ipv6 = '', ...others } = await substrate.apply(placement(A, { options }));
    expect(others).toEqual({});
    expect(await refuses(ipv4)).toBe(true);
    expect((await get(`${ipv6}/latest/meta-data/instance-id`)).body).toBe(A);
  });

  test('with HttpProtocolIpv6=disabled', async () => {
    const substrate = loopback();
    const { ipv6 = '' } = await substrate.apply(placement(A, { options: { HttpProtocolIpv6: 'enabled' } }));
    await substrate.apply(placement(A));
    expect(await refuses(ipv6)).toBe(true);
  });

  test('and a connection that was open there ends', async () => {
    const substrate = loopback({ keepAlive: true });
    const { ipv4 = '' } = await substrate.apply(placement(A));
    const open = await get(`${ipv4}/latest/meta-data/instance-id`, { Connection: 'keep-alive' });
    expect(open.body).toBe(A);
    const ended = once(open.socket, 'close');
    await substrate.apply(placement(A, { run: 'stopped' }));
    await ended;
  });

  test('of every instance, once the substrate is closed', async () => {
    const substrate = loopback();
    const { ipv4 = '' } = await substrate.apply(placement(A));
    await substrate.close();
    expect(await refuses(ipv4)).toBe(true);
  });
});

test('HttpEndpoint=disabled keeps the endpoint, which answers 403', async () => {
  const { ipv4 } = await loopback().apply(placement(A, { options: { HttpEndpoint: 'disabled' } }));
  expect((await get(`${ipv4}/latest/meta-data/`)).status).toBe(403);
});

test('each instance has an address of its own, with the port that all have in common', async () => {
  const port = await freePort();
  const substrate = loopback({ port });
  const [a, b] = await Promise.all([substrate.apply(placement(A)), substrate.apply(placement(B))]);
  expect(a).toEqual({ ipv4: `http://127.1.0.1:${port}` });
  expect(b).toEqual({ ipv4: `http://127.1.0.2:${port}` });
  expect((await get(`${a.ipv4}/latest/meta-data/instance-id`)).body).toBe(A);
  expect((await get(`${b.ipv4}/latest/meta-data/instance-id`)).body).toBe(B);
});

test('where there is one loopback address only, each instance has a port of its own', async () => {
  const port = await freePort();
  const substrate = loopback({ own: 'port', port });
  const a = await substrate.apply(placement(A));
  const b = await substrate.apply(placement(B));
  expect(a.ipv4).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(b.ipv4).not.toBe(a.ipv4);
  expect((await get(`${a.ipv4}/latest/meta-data/instance-id`)).body).toBe(A);
  expect((await get(`${b.ipv4}/latest/meta-data/instance-id`)).body).toBe(B);
});

describe('an address stays', () => {
  test.each(['address', 'port'] as const)('over stop and start, though others came between (own %s)', async (own) => {
    const substrate = loopback({ own });
    const options: Partial<MetadataOptions> = { HttpProtocolIpv6: 'enabled' };
    const before = await substrate.apply(placement(A, { options }));
    await substrate.apply(placement(A, { options, run: 'stopped' }));
    const other = await substrate.apply(placement(B, { options }));
    expect(await substrate.apply(placement(A, { options }))).toEqual(before);
    expect(Object.values(other)).not.toContain(before.ipv4);
    expect(Object.values(other)).not.toContain(before.ipv6);
  });

  test.each(['address', 'port'] as const)(
    'over a restart of the process, whoever is placed first (own %s)',
    async (own) => {
      const first = loopback({ own });
      const options: Partial<MetadataOptions> = { HttpProtocolIpv6: 'enabled' };
      const a = await first.apply(placement(A, { options }));
      const b = await first.apply(placement(B, { options }));
      await first.close();
      const second = loopback({ own });
      const again = await Promise.all([
        second.apply(placement(B, { options, formerly: b })),
        second.apply(placement(A, { options, formerly: a })),
        second.apply(placement(C, { options })),
      ]);
      expect(again.slice(0, 2)).toEqual([b, a]);
      expect([a.ipv4, b.ipv4]).not.toContain(again[2]?.ipv4);
    },
  );

  test('over a restart while it is stopped: nobody else gets it', async () => {
    const port = await freePort();
    const substrate = loopback({ port });
    const formerly = { ipv4: `http://127.1.0.1:${port}` };
    await substrate.apply(placement(A, { run: 'stopped', formerly }));
    expect((await substrate.apply(placement(B))).ipv4).toBe(`http://127.1.0.2:${port}`);
    expect(await substrate.apply(placement(A))).toEqual(formerly);
  });

  test('but for the port, when --imds-port is another now', async () => {
    const port = await freePort();
    const formerly = { ipv4: 'http://127.1.0.7:1338' };
    expect((await loopback({ port }).apply(placement(A, { formerly }))).ipv4).toBe(`http://127.1.0.7:${port}`);
  });

  test('but not where it cannot be: on another kind of address than before', async () => {
    const port = await freePort();
    const formerly = { ipv4: 'http://127.0.0.1:1338', ipv6: 'http://[::1]:1338' };
    expect((await loopback({ port }).apply(placement(A, { formerly }))).ipv4).toBe(`http://127.1.0.1:${port}`);
  });
});

test('the address of an instance that is gone is free, but not given to the next one at once', async () => {
  const substrate = loopback({ port: await freePort() });
  const formerly = await substrate.apply(placement(A));
  await substrate.remove(A);
  expect(await substrate.apply(placement(B))).not.toEqual(formerly);
  expect(await substrate.apply(placement(C, { formerly }))).toEqual(formerly);
});

describe('an address that another program has taken', () => {
  test('is passed over', async () => {
    const port = await freePort();
    await foreign('127.1.0.1', port);
    await foreign('127.1.0.2', port);
    const substrate = loopback({ port });
    expect((await substrate.apply(placement(A))).ipv4).toBe(`http://127.1.0.3:${port}`);
  });

  test('is passed over, although the instance had it before', async () => {
    const port = await freePort();
    const program = await foreign('127.1.0.1', port);
    const substrate = loopback({ port });
    const formerly = { ipv4: `http://127.1.0.1:${port}` };
    expect((await substrate.apply(placement(A, { formerly }))).ipv4).toBe(`http://127.1.0.2:${port}`);
    program.close();
    await substrate.apply(placement(A, { run: 'stopped' }));
    expect((await substrate.apply(placement(A))).ipv4).toBe(`http://127.1.0.2:${port}`);
  });

  test('on all addresses at once: no instance is placed, and that is known before there is one', async () => {
    const port = await freePort();
    await checkImdsPort({ port, own: 'address' });
    await foreign('0.0.0.0', port);
    await expect(checkImdsPort({ port, own: 'address' })).rejects.toThrow(ImdsPortError);
    await expect(loopback({ port }).apply(placement(A))).rejects.toThrow(/taken by other programs/);
  });
});

test('a machine without IPv6 has the IPv4 endpoint, and the log says once why there is no other', async () => {
  const said: string[] = [];
  const log: Log = { ...silentLog, warn: (message) => said.push(message) };
  // 2001:db8::/32 is for documentation: no machine has an address of it.
  const substrate = loopback({ ipv6Host: '2001:db8::1', log });
  for (const id of [A, B]) {
    const endpoints = await substrate.apply(placement(id, { options: { HttpProtocolIpv6: 'enabled' } }));
    expect(Object.keys(endpoints)).toEqual(['ipv4']);
  }
  expect(said).toEqual([expect.stringMatching(/no IPv6 loopback address/)]);
});

test('applying twice opens once', async () => {
  const substrate = loopback();
  const first = await substrate.apply(placement(A));
  expect(await substrate.apply(placement(A))).toEqual(first);
  await substrate.remove(A);
  expect(await refuses(first.ipv4 as string)).toBe(true);
});

describe('the files that this process may open', () => {
  test('no more instances are placed than leave some for clients, and one that is removed makes room', async () => {
    const substrate = loopback({ descriptors: descriptors(10) });
    await substrate.apply(placement(A));
    await substrate.apply(placement(B));
    await expect(substrate.apply(placement(C))).rejects.toThrow('ulimit -n');
    await substrate.remove(A);
    const { ipv4 } = await substrate.apply(placement(C));
    expect((await get(`${ipv4}/latest/meta-data/instance-id`)).body).toBe(C);
  });

  /** Opens connections that say nothing, until so many of them have been dropped. */
  async function hold(endpoint: string, count: number, dropped: number): Promise<Socket[]> {
    const { hostname, port } = new URL(endpoint);
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const sockets = Array.from({ length: count }, () => connect(Number(port), hostname.replace(/^\[|\]$/g, '')));
    closers.push(() => sockets.forEach((socket) => void socket.destroy()));
    let closed = 0;
    for (const socket of sockets) socket.on('error', () => {}).on('close', () => ++closed === dropped && resolve());
    await enough;
    return sockets;
  }

  const ask = (endpoint = '') =>
    fetch(`${endpoint}/latest/meta-data/instance-id`).then(
      (response) => response.text(),
      () => 'dropped',
    );

  test('the clients of one instance get three quarters, and nobody else is kept out', async () => {
    const substrate = loopback({ descriptors: descriptors(40) });
    const options: Partial<MetadataOptions> = { HttpProtocolIpv6: 'enabled' };
    const a = await substrate.apply(placement(A));
    const b = await substrate.apply(placement(B, { options }));
    // Three listeners and 27 connections leave the last quarter.
    const held = await hold(a.ipv4 ?? '', 50, 50 - 27);
    expect(await ask(a.ipv4)).toBe('dropped');
    for (const endpoint of [b.ipv4, b.ipv6]) expect(await ask(endpoint)).toBe(B);
    expect(await substrate.apply(placement(C))).toHaveProperty('ipv4');
    for (const socket of held) socket.destroy();
    await expect.poll(() => ask(a.ipv4)).toBe(A);
  });

  test('nor when the clients of others are as greedy', async () => {
    const substrate = loopback({ descriptors: descriptors(40) });
    const [a, b, c] = [A, B, C].map((id) => substrate.apply(placement(id)));
    await hold((await a)?.ipv4 ?? '', 50, 50 - 27);
    // Of the ten that are left, with four of them it would have more than its part.
    await hold((await b)?.ipv4 ?? '', 50, 50 - 5);
    for (let count = 0; count < 3; count++) expect(await ask((await c)?.ipv4)).toBe(C);
  });
});
