/**
 * What the tests of the agent ask metadata services with: plain sockets, so that nothing is retried, pooled or hidden.
 *
 * Each call opens a connection of its own, and one that is kept alive is handed to the test, which ends it.
 */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

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
