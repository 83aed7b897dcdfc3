/**
 * What becomes of requests to a metadata service, seen from where this process is: a GET without a session token, the token
 * PUT, a GET with that token.
 *
 * Plain sockets, so that no proxy, no retry and no pool stands between. It promises to end: each step has a time limit. What
 * comes back has no token and no metadata in it but the id of the instance that answered.
 */

import { connect, type Socket } from 'node:net';

/** What became of one request. `cut off`: the connection ended without an answer. */
export type Outcome =
  | { outcome: 'answered'; status: number; InstanceId?: string }
  | { outcome: 'no answer' | 'cut off' | 'no connection' | 'refused' | 'no route' };

/** What is seen of one endpoint. What has not been asked is absent. */
export type Seen = { url: string; get: Outcome; put?: Outcome; getWithToken?: Outcome; hops?: number };

/** The kernel tries again after one second and after three, and often hears only then that there is no route. */
const CONNECT_MS = 3500;
/** Longer than clients wait: botocore takes a second. An answer that is lost is sent again after a fifth of one. */
const ANSWER_MS = 3000;
const MOST_BYTES = 64 * 1024;

const PATH = '/latest/meta-data/instance-id';
const TOKEN_PATH = '/latest/api/token';
const TOKEN_HEADER = 'X-aws-ec2-metadata-token';

/**
 * Asks one endpoint.
 *
 * @param url its base address, for example `http://[fd00:ec2::254]`
 */
export async function observe(url: string): Promise<Seen> {
  const { outcome: get } = await ask(url, 'GET', PATH, {});
  if (!isConnected(get)) return { url, get };
  const { outcome: put, body: token } = await ask(url, 'PUT', TOKEN_PATH, { [`${TOKEN_HEADER}-ttl-seconds`]: '60' });
  if (put.outcome !== 'answered' || put.status !== 200) return { url, get, put };
  const { outcome: getWithToken } = await ask(url, 'GET', PATH, { [TOKEN_HEADER]: token });
  return { url, get, put, getWithToken };
}

/** Whether the service could be connected to at all. */
export function isConnected({ outcome }: Outcome): boolean {
  return outcome === 'answered' || outcome === 'no answer' || outcome === 'cut off';
}

type Asked = { outcome: Outcome; body: string };

async function ask(url: string, method: string, path: string, headers: Record<string, string>): Promise<Asked> {
  const { host, hostname, port } = new URL(url);
  const socket = connect({ host: hostname.replace(/[[\]]/g, ''), port: Number(port || 80) });
  try {
    const failure = await connected(socket);
    if (failure) return { outcome: failure, body: '' };
    const lines = Object.entries({ Host: host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    return await answer(socket);
  } finally {
    socket.destroy();
  }
}

/** @returns why there is no connection, if so */
function connected(socket: Socket): Promise<Outcome | undefined> {
  return new Promise((resolve) => {
    const end = (failure?: Outcome) => {
      clearTimeout(timer);
      resolve(failure);
    };
    const timer = setTimeout(() => end({ outcome: 'no connection' }), CONNECT_MS);
    socket.once('connect', () => end());
    // It stays: an error after the answer concerns nobody.
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => end({ outcome: REASONS[code] ?? 'no connection' }));
  });
}

const REASONS: Record<string, 'refused' | 'no route'> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'no route',
  ENETUNREACH: 'no route',
  EADDRNOTAVAIL: 'no route',
};

function answer(socket: Socket): Promise<Asked> {
  return new Promise((resolve) => {
    let text = '';
    const end = (outcome: Outcome, body = '') => {
      clearTimeout(timer);
      resolve({ outcome, body });
    };
    const timer = setTimeout(() => end({ outcome: 'no answer' }), ANSWER_MS);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const read = readAnswer(text);
      if (read) end(read.outcome, read.body);
      else if (text.length > MOST_BYTES) end({ outcome: 'cut off' });
    });
    socket.once('close', () => end({ outcome: 'cut off' }));
  });
}

/** @returns undefined while it is not whole */
function readAnswer(text: string): Asked | undefined {
  const end = text.indexOf('\r\n\r\n');
  const head = /^HTTP\/1\.[01] (\d{3})\b/.exec(text);
  if (end < 0 || !head) return undefined;
  const length = Number(/^content-length: *(\d+)\r?$/im.exec(text.slice(0, end))?.[1] ?? 0);
  const body = text.slice(end + 4, end + 4 + length);
  if (body.length < length) return undefined;
  const InstanceId = /^i-[0-9a-f]{8,17}$/.exec(body)?.[0];
  return { outcome: { outcome: 'answered', status: Number(head[1]), ...(InstanceId && { InstanceId }) }, body };
}
