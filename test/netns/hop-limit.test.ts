/**
 * The PUT response hop limit on real packets: how far a token travels, and which packets carry the limit.
 *
 * The matrix is printed, expected beside observed. A client that gets no answer waits until its own time is over.
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Launched, type OpenImds } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import {
  type Chain,
  chainBehind,
  makeDualStackSubnet,
  rootEnvironment,
  runIn,
  startInNamespaces,
  whyNoNamespaces,
} from './namespaces.ts';

const LIMITS = [1, 2, 3, 64];
const ROUTERS = [0, 1, 2, 3];
const URLS = { IPv4: 'http://169.254.169.254', IPv6: 'http://[fd00:ec2::254]' } as const;
type Family = keyof typeof URLS;

let openimds: OpenImds;
let subnet: string;

beforeAll(async () => {
  if (whyNoNamespaces() !== undefined) return;
  openimds = await startInNamespaces();
  subnet = await makeDualStackSubnet(openimds);
});
skipIf(whyNoNamespaces);
afterAll(async () => {
  await openimds?.[Symbol.asyncDispose]();
});

/** An instance with an IPv6 address, both endpoints, and this hop limit. */
async function launchWithLimit(limit: number): Promise<Launched> {
  return openimds.launch({
    SubnetId: subnet,
    Ipv6AddressCount: '1',
    'MetadataOptions.HttpEndpoint': 'enabled',
    'MetadataOptions.HttpProtocolIpv6': 'enabled',
    'MetadataOptions.HttpPutResponseHopLimit': `${limit}`,
  });
}

/** One router away, as a container behind a bridge. */
function container({ clients }: Chain): string {
  return clients.at(-1) as string;
}

/** The status that curl sees, or `time-out`. */
async function ask(netns: string, method: 'PUT' | 'GET', family: Family, patience = '2'): Promise<string> {
  const path = method === 'PUT' ? '/latest/api/token' : '/latest/meta-data/instance-id';
  const { status, stdout } = await runIn(
    netns,
    ...[
      'curl',
      '--globoff',
      '--silent',
      '--max-time',
      patience,
      '--output',
      '/dev/null',
      '--write-out',
      '%{http_code}',
    ],
    ...['--request', method, '--header', 'X-aws-ec2-metadata-token-ttl-seconds: 60', `${URLS[family]}${path}`],
  );
  return status === 28 ? 'time-out' : stdout;
}

test('a token travels as many hops as the limit says and no further; other answers travel as far as they must', async () => {
  type Cell = {
    limit: number;
    routers: number;
    family: Family;
    method: 'PUT' | 'GET';
    observed: string;
    expected: string;
  };
  const cells: Cell[] = [];
  await Promise.all(
    LIMITS.map(async (limit) => {
      using chain = await chainBehind(await launchWithLimit(limit), Math.max(...ROUTERS));
      const asked = ROUTERS.flatMap((routers) =>
        (['IPv4', 'IPv6'] as const).flatMap((family) =>
          (['PUT', 'GET'] as const).map(async (method) => {
            const expected = method === 'GET' || limit > routers ? '200' : 'time-out';
            const observed = await ask(chain.clients[routers] ?? '', method, family);
            cells.push({ limit, routers, family, method, observed, expected });
          }),
        ),
      );
      await Promise.all(asked);
    }),
  );
  process.stdout.write(`\n${matrix(cells)}\n`);
  expect(cells).toHaveLength(LIMITS.length * ROUTERS.length * 4);
  expect(cells.filter(({ observed, expected }) => observed !== expected)).toEqual([]);
});

function matrix(
  cells: { limit: number; routers: number; family: string; method: string; observed: string; expected: string }[],
) {
  const columns = ROUTERS.map((routers) => `${routers} routers`.padEnd(22)).join('');
  const rows = LIMITS.flatMap((limit) =>
    ['IPv4 PUT', 'IPv4 GET', 'IPv6 PUT', 'IPv6 GET'].map((what) => {
      const row = ROUTERS.map((routers) => {
        const cell = cells.find(
          (c) => c.limit === limit && c.routers === routers && `${c.family} ${c.method}` === what,
        );
        return `${cell?.expected} / ${cell?.observed}`.padEnd(22);
      });
      return `limit ${`${limit}`.padEnd(3)} ${what}  ${row.join('')}`;
    }),
  );
  return [`expected / observed  ${columns}`, ...rows].join('\n');
}

test('a modify holds from the next token PUT on', async () => {
  const instance = await launchWithLimit(1);
  using chain = await chainBehind(instance, 1);
  expect(await ask(container(chain), 'PUT', 'IPv4')).toBe('time-out');
  await modifyLimit(instance, 2);
  expect(await ask(container(chain), 'PUT', 'IPv4')).toBe('200');
  await modifyLimit(instance, 1);
  expect(await ask(container(chain), 'PUT', 'IPv4')).toBe('time-out');
});

async function modifyLimit({ InstanceId }: Launched, limit: number): Promise<void> {
  await openimds.query({
    Action: 'ModifyInstanceMetadataOptions',
    InstanceId,
    HttpEndpoint: 'enabled',
    HttpPutResponseHopLimit: `${limit}`,
  });
  await eventually(async () => {
    const found = (await openimds.instances()).find((each) => each.InstanceId === InstanceId);
    return found?.MetadataOptions.State === 'applied' ? true : undefined;
  });
}

// ─── What is on the wire ─────────────────────────────────────────────────────────────────────────────────────────────

type Packet = { ttl: number; flags: string; bytes: number };

/** What the service sends over the instance's link, as tcpdump sees it there. */
async function capture(netns: string): Promise<{ packets: Packet[]; stop(): Promise<void> }> {
  const filter = '(tcp src port 80)';
  const args = ['netns', 'exec', netns, 'tcpdump', '-i', 'eth0', '-n', '-v', '-l', '--immediate-mode', filter];
  const tcpdump: ChildProcessWithoutNullStreams = spawn('ip', args, { env: rootEnvironment() });
  const packets: Packet[] = [];
  let text = '';
  tcpdump.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    // IPv4 packets take two lines; the TTL stands in the first of them.
    for (;;) {
      const match = /(?:ttl|hlim) (\d+)[^\n]*?(?:\n[^\n]*?)?Flags \[([^\]]+)\][^\n]*?length (\d+)[^\n]*\n/.exec(text);
      if (!match) return;
      packets.push({ ttl: Number(match[1]), flags: match[2] ?? '', bytes: Number(match[3]) });
      text = text.slice(match.index + match[0].length);
    }
  });
  await new Promise<void>((resolve) => {
    tcpdump.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      if (chunk.includes('listening on')) resolve();
    });
  });
  return {
    packets,
    async stop() {
      tcpdump.kill('SIGINT');
      await once(tcpdump, 'close');
    },
  };
}

test.each(['IPv4', 'IPv6'] as const)(
  '%s: only the packets that answer the token PUT carry the limit, sent again too; the handshake and GETs carry the system’s own',
  async (family) => {
    const instance = await launchWithLimit(1);
    using chain = await chainBehind(instance, 1);
    const get = await capture(instance.netns);
    expect(await ask(container(chain), 'GET', family)).toBe('200');
    await eventually(async () => (get.packets.some(({ bytes }) => bytes > 0) ? true : undefined));
    await get.stop();
    expect(new Set(get.packets.map(({ ttl }) => ttl))).toEqual(new Set([64]));

    const put = await capture(instance.netns);
    expect(await ask(container(chain), 'PUT', family, '3')).toBe('time-out');
    // It never arrives, so the kernel sends it again and again.
    await eventually(async () => (put.packets.filter(({ bytes }) => bytes > 0).length >= 3 ? true : undefined));
    await put.stop();
    const answers = put.packets.filter(({ bytes }) => bytes > 0);
    expect(new Set(answers.map(({ ttl }) => ttl))).toEqual(new Set([1]));
    const handshakes = put.packets.filter(({ flags }) => flags === 'S.');
    expect(new Set(handshakes.map(({ ttl }) => ttl))).toEqual(new Set([64]));
    expect(handshakes.length).toBeGreaterThan(0);
  },
);

test('pipelined behind a PUT that cannot arrive, a GET brings nobody the token, however small the segments are', async () => {
  const instance = await launchWithLimit(1);
  using chain = await chainBehind(instance, 1);
  const program = `
import socket
s = socket.socket()
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 88)
s.settimeout(3)
s.connect(("169.254.169.254", 80))
s.sendall(b"PUT /latest/api/token HTTP/1.1\\r\\nHost: a\\r\\nX-aws-ec2-metadata-token-ttl-seconds: 60\\r\\n\\r\\nGET /latest/meta-data/instance-id HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
try:
    print(s.recv(4096))
except TimeoutError:
    print("nothing")
`;
  const { stdout } = await runIn(container(chain), 'python3', '-c', program);
  expect(stdout).toBe('nothing\n');
});
