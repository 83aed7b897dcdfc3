/**
 * Programs run where an instance's metadata service is at EC2's own addresses: in a network namespace with nothing else.
 *
 *   program ──> 169.254.169.254:80 ──> inside-namespace.ts ──> a socket file ──> here ──> the instance's loopback address
 *               └──────── network namespace ────────┘                            └─ notes each request and its status
 *
 * A client that knows no other address than EC2's asks this instance or nobody: the namespace leads nowhere else, and
 * without it nothing is run. No setting of this machine's, no proxy and no home folder of anybody's reaches the program.
 */

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKOUT, cleanEnvironment, type Launched, type Ran, run } from '../openimds.ts';

/** Where Python finds what `test/install-clients.sh` only unpacks. */
export const UNPACKED = join(CHECKOUT, 'node_modules/.clients/usr/lib/python3/dist-packages');

/** What runs in the namespace before the program does. */
export const INSIDE = join(import.meta.dirname, 'inside-namespace.ts');

/** `GET /latest/meta-data/`, and the status of its answer. */
export type Asked = { request: string; status: number };

export type AsOnEc2 = {
  /** Runs a program to its end, as root of the namespace. */
  run(program: string, args: string[], env?: NodeJS.ProcessEnv): Promise<Ran>;
  /** All that programs have asked so far, in the order of the answers. */
  asked: readonly Asked[];
  [Symbol.asyncDispose](): Promise<void>;
};

/** Root needs no more; others get a user namespace to be root of, where the system lets them. */
const UNSHARE = ['--net', '--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];

/** Why nothing can be run here, if so. In continuous integration it must be possible. */
export function whyNotAsOnEc2(): string | undefined {
  if (process.env.CI === 'true') return undefined;
  try {
    execFileSync('unshare', [...UNSHARE, 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'this user may not make network namespaces here';
  }
}

export async function asOnEc2(instance: Launched): Promise<AsOnEc2> {
  const home = await mkdtemp(join(tmpdir(), 'openimds-on-ec2-'));
  const asked: Asked[] = [];
  const doors = [await openDoor(join(home, 'ipv4'), instance.ipv4, asked)];
  if (instance.ipv6 !== '') doors.push(await openDoor(join(home, 'ipv6'), instance.ipv6, asked));
  return {
    run: (program, args, env = {}) =>
      run('unshare', [...UNSHARE, process.execPath, INSIDE, home, program, ...args], {
        ...directEnvironment(),
        HOME: home,
        ...env,
      }),
    asked,
    async [Symbol.asyncDispose]() {
      for (const door of doors) door.close();
      await rm(home, { recursive: true });
    },
  };
}

function directEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(cleanEnvironment()).filter(([name]) => !/_proxy$/i.test(name)));
}

/** Whoever connects to the file talks to the metadata service. */
async function openDoor(path: string, endpoint: string, asked: Asked[]): Promise<Server> {
  const { hostname, port } = new URL(endpoint);
  const door = createServer({ allowHalfOpen: true }, async (client) => {
    const service = connect({ host: hostname.replace(/[[\]]/g, ''), port: Number(port), allowHalfOpen: true });
    const lines = Promise.all([firstLine(client), firstLine(service)]);
    client.on('error', () => service.destroy()).pipe(service);
    service.on('error', () => client.destroy()).pipe(client);
    const [request, answer] = await lines;
    asked.push({ request: request.replace(/ HTTP\/.*$/, ''), status: Number(answer.split(' ')[1]) });
  });
  await new Promise<void>((resolve) => door.listen(path, resolve));
  return door;
}

/** One line is enough, because a metadata service ends each connection after one answer. */
function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n')) resolve(text.slice(0, text.indexOf('\r\n')));
    });
    socket.on('close', () => resolve(text));
  });
}
