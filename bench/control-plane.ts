/**
 * How fast is the control plane? Actions per second, how soon a modify is obeyed, and the time from start to `ready`.
 *
 * Requests are signed before the clock runs. The floor, measured in the same run, is a bare node:http server that answers
 * 1,500 bytes, about what the actions answer: machines differ, the ratio less so. Run: `npm run bench -- control-plane` (`--json` for programs).
 */

import { spawn } from 'node:child_process';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment, OPENIMDS, type OpenImds, run, startOpenImds } from '../test/openimds.ts';
import { median, percentile, print, type Row } from './figures.ts';
import { CONCURRENCY, launchForm, modifyForm, perSecond, prepare, send } from './requests.ts';

const REQUESTS = 2000;
const MODIFIES = 300;
const STARTS = 7;

if (process.argv[2] === 'floor') await serveFloor();
else await main();

async function main(): Promise<void> {
  await using openimds = await startOpenImds();
  const floor = await startFloor();
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const ids = await launchSome(openimds, agent, 50);
  const actions: Record<string, (index: number) => Record<string, string>> = {
    RunInstances: () => launchForm(),
    ModifyInstanceMetadataOptions: (index) => modifyForm(ids[index % ids.length] as string, 1 + (index % 64)),
    DescribeInstances: (index) => ({ Action: 'DescribeInstances', 'InstanceId.1': ids[index % ids.length] as string }),
  };
  const rows: Row[] = [];
  for (const [name, form] of Object.entries(actions)) {
    const rates: number[] = [];
    const floors: number[] = [];
    for (let round = 0; round < 3; round++) {
      const prepared = Array.from({ length: REQUESTS }, (_, index) => prepare(openimds.address, form(index)));
      rates.push(await perSecond(openimds.address, prepared, agent));
      floors.push(await perSecond(floor.address, prepared, agent));
    }
    rows.push({ what: `${name} per second`, value: median(rates), floor: median(floors), unit: '/s' });
  }
  rows.push(...(await modifyLatency(openimds, ids[0] as string, agent)));
  agent.destroy();
  floor.stop();
  rows.push(...(await startTime()));
  print('control plane', rows, process.argv.includes('--json'));
}

async function launchSome(openimds: OpenImds, agent: Agent, count: number): Promise<string[]> {
  const form = { ...launchForm(), MinCount: String(count), MaxCount: String(count) };
  const { body } = await send(openimds.address, prepare(openimds.address, form), agent);
  return Array.from(body.matchAll(/<instanceId>([^<]+)/g), (match) => match[1] as string);
}

/** From the moment the answer to a modify is there to the first request that is treated by the new options. */
async function modifyLatency(openimds: OpenImds, InstanceId: string, agent: Agent): Promise<Row[]> {
  const listed = await openimds.instances();
  const instance = listed.find((each) => each.InstanceId === InstanceId);
  const url = new URL('/latest/meta-data/instance-id', instance?.Endpoints.ipv4);
  const times: number[] = [];
  for (let index = 0; index < MODIFIES; index++) {
    const HttpTokens = index % 2 === 0 ? 'optional' : 'required';
    const form = { Action: 'ModifyInstanceMetadataOptions', InstanceId, HttpEndpoint: 'enabled', HttpTokens };
    await send(openimds.address, prepare(openimds.address, form), agent);
    const answered = performance.now();
    const expected = HttpTokens === 'required' ? 401 : 200;
    while ((await getStatus(url)) !== expected);
    times.push(performance.now() - answered);
  }
  const single: number[] = [];
  for (let index = 0; index < MODIFIES; index++) {
    const started = performance.now();
    await getStatus(url);
    single.push(performance.now() - started);
  }
  return [
    { what: 'modify obeyed after its answer, median', value: median(times), floor: median(single), unit: 'ms' },
    {
      what: 'modify obeyed after its answer, p99',
      value: percentile(times, 99),
      floor: percentile(single, 99),
      unit: 'ms',
    },
  ];
}

/** From `openimds up` to the line `ready`, against a Node that starts and does nothing. */
async function startTime(): Promise<Row[]> {
  const times: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < STARTS; round++) {
    const started = performance.now();
    const openimds = await startOpenImds();
    times.push(performance.now() - started);
    await openimds[Symbol.asyncDispose]();
    const bare = performance.now();
    await run(process.execPath, ['-e', '0']);
    floors.push(performance.now() - bare);
  }
  return [{ what: 'start to ready', value: median(times), floor: median(floors), unit: 'ms' }];
}

function getStatus(url: URL): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.on('error', reject).end();
  });
}

async function startFloor(): Promise<{ address: string; stop(): void }> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'floor'], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const chunk of child.stdout) return { address: String(chunk).trim(), stop: () => child.kill() };
  throw new Error(`the floor of ${OPENIMDS} did not start`);
}

async function serveFloor(): Promise<void> {
  const body = 'x'.repeat(1500);
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => response.end(body));
  });
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
}
