/**
 * The socket of a metadata service, over real connections: what is written to the byte, how connections end, and that no
 * client costs another one anything, whatever it sends or does not send.
 */

import { once } from 'node:events';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { desiredInstance, NOW, prepare } from '../imds/testing.ts';
import { mintToken } from '../imds/token.ts';
import type { MetadataOptions } from '../model.ts';
import type { ListenerSettings } from './listener.ts';
import { Client, serveListener } from './testing.ts';

const INSTANCE_ID = 'i-0123456789abcdef0';
const GET = 'GET /latest/meta-data/instance-id HTTP/1.1\r\nHost: a\r\n\r\n';
const PUT = 'PUT /latest/api/token HTTP/1.1\r\nHost: a\r\nX-aws-ec2-metadata-token-ttl-seconds: 60\r\n\r\n';
const BAD_REQUEST =
  'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nServer: EC2ws\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n';
const answerWith = (connection: string) =>
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nAccept-Ranges: none\r\nLast-Modified: Mon, 23 Nov 2026 10:00:00 GMT\r\nContent-Length: 19\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nServer: EC2ws\r\nConnection: ${connection}\r\n\r\n${INSTANCE_ID}`;
const ANSWER = answerWith('close');
const KEPT = answerWith('keep-alive');

const instanceWith = (options: Partial<MetadataOptions> = {}, UserData?: string) =>
  prepare(desiredInstance({ options, instance: UserData === undefined ? {} : { UserData } }));
const INSTANCE = instanceWith();

const serve = (settings: Partial<ListenerSettings> = {}) => serveListener({ instance: () => INSTANCE, ...settings });

/** Until the server's kernel says that nobody reads any more. */
async function sendUntilReset(client: Client, text: string): Promise<void> {
  while (!client.socket.destroyed) {
    client.send(text);
    await new Promise((done) => setImmediate(done));
  }
}

const ask = (port: number, text: string) => new Client(port).send(text).all();

describe('what is no request', () => {
  test.each([
    '\0',
    'GET\n',
    'GET / HTTP/1.1\r\n\r\n',
    `${'a'.repeat(9000)}`,
    `GET / HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(100)}`,
    '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03',
  ])('%j is 400, and the connection ends', async (text) => {
    const { port, logged } = await serve();
    expect(await ask(port, text)).toBe(BAD_REQUEST);
    expect(logged).toEqual([]);
  });

  test('what follows it is not read, even where connections are kept', async () => {
    const { port } = await serve({ keepAlive: true });
    expect(await ask(port, `nonsense\r\n\r\n${GET}`)).toBe(BAD_REQUEST);
  });
});

describe('one connection per request', () => {
  test('the answer is as AWS writes it, and the connection is closed after it', async () => {
    const { port } = await serve();
    const client = new Client(port).send(GET);
    expect(await client.all()).toBe(ANSWER);
    expect(client.error).toBeUndefined();
  });

  test('the request may come in single bytes', async () => {
    const { port } = await serve();
    const client = new Client(port);
    client.socket.setNoDelay();
    for (const byte of GET) {
      client.send(byte);
      await new Promise((done) => setImmediate(done));
    }
    expect(await client.all()).toBe(ANSWER);
  });

  test('HTTP/1.0 is answered, with HTTP/1.1', async () => {
    const { port } = await serve();
    expect(await ask(port, 'GET /latest/meta-data/instance-id HTTP/1.0\r\n\r\n')).toBe(ANSWER);
  });

  test('a second request on the same connection is not answered', async () => {
    const { port } = await serve();
    expect(await ask(port, GET + GET)).toBe(ANSWER);
  });

  test('a client that has closed its side gets its answer', async () => {
    const { port } = await serve();
    const client = new Client(port);
    client.socket.end(GET);
    expect(await client.all()).toBe(ANSWER);
    await client.closed;
    expect(client.error).toBeUndefined();
  });

  test('the answer does not wait for a body', async () => {
    const { port } = await serve();
    const client = new Client(port, true).send(GET.replace('Host', 'Content-Length: 9\r\nHost'));
    expect(await client.all()).toBe(ANSWER);
  });

  test('a client that sends a body nobody reads gets its answer whole, and no reset', async () => {
    // More than kernels hold, so that the client is still sending when the answer has been written.
    const length = 16 * 1024 * 1024;
    const { port, listener } = await serve({ limits: { discardBytes: length } });
    const accepted = once(listener, 'connection') as Promise<[Socket]>;
    const client = new Client(port);
    // It does not look for an answer before it has sent everything.
    client.socket.pause();
    client.send(GET.replace('Host', `Content-Length: ${length}\r\nHost`));
    const [served] = await accepted;
    while (served.bytesWritten === 0) await new Promise((done) => setImmediate(done));
    client.socket.end(Buffer.alloc(length));
    if (!served.closed) await once(served, 'close');
    client.socket.resume();
    expect(await client.all()).toBe(ANSWER);
    await client.closed;
    expect(client.error).toBeUndefined();
  });

  test('the date is the time of the answer', async () => {
    let now = NOW;
    const { port } = await serve({ clock: () => now });
    await ask(port, GET);
    now += 61_000;
    expect(await ask(port, GET)).toContain('\r\nDate: Mon, 23 Nov 2026 10:01:01 GMT\r\n');
  });

  test('a change of options holds from the next request on', async () => {
    let instance = INSTANCE;
    const { port } = await serve({ instance: () => instance });
    expect(await ask(port, GET)).toMatch(/^HTTP\/1\.1 200/);
    instance = instanceWith({ HttpTokens: 'required' });
    expect(await ask(port, GET)).toMatch(/^HTTP\/1\.1 401/);
    instance = instanceWith({ HttpEndpoint: 'disabled' });
    expect(await ask(port, GET)).toMatch(/^HTTP\/1\.1 403/);
  });
});

describe('connections that are kept', () => {
  const keep = (settings: Partial<ListenerSettings> = {}) => serve({ keepAlive: true, ...settings });

  test('carry one answer after the other', async () => {
    const { port } = await keep();
    const client = new Client(port);
    for (let count = 1; count <= 3; count++) {
      expect(await client.send(GET).receive(KEPT.length * count)).toBe(KEPT.repeat(count));
    }
  });

  test('answer requests that come together, in their order', async () => {
    const { port } = await keep();
    const client = new Client(port).send(GET.repeat(500) + GET.replace('instance-id', 'mac'));
    // The last one has two characters less in its body.
    const text = await client.receive(KEPT.length * 501 - 2);
    expect(text.startsWith(KEPT.repeat(500))).toBe(true);
    expect(text.endsWith('02:29:96:8f:6a:2d')).toBe(true);
  });

  test.each([
    ['HTTP/1.0', 'GET /latest/meta-data/instance-id HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'],
    ['Connection: close', GET.replace('Host', 'Connection: close\r\nHost')],
    ['a body', GET.replace('Host', 'Content-Length: 1\r\nHost')],
    ['chunks', GET.replace('Host', 'Transfer-Encoding: chunked\r\nHost')],
  ])('end after %s', async (_, text) => {
    const { port } = await keep();
    expect(await ask(port, `${GET}${text}`)).toBe(KEPT + ANSWER);
  });

  test('end when the client closes its side', async () => {
    const { port } = await keep();
    const client = new Client(port);
    client.socket.end(GET);
    await client.closed;
    expect(client.received).toBe(KEPT);
    expect(client.error).toBeUndefined();
  });

  test('a client that does not read its answers has to wait, and misses none', async () => {
    const userData = Buffer.alloc(16_384, 'u');
    const instance = instanceWith({}, userData.toString('base64'));
    const { port, listener } = await keep({ instance: () => instance });
    const accepted = once(listener, 'connection') as Promise<[Socket]>;
    const client = new Client(port);
    client.socket.pause();
    const count = 1500;
    client.send(GET.replace('meta-data/instance-id', 'user-data').repeat(count));
    const [served] = await accepted;
    while (!served.isPaused()) await new Promise((done) => setImmediate(done));
    expect(served.writableLength).toBeLessThan(100_000);
    client.socket.resume();
    client.send(GET.replace('Host', 'Connection: close\r\nHost'));
    const text = await client.all();
    expect(text.split(userData.toString('latin1'))).toHaveLength(count + 1);
    expect(text.endsWith(ANSWER)).toBe(true);
  });

  test('a client that has closed its side before it reads its answers misses none', async () => {
    const userData = Buffer.alloc(16_384, 'u');
    const instance = instanceWith({}, userData.toString('base64'));
    const { port, listener } = await keep({ instance: () => instance });
    const accepted = once(listener, 'connection') as Promise<[Socket]>;
    const client = new Client(port);
    client.socket.pause();
    const count = 700;
    client.socket.end(GET.replace('meta-data/instance-id', 'user-data').repeat(count));
    const [served] = await accepted;
    while (!served.readableEnded) await new Promise((done) => setImmediate(done));
    expect(served.isPaused()).toBe(true);
    client.socket.resume();
    expect((await client.all()).split(userData.toString('latin1'))).toHaveLength(count + 1);
  });
});

describe('limits: a client can waste its own connections, for a while', () => {
  const limits = (changes: Partial<ListenerSettings['limits']>) => ({ limits: { stepMs: 40, ...changes } });

  test.each([
    ['nothing', ''],
    ['half a head', GET.slice(0, -2)],
  ])('a client that sends %s is cut off', async (_, text) => {
    const { port } = await serve(limits({}));
    expect(await ask(port, text)).toBe('');
  });

  test('a client that goes on sending a head byte by byte is cut off all the same', async () => {
    const { port } = await serve(limits({}));
    const client = new Client(port).send('GET / HTTP/1.1\r\nX: ');
    const isOver = client.closed.then(() => true);
    const soon = () => new Promise<false>((done) => setImmediate(() => done(false)));
    while (!(await Promise.race([isOver, soon()]))) client.socket.write('a');
    expect(client.received === '' || client.received === BAD_REQUEST).toBe(true);
  });

  test('a connection that is kept is closed when it has been idle since its last answer', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { port } = await serve({ keepAlive: true, limits: { stepMs: 1000 } });
    const client = new Client(port);
    for (let count = 1; count <= 5; count++) {
      await client.send(GET).receive(KEPT.length * count);
      vi.advanceTimersByTime(999);
    }
    expect(await client.send(GET).receive(KEPT.length * 6)).toBe(KEPT.repeat(6));
    vi.advanceTimersByTime(1250);
    await client.closed;
    // Nothing is left that would have to be looked at.
    vi.advanceTimersByTime(250);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a client that announces a body and never closes is cut off', async () => {
    const { port } = await serve(limits({}));
    const client = new Client(port, true).send(GET.replace('Host', 'Content-Length: 9\r\nHost'));
    expect(await client.all()).toBe(ANSWER);
    await sendUntilReset(client, 'b');
  });

  test('a client that closes its side in the middle of a head is let go at once', async () => {
    const { port } = await serve({ limits: { stepMs: 3600_000 } });
    const client = new Client(port);
    client.socket.end(GET.slice(0, -2));
    await client.closed;
    expect(client.received).toBe('');
  });

  test('a client that never reads its answers is cut off', async () => {
    const instance = instanceWith({}, Buffer.alloc(16_384, 'u').toString('base64'));
    const { port, listener } = await serve({ keepAlive: true, instance: () => instance, ...limits({}) });
    const accepted = once(listener, 'connection') as Promise<[Socket]>;
    const client = new Client(port);
    client.socket.pause();
    client.send(GET.replace('meta-data/instance-id', 'user-data').repeat(1500));
    const [served] = await accepted;
    if (!served.closed) await once(served, 'close');
    expect(served.writableFinished).toBe(false);
  });

  test('a client that sends more than it may after its request is cut off', async () => {
    const { port } = await serve({ limits: { discardBytes: 1000 } });
    const client = new Client(port, true).send(GET.replace('Host', 'Content-Length: 9000000\r\nHost'));
    expect(await client.all()).toBe(ANSWER);
    await sendUntilReset(client, 'b'.repeat(1000));
    expect(client.received).toBe(ANSWER);
  });

  test('the newest connection beyond the limit is dropped, and the others live', async () => {
    const { port, listener } = await serve({ limits: { connections: 2 } });
    const first = new Client(port);
    const second = new Client(port);
    await Promise.all([once(first.socket, 'connect'), once(second.socket, 'connect')]);
    const dropped = once(listener, 'drop');
    expect(await ask(port, GET)).toBe('');
    await dropped;
    expect(await first.send(GET).all()).toBe(ANSWER);
    first.socket.destroy();
    expect(await second.send(GET).all()).toBe(ANSWER);
  });

  test('closeAllConnections ends what is open', async () => {
    const { port, listener } = await serve({ keepAlive: true });
    const client = new Client(port).send(GET);
    await client.receive(KEPT.length);
    listener.closeAllConnections();
    await client.closed;
    await new Promise((done) => listener.close(done));
  });
});

describe('the hop limit', () => {
  test('is set before the answer to the token PUT is written, and for no other answer', async () => {
    const limited: [written: number, hopLimit: number][] = [];
    const instance = instanceWith({ HttpPutResponseHopLimit: 3 });
    const limitHops = (socket: Socket, hopLimit: number) => void limited.push([socket.bytesWritten, hopLimit]);
    const { port } = await serve({ instance: () => instance, limitHops });
    await ask(port, GET);
    await ask(port, GET.replace('GET', 'PUT'));
    expect(limited).toEqual([]);
    expect(await ask(port, PUT)).toMatch(/^HTTP\/1\.1 200/);
    expect(limited).toEqual([[0, 3]]);
  });

  test('a connection that has it carries no further answer, even where connections are kept', async () => {
    const { port } = await serve({ keepAlive: true, limitHops: () => {} });
    const text = await ask(port, GET + PUT + GET);
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(text).toContain('\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nAQAEA');
  });

  test('where nothing limits hops, the connection is kept', async () => {
    const { port } = await serve({ keepAlive: true });
    const client = new Client(port).send(PUT + GET);
    expect((await client.receive(KEPT.length * 2)).endsWith(KEPT)).toBe(true);
  });

  test('an answer that it cannot be set for is not given', async () => {
    const limitHops = () => {
      throw new Error('no such socket');
    };
    const { port, logged } = await serve({ limitHops });
    expect(await ask(port, PUT)).toBe('');
    expect(logged).toMatchObject([{ message: 'the hop limit could not be set', fields: { InstanceId: INSTANCE_ID } }]);
    expect(logged[0]?.fields?.err).toMatch(/^ +at /);
    expect(await ask(port, GET)).toBe(ANSWER);
  });
});

describe('what is remembered', () => {
  const ORIGIN = { hops: 2, sourceIp: Uint8Array.of(172, 31, 0, 5) };

  test('is each request with the decision about it, and where its connection came from, which is asked once', async () => {
    const instance = instanceWith();
    const asked: Socket[] = [];
    const originOf = (socket: Socket) => {
      asked.push(socket);
      return ORIGIN;
    };
    const { port } = await serveListener({ instance: () => instance, keepAlive: true, originOf, limitHops: () => {} });
    await ask(port, GET + PUT);
    await ask(port, 'nonsense\r\n\r\n');
    expect(asked).toHaveLength(2);
    const [get, put, nonsense] = instance.requests.after(0);
    const from = { SourceIp: '172.31.0.5', Hops: 2 };
    expect(get).toMatchObject({ Path: '/latest/meta-data/instance-id', Version: 1, Status: 200, ...from });
    expect(get).not.toHaveProperty('HttpPutResponseHopLimit');
    expect(put).toMatchObject({ Method: 'PUT', Version: 2, Status: 200, ...from, HttpPutResponseHopLimit: 1 });
    expect(nonsense).toMatchObject({ Status: 400, Reason: 'malformed', ...from });
    expect(instance.requests.counts()).toMatchObject({ NoToken: 1, TokenPut: 1, TokenPutOutOfReach: 1 });
  });

  test('has no hop limit where none is enforced, and no origin where none is known', async () => {
    const instance = instanceWith();
    const { port } = await serveListener({ instance: () => instance, originOf: () => undefined });
    await ask(port, PUT);
    const [put] = instance.requests.after(0);
    expect(Object.keys(put ?? {})).toEqual(['Number', 'Time', 'Method', 'Path', 'Version', 'Status']);
  });

  test('a request that a fault answers late is remembered once; one that it does not answer has no status', async () => {
    const late = prepare(desiredInstance({ instance: { Faults: { LatencyMs: 1, HangTokenPut: true } } }));
    const { port } = await serveListener({ instance: () => late });
    await ask(port, GET);
    const hanging = new Client(port).send(PUT);
    await vi.waitFor(() => expect(late.requests.after(0)).toHaveLength(2));
    hanging.socket.destroy();
    expect(late.requests.after(0)).toMatchObject([{ Status: 200 }, { Path: '/latest/api/token', Reason: 'fault' }]);
    expect(late.requests.after(0)[1]).not.toHaveProperty('Status');
  });
});

describe('the log', () => {
  test('says nothing of requests, good or bad', async () => {
    const { port, logged } = await serve();
    const token = mintToken(INSTANCE.tokenKey, 60, NOW);
    const withToken = GET.replace('Host', `X-aws-ec2-metadata-token: ${token}\r\nHost`);
    for (const text of [GET, PUT, withToken, GET.replace('GET', 'POST'), 'nonsense\r\n']) await ask(port, text);
    expect(logged).toEqual([]);
  });

  test('a bug of ours is 500; the log has the instance and the place, and nothing of the request', async () => {
    const broken = {
      ...INSTANCE,
      find: (path: string) => {
        throw new TypeError(`cannot read ${path}`);
      },
    };
    const { port, logged } = await serve({ instance: () => broken });
    expect(await ask(port, GET)).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\nContent-Length: 0\r\n/);
    expect(logged).toHaveLength(1);
    expect(logged[0]?.fields?.InstanceId).toBe(INSTANCE_ID);
    expect(logged[0]?.fields?.err).toMatch(/^ +at .*listener\.test\.ts/);
    expect(JSON.stringify(logged)).not.toContain('meta-data');
  });

  test('an instance that cannot even be asked for is a bug like any other', async () => {
    const instance = () => {
      throw new Error('gone');
    };
    const { port, logged } = await serve({ instance });
    expect(await ask(port, GET)).toMatch(/^HTTP\/1\.1 500/);
    expect(logged).toHaveLength(1);
  });
});

describe('hostile clients', () => {
  const sent = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.constantFrom(GET, PUT, GET.slice(0, 20), '\r\n', 'X: y\r\n'.repeat(200), 'GET / HTTP/1.1\r\n'),
  );
  /** What a client sends on one connection, and how it leaves. */
  const visit = fc.record({
    sends: fc.array(sent, { maxLength: 5 }),
    leaves: fc.constantFrom('resetting', 'closing', 'half-closing'),
  });

  async function play(port: number, { sends, leaves }: { sends: string[]; leaves: string }): Promise<string> {
    const client = new Client(port);
    await once(client.socket, 'connect');
    for (const text of sends) client.send(text);
    if (leaves === 'resetting') client.socket.resetAndDestroy();
    else if (leaves === 'closing') client.socket.destroy();
    else client.socket.end();
    return client.all();
  }

  test.each([false, true])('whatever they send, others are answered (connections kept: %s)', async (keepAlive) => {
    const { port, logged } = await serve({ keepAlive });
    const steady = new Client(port);
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(visit, { minLength: 1, maxLength: 8 }), async (visits) => {
        const answers = await Promise.all(visits.map((each) => play(port, each)));
        for (const answer of answers) expect(answer).toMatch(/^(?:$|HTTP\/1\.1 [24]0\d )/);
        if (keepAlive) expect(await steady.send(GET).receive(KEPT.length * ++asked)).toBe(KEPT.repeat(asked));
        expect(await ask(port, GET.replace('Host', 'Connection: close\r\nHost'))).toBe(ANSWER);
      }),
      { numRuns: 60 },
    );
    expect(logged).toEqual([]);
  });

  test('a flood of connections that say nothing leaves those that were there alone', async () => {
    const { port } = await serve({ keepAlive: true, limits: { connections: 50 } });
    const steady = new Client(port).send(GET);
    await steady.receive(KEPT.length);
    const { promise: isFull, resolve } = Promise.withResolvers<void>();
    let dropped = 0;
    for (let count = 0; count < 200; count++) {
      new Client(port).socket.on('close', () => void (++dropped === 200 - 49 && resolve()));
    }
    await isFull;
    expect(await steady.send(GET).receive(KEPT.length * 2)).toBe(KEPT.repeat(2));
  });
});
