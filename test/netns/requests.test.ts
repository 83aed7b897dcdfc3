/** How far away those are who ask, read from real packets: on the instance, and behind routers as containers are. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ListedRequests } from '../../src/api/actions/openimds/list-metadata-requests.ts';
import type { OpenImds } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import { chainBehind, makeDualStackSubnet, runIn, startInNamespaces, whyNoNamespaces } from './namespaces.ts';

const URLS = ['http://169.254.169.254', 'http://[fd00:ec2::254]'];

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

/** A token PUT; how curl ends. */
async function putToken(netns: string, url: string): Promise<number> {
  const put = ['--request', 'PUT', '--header', 'X-aws-ec2-metadata-token-ttl-seconds: 60'];
  const limits = ['--globoff', '--silent', '--max-time', '2'];
  return (await runIn(netns, 'curl', ...limits, ...put, `${url}/latest/api/token`)).status;
}

test('each request has its hops and its source, and tokens that cannot have arrived are counted', async () => {
  const limit = 2;
  const instance = await openimds.launch({
    SubnetId: subnet,
    Ipv6AddressCount: '1',
    'MetadataOptions.HttpEndpoint': 'enabled',
    'MetadataOptions.HttpProtocolIpv6': 'enabled',
    'MetadataOptions.HttpPutResponseHopLimit': `${limit}`,
  });
  using chain = await chainBehind(instance, 2);
  const ends: number[] = [];
  for (const client of chain.clients) for (const url of URLS) ends.push(await putToken(client, url));
  const TIMED_OUT = 28;
  expect(ends).toEqual([0, 0, 0, 0, TIMED_OUT, TIMED_OUT]);

  const path = `instances/${instance.InstanceId}/metadata-requests`;
  const { Counts, Requests } = await openimds.own<ListedRequests>('GET', path);
  expect(Requests.map(({ Hops }) => Hops)).toEqual([1, 1, 2, 2, 3, 3]);
  for (const request of Requests) expect(request).toMatchObject({ Status: 200, HttpPutResponseHopLimit: limit });
  // Routers of an instance give its own address to what they forward.
  const [ipv4, ipv6] = Requests.map(({ SourceIp }) => SourceIp);
  expect(ipv4).toMatch(/^172\.31\./);
  expect(ipv6).toMatch(/^[0-9a-f:]+$/);
  expect(Requests.map(({ SourceIp }) => SourceIp)).toEqual([ipv4, ipv6, ipv4, ipv6, ipv4, ipv6]);
  expect(Counts).toMatchObject({ TokenPut: 6, TokenPutOutOfReach: 2 });
  expect(Counts.Hops.map(({ Hops, Requests: count }) => [Hops, count])).toEqual([
    [1, 2],
    [2, 2],
    [3, 2],
  ]);

  const { stdout } = await openimds.openimds('requests', instance.InstanceId);
  expect(stdout).toMatch(/ 200 out-of-reach {2}curl\/\S+ from 172\.31\.\S+, 3 hops away\n/);
  expect(stdout).toContain('\n2 session tokens cannot have arrived: HttpPutResponseHopLimit was too small.\n');
  expect(stdout).toContain('\nSomebody asks from 3 hops away: with a limit of 3 session tokens get there.\n');
});
