/** The namespace in which clients run as on EC2: nothing but the one metadata service can be reached from it. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Launched, type OpenImds, run, startOpenImds } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import { asOnEc2, INSIDE, whyNotAsOnEc2 } from './as-on-ec2.ts';

let openimds: OpenImds;
let instance: Launched;

beforeAll(async () => {
  openimds = await startOpenImds();
  instance = await openimds.launch({
    'MetadataOptions.HttpEndpoint': 'enabled',
    'MetadataOptions.HttpTokens': 'required',
    'MetadataOptions.HttpProtocolIpv6': 'enabled',
  });
});

skipIf(whyNotAsOnEc2);

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

test("outside of a new namespace it refuses, because it would change this machine's network", async () => {
  const { status, stderr } = await run(process.execPath, [INSIDE, '/nonexistent', 'true']);
  expect(status).not.toBe(0);
  expect(stderr).toContain('this is no new network namespace');
});

test("a program reaches neither this machine's loopback addresses nor any network", async () => {
  await using ec2 = await asOnEc2(instance);
  const links = await ec2.run('ip', ['-brief', 'link']);
  expect(links.stdout).toMatch(/^lo\s.*\n$/);
  const curl = await ec2.run('curl', ['-sS', '--max-time', '5', openimds.address]);
  expect(curl).toMatchObject({ status: 7, stdout: '' });
  expect(ec2.asked).toEqual([]);
});

test('it reaches the metadata service over IPv4 and IPv6, and each request is noted with its status', async () => {
  await using ec2 = await asOnEc2(instance);
  const answers = [];
  for (const base of ['http://169.254.169.254', 'http://[fd00:ec2::254]']) {
    answers.push(await ec2.run('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', `${base}/latest/meta-data/`]));
  }
  expect(answers.map(({ stdout }) => stdout)).toEqual(['401', '401']);
  expect(ec2.asked).toEqual([
    { request: 'GET /latest/meta-data/', status: 401 },
    { request: 'GET /latest/meta-data/', status: 401 },
  ]);
});
