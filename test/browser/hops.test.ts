/**
 * Hops, in the console: on network namespaces it is known from how far away somebody asks, so the console says before a hop
 * limit is lowered whom no session token will reach, and after, whom none has reached.
 */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { chainBehind, makeDualStackSubnet, runIn, startInNamespaces, whyNoNamespaces } from '../netns/namespaces.ts';
import type { OpenImds } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import { optionsOf } from './at-the-instance.ts';
import { browserTests, expectAccessible, screenshot } from './console.ts';

let openimds: OpenImds;
let SubnetId: string;

skipIf(whyNoNamespaces);
const visit = browserTests();
beforeAll(async () => {
  if (whyNoNamespaces() !== undefined) return;
  openimds = await startInNamespaces();
  SubnetId = await makeDualStackSubnet(openimds);
});
afterAll(() => openimds?.[Symbol.asyncDispose]());

/** A token PUT; the status of its answer, and 0 where there is none. */
async function putToken(netns: string, url = 'http://169.254.169.254'): Promise<number> {
  const put = ['-X', 'PUT', '-H', 'X-aws-ec2-metadata-token-ttl-seconds: 60', '-A', 'container/1'];
  const limits = ['-gs', '--max-time', '2', '-o', '/dev/null', '-w', '%{http_code}'];
  return Number((await runIn(netns, 'curl', ...limits, ...put, `${url}/latest/api/token`)).stdout);
}

test('before a hop limit is lowered it says whom no session token will reach, and afterwards none does', async () => {
  const instance = await openimds.launch({
    SubnetId,
    Ipv6AddressCount: '1',
    'MetadataOptions.HttpEndpoint': 'enabled',
    'MetadataOptions.HttpProtocolIpv6': 'enabled',
    'MetadataOptions.HttpPutResponseHopLimit': '2',
  });
  using chain = await chainBehind(instance, 1);
  const [inside = '', behind = ''] = chain.clients;
  expect([await putToken(inside), await putToken(behind)]).toEqual([200, 200]);
  expect(await putToken(inside, 'http://[fd00:ec2::254]')).toBe(200);

  const { page } = await visit(openimds, `instances/${instance.InstanceId}?tab=requests`);
  await page.getByText('Requests come from up to 2 hops away, and HttpPutResponseHopLimit is 2').waitFor();
  await page.getByRole('button', { name: 'Modify instance metadata options' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Metadata IPv6 endpoint/ }).click();
  await page.getByRole('option', { name: /^Disable/ }).click();
  await dialog
    .getByText('1 request over IPv6 in the last hour, from container/1; nothing will answer there.')
    .waitFor();
  await dialog.getByLabel('Metadata response hop limit').fill('1');
  await dialog.getByRole('button', { name: 'Set to Enable' }).click();
  const words =
    '1 session token was asked for from 2 hops away in the last hour, from container/1; with a limit of 1 it will not arrive.';
  await dialog.getByText(words).waitFor();
  await expectAccessible(page);
  await screenshot(page, 'modify-options-hops');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('applied', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  expect(await optionsOf(openimds, instance.InstanceId)).toMatchObject({
    HttpPutResponseHopLimit: 1,
    HttpProtocolIpv6: 'disabled',
  });

  expect([await putToken(inside), await putToken(behind)]).toEqual([200, 0]);
  await page.getByText('Somebody asks from 2 hops away').waitFor();
  await page.getByText('the limit was 1: the token did not arrive').waitFor();
  await page.getByText('of which 1 cannot have arrived').waitFor();
  await expectAccessible(page);
  await screenshot(page, 'instance-requests-hops');
});
