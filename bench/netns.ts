/**
 * What do instances that are network namespaces cost, and do many of them cost more than a few? As root, on Linux.
 *
 * Launching, changing options, starting and terminating 10, 100 and 1,000 at once, what each takes of memory and file
 * descriptors, and requests through an instance's link. Floors of the same run: for each of many the tenth part of as
 * many, which shows whether growth is linear; for requests the same listener on a loopback address.
 *
 * Run: `npm run bench -- netns` (`--json` for programs, `--most N` instances, `--rounds N`). It takes everything away again.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startInNamespaces, whyNoNamespaces } from '../test/netns/namespaces.ts';
import { type Listed, type OpenImds, startOpenImds } from '../test/openimds.ts';
import { cpuMs } from './cpu-time.ts';
import { median, percentile, print, type Row } from './figures.ts';

const CONNECTIONS = 32;
const ROUND_MS = 700;
const SINGLE_REQUESTS = 3000;
const REST_FOR_LOOKING = 4;
const MODIFIES_AT_ONCE = 16;
const TOKEN_PUT = `PUT /latest/api/token HTTP/1.1\r\nHost: 169.254.169.254\r\nX-aws-ec2-metadata-token-ttl-seconds: 21600\r\n\r\n`;
const GET = `GET /latest/meta-data/instance-id HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n`;

const ABOUT: Record<string, string> = {
  launch: 'launched until all are applied',
  modify: 'options modified one by one until all are obeyed',
  stop: '`openimds stop --all`',
  start: '`openimds start --all`',
  terminate: '`openimds terminate --all`',
};

if (process.argv[2] === 'client') await serveClient();
else await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      most: { type: 'string', default: '1000' },
      rounds: { type: 'string', default: '5' },
    },
  });
  const reason = whyNoNamespaces();
  if (reason !== undefined) {
    process.stderr.write(`bench/netns.ts: ${reason}\n`);
    process.exitCode = 1;
    return;
  }
  const most = Number(values.most);
  const counts = [most / 100, most / 10, most].map(Math.floor).filter((count) => count > 0);
  const sizes: Measured[] = [];
  for (const count of counts) sizes.push(await measure(count));
  const rows = [...sizes.flatMap((size, index) => rowsOf(size, sizes[index - 1])), ...latencyRows(sizes)];
  rows.push(...(await throughput(Number(values.rounds))));
  print('network namespaces', rows, values.json);
}

// ─── Many instances ──────────────────────────────────────────────────────────────────────────────────────────────────

/** `cpuMs` tells what is ours on a machine that does other things too. */
type Spent = { wallMs: number; cpuMs: number };

/** Bytes and descriptors are of all instances together. */
type Measured = {
  count: number;
  spent: Record<string, Spent>;
  process: number;
  kernel: number;
  descriptors: number;
  latencies: number[];
};

async function measure(count: number): Promise<Measured> {
  await using openimds = await startInNamespaces();
  // The VPC's own namespace and what is compiled at the first time.
  await openimds.launch();
  const before = used(openimds);
  const launch = await timed(openimds, async () => {
    await launchMany(openimds, count);
    await untilAll(openimds, isApplied);
  });
  const after = used(openimds);
  const instances = await openimds.instances();
  const latencies = await single(instances.at(-1) as Listed);
  const modify = await timed(openimds, async () => {
    await modifyAll(openimds, instances);
    await untilAll(openimds, isApplied);
  });
  const stop = await timed(openimds, () => command(openimds, 'stop'));
  const start = await timed(openimds, () => command(openimds, 'start'));
  const terminate = await timed(openimds, () => command(openimds, 'terminate'));
  return {
    count,
    spent: { launch, modify, stop, start, terminate },
    process: after.process - before.process,
    kernel: after.kernel - before.kernel,
    descriptors: after.descriptors - before.descriptors,
    latencies,
  };
}

async function launchMany(openimds: OpenImds, count: number): Promise<void> {
  const form = { Action: 'RunInstances', ImageId: 'ami-0abcdef1234567890', InstanceType: 't3.large' };
  const { status, body } = await openimds.query({ ...form, MinCount: `${count}`, MaxCount: `${count}` });
  if (status !== 200) throw new Error(body);
}

/** As many requests at a time as programs would make. */
async function modifyAll(openimds: OpenImds, instances: Listed[]): Promise<void> {
  const waiting = instances.values();
  const client = async () => {
    for (const { InstanceId } of waiting) {
      const options = { HttpEndpoint: 'enabled', HttpProtocolIpv6: 'enabled', HttpPutResponseHopLimit: '2' };
      const { status, body } = await openimds.query({
        Action: 'ModifyInstanceMetadataOptions',
        InstanceId,
        ...options,
      });
      if (status !== 200) throw new Error(body);
    }
  };
  await Promise.all(Array.from({ length: MODIFIES_AT_ONCE }, client));
}

function isApplied({ State, MetadataOptions }: Listed): boolean {
  return State === 'running' && MetadataOptions.State === 'applied';
}

/** Rests longer after a look that took longer, so that looking takes the same share of all that is done. */
async function untilAll(openimds: OpenImds, isSo: (instance: Listed) => boolean): Promise<void> {
  for (;;) {
    const lookedAtMs = performance.now();
    if ((await openimds.instances()).every(isSo)) return;
    await delay(REST_FOR_LOOKING * (performance.now() - lookedAtMs));
  }
}

async function command(openimds: OpenImds, change: 'start' | 'stop' | 'terminate'): Promise<void> {
  const { status, stderr } = await openimds.openimds(change, '--all');
  if (status !== 0) throw new Error(stderr);
}

async function timed({ process: { pid } }: OpenImds, work: () => Promise<void>): Promise<Spent> {
  const [startedMs, cpuBeforeMs] = [performance.now(), cpuMs(pid)];
  await work();
  return { wallMs: performance.now() - startedMs, cpuMs: cpuMs(pid) - cpuBeforeMs };
}

/** Of the process: resident memory and open files; of the machine: what its kernel has allocated. */
function used({ process: { pid } }: OpenImds): { process: number; kernel: number; descriptors: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const machine = readFileSync('/proc/meminfo', 'utf8');
  const kilobytes = (text: string, name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
  return {
    process: kilobytes(status, 'VmRSS') * 1024,
    kernel: (kilobytes(machine, 'Slab') + kilobytes(machine, 'Percpu') + kilobytes(machine, 'KernelStack')) * 1024,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  };
}

/** For each instance, so that linear growth is a ratio of 1 to a tenth as many. */
function rowsOf(size: Measured, tenth: Measured | undefined): Row[] {
  const row = (what: string, unit: string, value: (of: Measured) => number): Row => ({
    what: `${size.count} ${what}, each`,
    value: value(size) / size.count,
    ...(tenth && { floor: value(tenth) / tenth.count }),
    unit,
  });
  return [
    ...Object.entries(ABOUT).flatMap(([name, about]) => [
      row(about, 'ms', ({ spent }) => spent[name]?.wallMs ?? Number.NaN),
      row(`${about}: CPU time`, 'ms', ({ spent }) => spent[name]?.cpuMs ?? Number.NaN),
    ]),
    row('resident memory of the process', 'KB', (of) => of.process / 1024),
    row('memory of the kernel', 'KB', (of) => of.kernel / 1024),
    row('file descriptors', 'files', ({ descriptors }) => descriptors),
  ];
}

// ─── Requests ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What another process in an instance's namespace is asked to do. */
type Job = { host: string; port: number; request: string; connections: number; forMs?: number; requests?: number };
type Answered = { perSecond: number; latencies: number[] };

/** One request after the other. */
async function single({ Endpoints }: Listed): Promise<number[]> {
  const client = startClient(Endpoints.netns);
  const job = { host: '169.254.169.254', port: 80, request: GET, connections: 1 };
  await client.ask({ ...job, requests: SINGLE_REQUESTS / 10 });
  const { latencies } = await client.ask({ ...job, requests: SINGLE_REQUESTS });
  client.stop();
  return latencies;
}

function latencyRows(sizes: Measured[]): Row[] {
  const [few, many] = [sizes[0], sizes.at(-1)];
  if (!few || !many) return [];
  return [50, 99].map((percent) => ({
    what: `a GET at one of ${many.count} instances, against one of ${few.count}, p${percent}`,
    value: percentile(many.latencies, percent),
    floor: percentile(few.latencies, percent),
    unit: 'ms',
  }));
}

/** Alternates, so that whatever else happens on the machine meets both. */
async function throughput(rounds: number): Promise<Row[]> {
  await using namespaces = await startInNamespaces();
  await using loopback = await startOpenImds();
  const { netns } = await namespaces.launch();
  const { hostname, port } = new URL((await loopback.launch()).ipv4);
  const [inside, outside] = [startClient(netns), startClient(undefined)];
  const rows: Row[] = [];
  for (const [name, request] of Object.entries({ GET, 'token PUT': TOKEN_PUT })) {
    const job = { request, connections: CONNECTIONS, forMs: ROUND_MS };
    const [through, floors]: [number[], number[]] = [[], []];
    for (let round = -1; round < rounds; round++) {
      const a = await inside.ask({ ...job, host: '169.254.169.254', port: 80 });
      const b = await outside.ask({ ...job, host: hostname, port: Number(port) });
      if (round >= 0) {
        through.push(a.perSecond);
        floors.push(b.perSecond);
      }
    }
    rows.push({
      what: `${name} through a link, against loopback`,
      value: median(through),
      floor: median(floors),
      unit: '/s',
    });
  }
  inside.stop();
  outside.stop();
  return rows;
}

type Client = { ask(job: Job): Promise<Answered>; stop(): void };

/** A process that asks, in a namespace or where this one is. */
function startClient(netns: string | undefined): Client {
  const [program = '', ...args] = [
    ...(netns === undefined ? [] : ['ip', 'netns', 'exec', netns]),
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    import.meta.filename,
    'client',
  ];
  const child: ChildProcess = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  return {
    async ask(job) {
      child.stdin?.write(`${JSON.stringify(job)}\n`);
      const [line] = (await once(answers, 'line')) as [string];
      return JSON.parse(line) as Answered;
    },
    stop: () => child.stdin?.end(),
  };
}

async function serveClient(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await load(JSON.parse(line) as Job))}\n`);
  }
}

/** A connection for each request, as AWS's metadata service has it. */
async function load({ host, port, request, connections, forMs, requests }: Job): Promise<Answered> {
  const startedMs = performance.now();
  const latencies: number[] = [];
  let asked = 0;
  const goesOn = () => (requests === undefined ? performance.now() < startedMs + (forMs ?? 0) : asked < requests);
  const one = async () => {
    while (goesOn()) {
      asked++;
      const beganMs = performance.now();
      await ask({ host, port, request });
      latencies.push(performance.now() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  const perSecond = (latencies.length / (performance.now() - startedMs)) * 1000;
  return { perSecond, latencies: requests === undefined ? [] : latencies };
}

function ask({ host, port, request }: Pick<Job, 'host' | 'port' | 'request'>): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = '';
    const socket = connect({ host, port }, () => socket.write(request, 'latin1'));
    socket.setEncoding('latin1').on('data', (text: string) => {
      head ||= text.slice(0, 16);
    });
    socket.on('error', reject).on('close', () => {
      if (head.startsWith('HTTP/1.1 200')) resolve();
      else reject(new Error(`answered ${head}`));
    });
  });
}
