/** The page of an instance: its details, its options, its metadata as it sees it, and who has asked for it. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenImds, startOpenImds } from '../openimds.ts';
import { curl, describeInstances, tagged } from './at-the-instance.ts';
import { browserTests, expectAccessible, PHONE, screenshot } from './console.ts';

const visit = browserTests();
let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});
afterAll(() => openimds?.[Symbol.asyncDispose]());

const SCRIPT = `<img src=x onerror="document.title='broken'"><script>document.title='broken'</script>`;

async function open(InstanceId: string, tab: string, visiting: Parameters<typeof visit>[2] = {}): Promise<Page> {
  const { page } = await visit(openimds, `instances/${InstanceId}?tab=${tab}`, visiting);
  await page.getByRole('tab', { selected: true }).waitFor();
  return page;
}

/** The row of a table with this heading. */
const row = (page: Page, name: string | RegExp) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });

test('details: network, placement, profile and tags, as describe-instances has them', async () => {
  const { InstanceId } = await openimds.launch(tagged({ Name: 'web', note: SCRIPT }));
  const [described] = await openimds
    .json<{ Reservations: { Instances: Record<string, string>[] }[] }>(
      'ec2',
      'describe-instances',
      '--instance-ids',
      InstanceId,
    )
    .then(({ Reservations }) => Reservations.flatMap(({ Instances }) => Instances));
  const page = await open(InstanceId, 'details');
  for (const field of ['PrivateIpAddress', 'SubnetId', 'VpcId', 'ImageId', 'InstanceType', 'PrivateDnsName']) {
    await page
      .getByText(described?.[field] ?? '', { exact: true })
      .first()
      .waitFor();
  }
  await page.getByRole('cell', { name: SCRIPT }).waitFor();
  expect(await page.title()).toBe(`${InstanceId} | OpenIMDS`);
  await expectAccessible(page);
  await screenshot(page, 'instance-details');
});

test('metadata options, with what each means, and their State, live', async () => {
  const { InstanceId } = await openimds.launch();
  const page = await open(InstanceId, 'options');
  await page.goto(`/console/#/us-east-1/instances/${InstanceId}?tab=none`);
  await page.getByRole('tab', { name: 'Details', selected: true }).waitFor();
  await page.getByRole('tab', { name: 'Metadata options' }).click();
  expect(await row(page, /HttpTokens/).innerText()).toMatch(/optional[\s\S]*IMDSv1, are answered too/);
  await page.getByText('applied', { exact: true }).waitFor();
  await openimds.aws('ec2', 'stop-instances', '--instance-ids', InstanceId);
  await openimds.json(
    ...['ec2', 'modify-instance-metadata-options', '--instance-id', InstanceId],
    ...['--http-tokens', 'required', '--http-endpoint', 'enabled'],
  );
  await row(page, /HttpTokens/)
    .getByText('required')
    .waitFor();
  await page.getByText('They will be applied when the instance starts.').waitFor();
  await expectAccessible(page);
  await screenshot(page, 'instance-options');
  await openimds.aws('ec2', 'start-instances', '--instance-ids', InstanceId);
  await page.getByText('The metadata service does what these options say.').waitFor();
});

describe('metadata', () => {
  const tree = (page: Page) => page.getByRole('tree', { name: 'Metadata' });
  test('the tree is browsed, and its values are those that curl gets', async () => {
    const { InstanceId } = await openimds.launch({
      ...tagged({ Name: SCRIPT }),
      'MetadataOptions.InstanceMetadataTags': 'enabled',
      UserData: Buffer.from(`#!/bin/sh\necho ${SCRIPT}\n`).toString('base64'),
    });
    const page = await open(InstanceId, 'metadata');
    await tree(page).getByText(InstanceId, { exact: true }).waitFor();
    await page.getByRole('button', { name: /placement/ }).click();
    const [zone] = (await curl(openimds, InstanceId, '/latest/meta-data/placement/availability-zone')).split(' ');
    await tree(page)
      .getByText(zone ?? '', { exact: true })
      .waitFor();
    await page.getByRole('button', { name: /tags/ }).first().click();
    await page
      .getByRole('button', { name: /instance$/ })
      .last()
      .click();
    await tree(page).getByText(SCRIPT.slice(0, 60)).waitFor();
    await page.getByRole('button', { name: 'user-data', exact: true }).click();
    const [userData] = (await curl(openimds, InstanceId, '/latest/user-data')).split(' 200');
    expect((await page.getByRole('region', { name: 'Value' }).innerText()).trimEnd()).toBe(userData?.trimEnd());
    expect(await page.title()).toBe(`${InstanceId} | OpenIMDS`);
    await expectAccessible(page);
    await screenshot(page, 'instance-metadata');
  });

  test('what cannot be read is said, by whatever stands between too, and is read once it can be', async () => {
    const { InstanceId } = await openimds.launch();
    const page = await open(InstanceId, 'details', { refusals: true });
    await page.route('**/openimds/instances/*/metadata?*', (route) => route.fulfill({ status: 502, body: '<p>Bad' }));
    await page.getByRole('tab', { name: 'Metadata', exact: true }).click();
    await page.getByText('HTTP 502: The answer is no error of OpenIMDS.').waitFor();
    await page.unroute('**/openimds/instances/*/metadata?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await tree(page).getByText(InstanceId, { exact: true }).waitFor();
    expect(await page.getByText('The metadata cannot be read').count()).toBe(0);
  });

  test('it says so when the endpoint is disabled, and when the instance is stopped', async () => {
    const { InstanceId } = await openimds.launch({ 'MetadataOptions.HttpEndpoint': 'disabled' });
    const page = await open(InstanceId, 'metadata');
    await page.getByText('HttpEndpoint is disabled: the instance gets 403').waitFor();
    expect(await curl(openimds, InstanceId, '/latest/meta-data/')).toBe(' 403');
    await expectAccessible(page);
    await openimds.aws('ec2', 'stop-instances', '--instance-ids', InstanceId);
    await page.getByText(/this one is (stopping|stopped)/).waitFor();
  });
});

test('requests appear while one looks: who used IMDSv1, and what they got; IMDSv1 alone on demand', async () => {
  const { InstanceId } = await openimds.launch();
  const page = await open(InstanceId, 'requests');
  await page.getByText(/Nobody has asked since/).waitFor();
  await curl(openimds, InstanceId, '/latest/meta-data/instance-id', '-A', 'python-requests/2.31');
  await row(page, 'GET /latest/meta-data/instance-id').getByText('python-requests/2.31').waitFor();
  await curl(openimds, InstanceId, '/latest/api/token', '-X', 'PUT', '-H', 'X-aws-ec2-metadata-token-ttl-seconds: 60');
  await curl(openimds, InstanceId, '/latest/meta-data/none', '-H', 'X-aws-ec2-metadata-token: none', '-A', SCRIPT);
  await row(page, 'GET /latest/meta-data/none').getByText('the session token is not good').waitFor();
  await row(page, 'PUT /latest/api/token').getByText('IMDSv2').waitFor();
  await page.getByText('1, the last at').waitFor();
  await page.getByText(/How many hops away clients are is not known/).waitFor();
  await expectAccessible(page);
  await screenshot(page, 'instance-requests');
  await page.getByLabel('IMDSv1 only').check();
  await row(page, 'PUT /latest/api/token').waitFor({ state: 'detached' });
  expect(await row(page, /latest/).count()).toBe(1);
  expect(await page.title()).toBe(`${InstanceId} | OpenIMDS`);
});

test('an instance that is not there is said so in the words of AWS', async () => {
  const page = await visit(openimds, 'instances/i-0123456789abcdef0', { refusals: true }).then(({ page }) => page);
  await page.getByText("The instance ID 'i-0123456789abcdef0' does not exist").waitFor();
});

test('at the width of a phone no tab scrolls sideways', async () => {
  const [first] = await describeInstances(openimds, '--filters', 'Name=instance-state-name,Values=running');
  const page = await open(first?.InstanceId ?? '', 'details', { viewport: PHONE });
  for (const name of ['Details', 'Metadata options', 'Metadata', 'Recent metadata requests']) {
    await page.getByRole('tab', { name, exact: true }).press('Enter');
    await page.getByRole('tab', { name, exact: true, selected: true }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
    await expectAccessible(page);
  }
  await screenshot(page, 'instance-phone');
});
