/**
 * How fast is the data plane? GET of a category with a session token, and the token PUT, with one connection per request
 * as AWS does it and with connections kept alive.
 *
 * Two floors are measured in the same run, in alternating rounds: a bare node:net server that writes a constant of the
 * same size without reading the request, and a bare node:http server that answers the same headers and body. Each
 * server is a process of its own.
 *
 * Two figures for each: answers per second as the clients see them, and answers per second of the server's CPU time. On
 * a machine with few cores the clients are the slower half, and only the second tells servers apart.
 *
 * Run: `npm run bench -- data-plane` (`--json` for programs, `--rounds N`, `--seconds N`).
 */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { parseArgs } from 'node:util';
import { createImdsListener } from '../src/agent/listener.ts';
import { systemClock } from '../src/clock.ts';
import { desiredInstance, prepare } from '../src/imds/testing.ts';
import { silentLog } from '../src/log.ts';
import { median, print, type Row } from './figures.ts';

const CONNECTIONS = 64;
const WARM_UP_ROUNDS = 2;
const HOST = '127.0.0.1';
const TTL_HEADER = 'X-Aws-Ec2-Metadata-Token-Ttl-Seconds';

const TOKEN_PUT = `PUT /latest/api/token HTTP/1.1\r\nHost: 169.254.169.254\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nX-aws-ec2-metadata-token-ttl-seconds: 21600\r\n\r\n`;
const getWith = (token: string) =>
  `GET /latest/meta-data/instance-id HTTP/1.1\r\nHost: 169.254.169.254\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nX-aws-ec2-metadata-token: ${token}\r\n\r\n`;

/** `net` and `http` are the floors. */
const KINDS = ['openimds', 'net', 'http'] as const;
type Kind = (typeof KINDS)[number];

/** What a server process is told: `answer` is the whole answer of ours, for the floors to repeat. */
type Job = { kind: Kind; keepAlive: boolean; answer: string };

/** One request, asked for over and over. */
type Case = { what: string; request: string; answer: string; keepAlive: boolean };

/** Answers per second, and per second of CPU time that the server's process used. */
type Measure = { perSecond: number; perCpuSecond: number };

type RunningServer = { port: number; cpuSeconds: () => Promise<number>; stop: () => void };

if (process.argv[2] === 'serve') await serve(JSON.parse(process.argv[3] ?? '') as Job);
else await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '0.7' },
    },
  });
  const rows: Row[] = [];
  for (const keepAlive of [false, true]) {
    for (const each of await cases(keepAlive)) {
      const measured = await measureAll(each, Number(values.rounds), Number(values.seconds) * 1000);
      rows.push(...rowsOf(each, measured));
    }
  }
  print(`data plane, ${CONNECTIONS} connections`, rows, values.json);
}

/** The two requests, with the answers that our server gives to them. */
async function cases(keepAlive: boolean): Promise<Case[]> {
  const server = await start({ kind: 'openimds', keepAlive, answer: '' });
  const how = keepAlive ? 'kept alive' : 'one connection per request';
  const tokenAnswer = await ask(server.port, TOKEN_PUT);
  const get = getWith(bodyOf(tokenAnswer));
  const getAnswer = await ask(server.port, get);
  server.stop();
  return [
    { what: `GET with a token, ${how}`, request: get, answer: getAnswer, keepAlive },
    { what: `token PUT, ${how}`, request: TOKEN_PUT, answer: tokenAnswer, keepAlive },
  ];
}

/** Alternates between the servers, so that whatever else happens on the machine meets all of them. */
async function measureAll(of: Case, rounds: number, roundMs: number): Promise<Record<Kind, Measure>> {
  const servers = {} as Record<Kind, RunningServer>;
  for (const kind of KINDS) servers[kind] = await start({ kind, keepAlive: of.keepAlive, answer: of.answer });
  const measures: Record<Kind, Measure[]> = { openimds: [], net: [], http: [] };
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const kind of KINDS) {
      const measured = await measure(servers[kind], of, roundMs);
      if (round >= 0) measures[kind].push(measured);
    }
  }
  for (const kind of KINDS) servers[kind].stop();
  return { openimds: medianOf(measures.openimds), net: medianOf(measures.net), http: medianOf(measures.http) };
}

async function measure(server: RunningServer, { request, answer, keepAlive }: Case, forMs: number): Promise<Measure> {
  const cpuBefore = await server.cpuSeconds();
  const load = keepAlive ? loadKeptAlive : loadOneByOne;
  const startedMs = performance.now();
  const count = await load(server.port, request, Buffer.byteLength(answer, 'latin1'), startedMs + forMs);
  const seconds = (performance.now() - startedMs) / 1000;
  const cpuSeconds = (await server.cpuSeconds()) - cpuBefore;
  return { perSecond: count / seconds, perCpuSecond: count / cpuSeconds };
}

function medianOf(measures: Measure[]): Measure {
  return {
    perSecond: median(measures.map((each) => each.perSecond)),
    perCpuSecond: median(measures.map((each) => each.perCpuSecond)),
  };
}

function rowsOf({ what }: Case, { openimds, net, http }: Record<Kind, Measure>): Row[] {
  const row = (against: string, floor: Measure, figure: keyof Measure, unit: string): Row => ({
    what: `${what}, against ${against}`,
    value: openimds[figure],
    floor: floor[figure],
    unit,
  });
  return [
    row('node:net', net, 'perSecond', '/s'),
    row('node:http', http, 'perSecond', '/s'),
    row('node:net', net, 'perCpuSecond', '/CPU s'),
    row('node:http', http, 'perCpuSecond', '/CPU s'),
  ];
}

// ─── The load ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Each connection asks again as soon as it is answered. Resolves with the number of answers when the time is over. */
async function loadKeptAlive(port: number, request: string, size: number, untilMs: number): Promise<number> {
  let count = 0;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      let received = 0;
      const buffer = Buffer.alloc(64 * 1024);
      const onAnswer = (length: number) => {
        received += length;
        if (received < size) return true;
        received = 0;
        count++;
        if (performance.now() < untilMs) socket.write(request, 'latin1');
        else socket.destroy();
        return true;
      };
      const socket = connect({ host: HOST, port, noDelay: true, onread: { buffer, callback: onAnswer } });
      socket.on('connect', () => socket.write(request, 'latin1'));
      socket.on('error', reject).on('close', () => resolve());
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return count;
}

/** As many connections at a time, each for one request; an answer counts when the server has closed its side. */
async function loadOneByOne(port: number, request: string, size: number, untilMs: number): Promise<number> {
  let count = 0;
  const buffer = Buffer.alloc(64 * 1024);
  const one = () =>
    new Promise<void>((resolve, reject) => {
      let received = 0;
      const onAnswer = (length: number) => {
        received += length;
        return true;
      };
      const socket = connect({ host: HOST, port, onread: { buffer, callback: onAnswer } });
      socket.on('connect', () => socket.write(request, 'latin1'));
      socket.on('error', reject).on('close', () => {
        if (received !== size) reject(new Error(`${received} bytes instead of ${size}`));
        count++;
        resolve();
      });
    });
  const again = async () => {
    while (performance.now() < untilMs) await one();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, again));
  return count;
}

/** One request, and its whole answer. */
async function ask(port: number, request: string): Promise<string> {
  const socket = connect({ host: HOST, port });
  socket.end(request, 'latin1');
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  await once(socket, 'close');
  return Buffer.concat(pieces).toString('latin1');
}

function bodyOf(answer: string): string {
  return answer.slice(answer.indexOf('\r\n\r\n') + 4);
}

// ─── The servers, each in a process of its own ───────────────────────────────────────────────────────────────────────

async function start(job: Job): Promise<RunningServer> {
  const child = fork(import.meta.filename, ['serve', JSON.stringify(job)]);
  const port = await said(child);
  const cpuSeconds = async () => {
    child.send('cpu');
    return said(child);
  };
  return { port, cpuSeconds, stop: () => child.kill() };
}

async function said(child: ChildProcess): Promise<number> {
  const [message] = (await once(child, 'message')) as [number];
  return message;
}

async function serve(job: Job): Promise<void> {
  const server = createServerFor(job);
  server.listen(0, HOST);
  await once(server, 'listening');
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.((user + system) / 1e6);
  });
  process.on('disconnect', () => process.exit());
  process.send?.((server.address() as AddressInfo).port);
}

function createServerFor({ kind, keepAlive, answer }: Job): Server {
  if (kind === 'net') return bareNet(answer, keepAlive);
  if (kind === 'http') return bareHttp(answer, keepAlive);
  const instance = prepare(desiredInstance({ options: { HttpTokens: 'required' } }), systemClock());
  return createImdsListener({ instance: () => instance, clock: systemClock, keepAlive, log: silentLog });
}

function bareNet(answer: string, keepAlive: boolean): Server {
  return createServer({ noDelay: keepAlive }, (socket) => {
    socket.on('data', () => {
      if (keepAlive) socket.write(answer, 'latin1');
      else {
        socket.end(answer, 'latin1');
        socket.destroySoon();
      }
    });
    socket.on('error', () => {});
  });
}

function bareHttp(answer: string, keepAlive: boolean): Server {
  const body = bodyOf(answer);
  const isToken = body.length === 56;
  return createHttpServer((_request, response) => {
    response.writeHead(200, {
      [TTL_HEADER]: '21600',
      'Content-Type': 'text/plain',
      ...(!isToken && { 'Accept-Ranges': 'none', 'Last-Modified': 'Mon, 23 Nov 2026 10:00:00 GMT' }),
      'Content-Length': body.length,
      Server: 'EC2ws',
      Connection: keepAlive ? 'keep-alive' : 'close',
    });
    response.end(body);
  });
}
