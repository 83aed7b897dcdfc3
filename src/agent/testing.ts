/**
 * What the tests of the agent ask metadata services with: plain sockets, so that nothing is retried, pooled or hidden.
 *
 * Each call opens a connection of its own, and one that is kept alive is handed to the test, which ends it. A `Client` is
 * for tests that look at every byte, and `serveListener` for those that need a listener and nothing else.
 */

import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { NOW } from '../imds/testing.ts';
import type { Log, LogFields } from '../log.ts';
import { createImdsListener, type ImdsListener, type ListenerSettings } from './listener.ts';

export type Answer = { status: number; body: string; socket: Socket };

export function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return ask('GET', url, headers);
}

/** A session token for a minute. */
export async function putToken(endpoint: string): Promise<string> {
  const headers = { 'X-aws-ec2-metadata-token-ttl-seconds': '60' };
  return (await ask('PUT', `${endpoint}/latest/api/token`, headers)).body;
}

/** Whether nobody listens there. */
export async function refuses(endpoint: string): Promise<boolean> {
  const socket = connectTo(endpoint);
  try {
    await once(socket, 'connect');
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}

async function ask(method: string, url: string, headers: Record<string, string>): Promise<Answer> {
  const { host, pathname } = new URL(url);
  const socket = connectTo(url);
  const lines = Object.entries({ Host: host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`);
  let text = '';
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString('latin1');
    const answer = /^HTTP\/1\.1 (\d{3}) .*?\r\nContent-Length: (\d+)\r\n.*?\r\n\r\n(.*)$/is.exec(text);
    if (answer?.[3]?.length === Number(answer?.[2])) {
      if (!headers.Connection) socket.destroy();
      return { status: Number(answer?.[1]), body: answer?.[3] ?? '', socket };
    }
  }
}

function connectTo(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
}

// ─── A listener, and a client that sees every byte ───────────────────────────────────────────────────────────────────

type Logged = { message: string; fields?: LogFields | undefined };
export type Service = { listener: ImdsListener; port: number; logged: Logged[] };

type Settings = Pick<ListenerSettings, 'instance'> & Partial<ListenerSettings>;

/** A listener at the example's time; it ends with the test. */
export async function serveListener({ instance, ...settings }: Settings): Promise<Service> {
  const logged: Logged[] = [];
  const write = (message: string, fields?: LogFields) => void logged.push({ message, fields });
  const log: Log = { info: write, warn: write, error: write };
  const listener = createImdsListener({
    instance,
    clock: () => NOW,
    keepAlive: false,
    log,
    ...settings,
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => {
    listener.closeAllConnections();
    listener.close();
  });
  return { listener, port: (listener.address() as AddressInfo).port, logged };
}

/** A connection that collects what it receives. */
export class Client {
  readonly socket: Socket;
  received = '';
  error: unknown;
  /** The server has closed its side. */
  readonly ended: Promise<void>;
  readonly closed: Promise<void>;

  /** @param allowHalfOpen keeps its side open when the server has closed its own */
  constructor(port: number, allowHalfOpen = false) {
    this.socket = connect({ host: '127.0.0.1', port, allowHalfOpen });
    this.socket.on('data', (bytes) => {
      this.received += bytes.toString('latin1');
    });
    this.socket.on('error', (error) => {
      this.error = error;
    });
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.socket.on('end', resolve).on('close', resolve);
    this.ended = ended;
    this.closed = new Promise((done) => void this.socket.on('close', () => done()));
    onTestFinished(() => void this.socket.destroy());
  }

  send(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  /** Resolves once this much has been received. */
  async receive(length: number): Promise<string> {
    while (this.received.length < length) await once(this.socket, 'data');
    return this.received;
  }

  /** All that is received until the server closes its side. */
  async all(): Promise<string> {
    await this.ended;
    return this.received;
  }
}
