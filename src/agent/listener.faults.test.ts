/**
 * Faults as clients meet them, over real connections: late, without an answer, with another one; and that whoever is not
 * meant notices nothing.
 */

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ImdsInstance } from '../imds/instance.ts';
import { desiredInstance, NOW, prepare } from '../imds/testing.ts';
import type { Faults, MetadataOptions } from '../model.ts';
import type { ListenerSettings } from './listener.ts';
import { Client, type Service, serveListener } from './testing.ts';

const GET = 'GET /latest/meta-data/instance-id HTTP/1.1\r\nHost: a\r\n\r\n';
const PUT = 'PUT /latest/api/token HTTP/1.1\r\nHost: a\r\nX-aws-ec2-metadata-token-ttl-seconds: 60\r\n\r\n';

const instanceWith = (faults: Faults, options: Partial<MetadataOptions> = {}): ImdsInstance =>
  prepare(desiredInstance({ options, instance: { Faults: faults } }));

const serve = (faults: Faults, settings: Partial<ListenerSettings> = {}): Promise<Service> => {
  const instance = instanceWith(faults);
  return serveListener({ instance: () => instance, ...settings });
};

const ask = (port: number, text: string) => new Client(port).send(text).all();
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);

/** The server's end of a new connection, with the client's. */
async function meet({ listener, port }: Service): Promise<{ client: Client; served: Socket }> {
  const accepted = once(listener, 'connection') as Promise<[Socket]>;
  const client = new Client(port);
  const [served] = await accepted;
  return { client, served };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setImmediate(done));
}

type Timer = 'setTimeout' | 'clearTimeout' | 'setInterval' | 'clearInterval';

/** From now on time passes for listeners only when the test says so. */
function holdTime(...toFake: Timer[]): void {
  vi.useFakeTimers({ toFake });
  onTestFinished(() => void vi.useRealTimers());
}

describe('LatencyMs', () => {
  const HOUR = 3600_000;

  test.each([
    ['an answer', GET, 200],
    ['a session token', PUT, 200],
    ['a refusal', GET.replace('GET', 'POST'), 405],
    ['what is said to nonsense', 'nonsense\r\n\r\n', 400],
  ])('%s comes so late, and then whole', async (_, text, status) => {
    holdTime('setTimeout', 'clearTimeout');
    const { client, served } = await meet(await serve({ LatencyMs: 60_000 }));
    client.send(text);
    await until(() => vi.getTimerCount() === 1);
    vi.advanceTimersByTime(59_999);
    expect(served.bytesWritten).toBe(0);
    vi.advanceTimersByTime(1);
    expect(statusOf(await client.all())).toBe(status);
    await client.closed;
    expect(client.error).toBeUndefined();
  });

  test('who waits for it is not cut off, and who has it is, as ever', async () => {
    holdTime('setTimeout', 'clearTimeout', 'setInterval', 'clearInterval');
    const service = await serve({ LatencyMs: 60_000 }, { keepAlive: true, limits: { stepMs: 1000 } });
    const { client, served } = await meet(service);
    client.send(GET);
    await until(() => vi.getTimerCount() === 2);
    vi.advanceTimersByTime(60_000);
    expect(statusOf(await client.receive(100))).toBe(200);
    expect(served.destroyed).toBe(false);
    vi.advanceTimersByTime(1500);
    await client.closed;
  });

  test('requests that come together are answered in their order', async () => {
    const { port } = await serve({ LatencyMs: 1 }, { keepAlive: true });
    const categories = ['instance-id', 'ami-id', 'mac', 'instance-type', 'hostname', 'nothing', 'local-ipv4'];
    const all = categories.map((category) => GET.replace('instance-id', category)).join('');
    const client = new Client(port).send(all + GET.replace('Host', 'Connection: close\r\nHost'));
    const answers = (await client.all()).split('HTTP/1.1 ').slice(1);
    const plain = await serveListener({ instance: () => prepare(desiredInstance()), keepAlive: true });
    const direct = new Client(plain.port).send(all + GET.replace('Host', 'Connection: close\r\nHost'));
    expect(answers).toEqual((await direct.all()).split('HTTP/1.1 ').slice(1));
    expect(answers).toHaveLength(categories.length + 1);
  });

  test('nobody else waits: neither on other connections, nor at other instances', async () => {
    let instance = instanceWith({ LatencyMs: HOUR });
    const service = await serveListener({ instance: () => instance });
    const other = await serve({});
    const { client, served } = await meet(service);
    client.send(GET);
    await until(() => served.isPaused());
    expect(statusOf(await ask(other.port, GET))).toBe(200);
    instance = instanceWith({});
    expect(statusOf(await ask(service.port, GET))).toBe(200);
    expect(served.bytesWritten).toBe(0);
  });

  test.each([false, true])('a client that has closed its side gets its answer (kept: %s)', async (keepAlive) => {
    holdTime('setTimeout', 'clearTimeout');
    const { client, served } = await meet(await serve({ LatencyMs: 5 }, { keepAlive }));
    client.socket.end(GET);
    await until(() => served.readableEnded && vi.getTimerCount() === 1);
    vi.advanceTimersByTime(5);
    expect(statusOf(await client.all())).toBe(200);
    await client.closed;
    expect(client.error).toBeUndefined();
  });

  test('what arrives meanwhile is no reason to lose the answer', async () => {
    holdTime('setTimeout', 'clearTimeout');
    // More than kernels hold, so that the client is still sending when the answer leaves.
    const length = 16 * 1024 * 1024;
    const { client, served } = await meet(await serve({ LatencyMs: 5 }, { limits: { discardBytes: length } }));
    client.send(GET);
    await until(() => vi.getTimerCount() === 1);
    client.socket.end(Buffer.alloc(length));
    await until(() => served.readableLength >= served.readableHighWaterMark);
    vi.advanceTimersByTime(5);
    expect(statusOf(await client.all())).toBe(200);
    await client.closed;
    expect(client.error).toBeUndefined();
  });

  test('nothing is kept of a client that breaks off', async () => {
    holdTime('setTimeout', 'clearTimeout');
    const { client, served } = await meet(await serve({ LatencyMs: HOUR }));
    client.send(GET);
    await until(() => vi.getTimerCount() === 1);
    const gone = new Promise((done) => served.on('close', done));
    client.socket.resetAndDestroy();
    await gone;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('the answer is what is right when it leaves: nothing is revealed that has been forbidden meanwhile', async () => {
    holdTime('setTimeout', 'clearTimeout');
    let instance = instanceWith({ LatencyMs: 5, Errors: { Status: 503, Share: 1 } });
    const { client } = await meet(await serveListener({ instance: () => instance }));
    client.send(GET);
    await until(() => vi.getTimerCount() === 1);
    instance = instanceWith({ LatencyMs: 5, Errors: { Status: 503, Share: 1 } }, { HttpEndpoint: 'disabled' });
    vi.advanceTimersByTime(5);
    expect(statusOf(await client.all())).toBe(403);
  });
});

describe('Errors', () => {
  test('have no body and the headers of every refusal', async () => {
    const { port, logged } = await serve({ Errors: { Status: 503, Share: 1 } });
    expect(await ask(port, GET)).toBe(
      'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nServer: EC2ws\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n',
    );
    expect(logged).toEqual([]);
  });

  test('are counted over all connections of the instance, at both of its endpoints', async () => {
    const instance = instanceWith({ Errors: { Status: 429, Share: 1 / 3 } });
    const [one, other] = [
      await serveListener({ instance: () => instance }),
      await serveListener({ instance: () => instance }),
    ];
    const statuses: number[] = [];
    for (const { port } of [one, other, other, other, one, one]) statuses.push(statusOf(await ask(port, GET)));
    expect(statuses).toEqual([429, 200, 200, 429, 200, 200]);
  });

  test('of a token PUT has the hop limit of a token', async () => {
    const limited: number[] = [];
    const limitHops = (_socket: Socket, hopLimit: number) => void limited.push(hopLimit);
    const instance = instanceWith({ Errors: { Status: 500, Share: 1 } }, { HttpPutResponseHopLimit: 3 });
    const { port } = await serveListener({ instance: () => instance, limitHops });
    expect(statusOf(await ask(port, PUT))).toBe(500);
    expect(statusOf(await ask(port, GET))).toBe(500);
    expect(limited).toEqual([3]);
  });
});

describe('HangTokenPut', () => {
  test('the token PUT has no answer and nor has what follows, until the client closes', async () => {
    const { client, served } = await meet(await serve({ HangTokenPut: true }, { keepAlive: true }));
    const answer = await client.send(GET).receive(100);
    client.send(PUT + GET);
    await until(() => served.bytesRead === GET.length * 2 + PUT.length);
    client.socket.end();
    await client.closed;
    expect(client.received).toBe(answer);
    expect(client.error).toBeUndefined();
  });

  test('for two minutes, longer than any other step may take', async () => {
    holdTime('setInterval', 'clearInterval');
    const { client, served } = await meet(await serve({ HangTokenPut: true }));
    client.send(PUT);
    await until(() => served.bytesRead === PUT.length);
    vi.advanceTimersByTime(120_000);
    expect(served.destroyed).toBe(false);
    vi.advanceTimersByTime(5000);
    await client.closed;
    expect(client.received).toBe('');
  });

  test('takes connections of its own instance alone, and those that are there still get tokenless answers', async () => {
    const hanging = await serve({ HangTokenPut: true }, { limits: { connections: 3 } });
    const other = await serve({});
    const there = new Client(hanging.port);
    await once(there.socket, 'connect');
    for (let count = 0; count < 2; count++) {
      const { client, served } = await meet(hanging);
      client.send(PUT);
      await until(() => served.bytesRead === PUT.length);
    }
    const dropped = once(hanging.listener, 'drop');
    expect(await ask(hanging.port, GET)).toBe('');
    await dropped;
    expect(statusOf(await there.send(GET).all())).toBe(200);
    expect(statusOf(await ask(other.port, PUT))).toBe(200);
  });
});

describe('PacketsPerSecond', () => {
  const short = { limits: { stepMs: 40 } };

  test('what is too much gets no byte and is cut off like a client that says nothing; a second later all is well', async () => {
    let now = NOW;
    const { port, logged } = await serve({ PacketsPerSecond: 10 }, { ...short, clock: () => now });
    const answers: string[] = [];
    for (let count = 0; count < 4; count++) answers.push(await ask(port, GET));
    expect(answers.map(statusOf)).toEqual([200, 200, Number.NaN, Number.NaN]);
    expect(answers.slice(2)).toEqual(['', '']);
    now += 1000;
    expect(statusOf(await ask(port, GET))).toBe(200);
    expect(logged).toEqual([]);
  });

  test('both endpoints of an instance share it, and no other instance does', async () => {
    const instance = instanceWith({ PacketsPerSecond: 10 });
    const [one, two] = [
      await serveListener({ instance: () => instance, ...short }),
      await serveListener({ instance: () => instance, ...short }),
    ];
    const other = await serve({ PacketsPerSecond: 10 }, short);
    const statuses: number[] = [];
    for (const { port } of [one, two, one, two, other]) statuses.push(statusOf(await ask(port, GET)));
    expect(statuses).toEqual([200, 200, Number.NaN, Number.NaN, 200]);
  });

  test('a connection that is kept takes fewer, until it has taken too many', async () => {
    const { port } = await serve({ PacketsPerSecond: 11 }, { ...short, keepAlive: true });
    const text = await ask(port, GET.repeat(9));
    // Five for the first, two for each of three more; nothing follows what is dropped.
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(4);
  });
});
