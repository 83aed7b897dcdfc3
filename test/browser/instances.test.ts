/** The Instances page: what there is, found by the filter, page by page, live; what is selected; starting to terminating. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { sampleInstance } from '../../src/store/testing.ts';
import { eventually, type OpenImds, startOpenImds } from '../openimds.ts';
import { curl, describeInstances, inState, launchMany, tagged } from './at-the-instance.ts';
import { browserTests, expectAccessible, PHONE, screenshot } from './console.ts';

const visit = browserTests();
let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});
afterAll(() => openimds?.[Symbol.asyncDispose]());

/** Keys for a Region of its own, so that a test finds its own instances only. */
const keysOf = (region: string) => ({ accessKeyId: 'test', secretAccessKey: 'test', region });
const REQUIRED = { 'MetadataOptions.HttpTokens': 'required', 'MetadataOptions.HttpEndpoint': 'enabled' };

/** A row but for the heading. */
const rows = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('rowheader') });
const rowOf = (page: Page, text: string) => rows(page).filter({ hasText: text });
const checkboxOf = (page: Page, id: string) => page.getByRole('checkbox', { name: `Select ${id}` });
const findBox = (page: Page) => page.getByRole('combobox', { name: 'Find instances' });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

/** Takes a property whose values are a few, and one of them. */
async function choose(page: Page, property: string, value: string): Promise<void> {
  await findBox(page).fill(property);
  await page.getByRole('option', { name: `${property} = Equals`, exact: true }).click();
  await page.getByRole('option', { name: value, exact: true }).click();
  await button(page, 'Apply').click();
}

async function type(page: Page, text: string): Promise<void> {
  await findBox(page).fill(text);
  await findBox(page).press('Enter');
}

/** Waits until exactly these are listed. */
async function expectRows(page: Page, ids: string[]): Promise<void> {
  await eventually(async () => {
    const listed = await page.getByRole('rowheader').allInnerTexts();
    return [...listed].sort().join() === [...ids].sort().join() ? listed : undefined;
  });
}

test('an instance that was launched is listed with its options, and who uses IMDSv1', async () => {
  const { InstanceId } = await openimds.launch({ ...REQUIRED, ...tagged({ Name: 'web', team: 'blue' }) });
  const { InstanceId: other } = await openimds.launch(tagged({ Name: 'batch' }));
  await curl(openimds, other, '/latest/meta-data/');
  await curl(openimds, InstanceId, '/latest/meta-data/');
  const { page } = await visit(openimds, 'instances');
  await rowOf(page, other).getByText('1 answered').waitFor();
  await rowOf(page, InstanceId).getByText('1 got 401').waitFor();
  expect(await rowOf(page, InstanceId).innerText()).toMatch(
    /web[\s\S]*running[\s\S]*required[\s\S]*enabled[\s\S]*applied/,
  );
  await expectAccessible(page);
  await screenshot(page, 'instances');
});

test('a name of 255 characters leaves the other columns in sight', async () => {
  const region = 'sa-east-1';
  const { InstanceId } = await openimds.launch(tagged({ Name: 'long-'.repeat(51) }), keysOf(region));
  const { page } = await visit(openimds, 'instances', { region });
  const cell = await rowOf(page, InstanceId).getByRole('rowheader').boundingBox();
  expect((cell?.x ?? Infinity) + (cell?.width ?? 0)).toBeLessThan(1280);
});

test('no instances: it says what to do', async () => {
  const { page } = await visit(openimds, 'instances', { region: 'ap-south-1' });
  await page.getByText('Launch one to see it here.').waitFor();
  await expectAccessible(page);
  await screenshot(page, 'instances-empty');
});

describe('the filter is what DescribeInstances filters by', () => {
  const region = 'eu-west-1';
  const launch = async (parameters: Record<string, string>) =>
    (await openimds.launch(parameters, keysOf(region))).InstanceId;
  let [web, worker, off]: string[] = [];
  beforeAll(async () => {
    web = await launch({ ...REQUIRED, ...tagged({ Name: 'web-1', team: 'blue' }) });
    worker = await launch({ InstanceType: 'm5.large', ...tagged({ Name: 'worker', team: 'red' }) });
    off = await launch({ 'MetadataOptions.HttpEndpoint': 'disabled', ...tagged({ Name: 'web-2' }) });
  });

  const filters = async (Name: string, value: string) =>
    (await describeInstances(openimds, '--region', region, '--filters', `Name=${Name},Values=${value}`)).map(
      ({ InstanceId }) => InstanceId,
    );

  test('by a metadata option, by a tag, and by both; a link keeps it', async () => {
    const { page } = await visit(openimds, 'instances', { region });
    await choose(page, 'HttpTokens', 'optional');
    await expectRows(page, [worker ?? '', off ?? '']);
    expect(await filters('metadata-options.http-tokens', 'optional')).toEqual([worker, off]);
    await choose(page, 'HttpEndpoint', 'enabled');
    await expectRows(page, [worker ?? '']);
    await screenshot(page, 'instances-filtered');
    await expectAccessible(page);
    await page.reload();
    await button(page, 'Continue as the local root').click();
    await expectRows(page, [worker ?? '']);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await type(page, 'Tag: team = blue');
    await expectRows(page, [web ?? '']);
    expect(await filters('tag:team', 'blue')).toEqual([web]);
  });

  test('by state, type, image, id; what is typed alone is a part of the name, or an id', async () => {
    const { page } = await visit(openimds, 'instances', { region });
    await type(page, 'web-');
    await expectRows(page, [web ?? '', off ?? '']);
    await type(page, off ?? '');
    await expectRows(page, [off ?? '']);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await type(page, 'Type ^ m5');
    await expectRows(page, [worker ?? '']);
    await choose(page, 'Instance state', 'stopped');
    await page.getByText('No instance in this Region is as the filter says.').waitFor();
    await button(page, 'Clear filter').click();
    await expectRows(page, [web ?? '', worker ?? '', off ?? '']);
  });
});

describe('live', () => {
  test('what is changed elsewhere shows, and what is selected stays selected', async () => {
    const region = 'us-west-2';
    const [first = '', second = ''] = await launchMany(openimds, 2, {}, keysOf(region));
    const { page } = await visit(openimds, 'instances', { region });
    await checkboxOf(page, second).check();
    const [third = ''] = await launchMany(openimds, 1, tagged({ Name: 'late' }), keysOf(region));
    await openimds.aws('ec2', 'stop-instances', '--region', region, '--instance-ids', first);
    await rowOf(page, third).getByText('late').waitFor();
    await rowOf(page, first).getByText('stopped').waitFor();
    expect(await checkboxOf(page, second).isChecked()).toBe(true);
    expect(await checkboxOf(page, first).isChecked()).toBe(false);
  });

  test('nothing is asked while the tab is hidden', async () => {
    const { page } = await visit(openimds, 'instances', { signedOut: true });
    // From here on a minute passes when it is told to.
    await page.clock.install();
    await button(page, 'Continue as the local root').click();
    await page.getByRole('heading', { level: 1, name: 'Instances' }).waitFor();
    const asks = (request: { postData(): string | null }) =>
      request.postData()?.includes('DescribeInstances&') === true;
    for (let time = 0; time < 2; time++) await page.waitForResponse((response) => asks(response.request()));
    await page.evaluate("Object.defineProperty(document, 'hidden', { get: () => window.isAway, configurable: true })");
    await page.evaluate('window.isAway = true');
    let asked = 0;
    page.on('request', (request) => {
      if (asks(request)) asked++;
    });
    for (let minute = 0; minute < 3; minute++) await page.clock.fastForward(60_000);
    expect(asked).toBe(0);
    const back = "window.isAway = false; document.dispatchEvent(new Event('visibilitychange'))";
    await Promise.all([page.waitForRequest(asks), page.evaluate(back)]);
  });

  test('start, stop, reboot and terminate ask first; what cannot be asked is not offered', async () => {
    const region = 'ca-central-1';
    const [first = '', second = ''] = await launchMany(openimds, 2, {}, keysOf(region));
    const { page } = await visit(openimds, 'instances', { region });
    const change = async (name: string, ids: string[], then: string) => {
      await button(page, 'Instance state').click();
      await page.getByRole('menuitem', { name: new RegExp(`^${name} instance`) }).click();
      const dialog = page.getByRole('dialog');
      for (const id of ids) await dialog.getByText(id).waitFor();
      await expectAccessible(page);
      if (name === 'Terminate') await screenshot(page, 'instances-terminate');
      await dialog.getByRole('button', { name, exact: true }).click();
      for (const id of ids) await rowOf(page, id).getByText(then, { exact: true }).waitFor();
    };
    await page.getByRole('checkbox', { name: 'Select all instances on this page', disabled: false }).press('Space');
    await change('Reboot', [first, second], 'running');
    await button(page, 'Clear selection').click();
    await checkboxOf(page, first).check();
    await change('Stop', [first], 'stopped');
    await button(page, 'Instance state').click();
    expect(await page.getByRole('menuitem', { name: 'Stop instance' }).getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Escape');
    await change('Start', [first], 'running');
    await change('Terminate', [first], 'terminated');
    await inState(openimds, first, 'terminated', region);
    await inState(openimds, second, 'running', region);
  });
});

test('columns are chosen, and the choice outlives a reload', async () => {
  const { page } = await visit(openimds, 'instances');
  await page.getByRole('columnheader', { name: 'HttpProtocolIpv6' }).waitFor();
  await button(page, 'Preferences').click();
  await page.getByRole('checkbox', { name: /^HttpProtocolIpv6/ }).uncheck();
  await page.getByRole('checkbox', { name: /^AMI ID/ }).check();
  await expectAccessible(page);
  await screenshot(page, 'instances-preferences');
  await button(page, 'Confirm').click();
  await page.reload();
  await button(page, 'Continue as the local root').click();
  await page.getByRole('columnheader', { name: 'AMI ID' }).waitFor();
  expect(await page.getByRole('columnheader', { name: 'HttpProtocolIpv6' }).count()).toBe(0);
});

test('a script in a name and in a tag stays text', async () => {
  const region = 'eu-north-1';
  const script = `<img src=x onerror="document.title='broken'"><script>document.title='broken'</script>`;
  await openimds.launch(tagged({ Name: script, note: script }), keysOf(region));
  const { page } = await visit(openimds, 'instances', { region });
  await page.getByRole('gridcell', { name: script }).waitFor();
  await findBox(page).fill('Tag: note = ');
  await page.getByRole('option', { name: script }).click();
  await page.getByRole('gridcell', { name: script }).waitFor();
  expect(await page.title()).toBe('Instances | OpenIMDS');
});

test('the keyboard reaches a row, selects it and follows its link', async () => {
  const { InstanceId } = await openimds.launch();
  const { page } = await visit(openimds, 'instances');
  await checkboxOf(page, InstanceId).focus();
  await page.keyboard.press('Space');
  await page.getByText('(1 selected)').waitFor();
  await page.getByRole('link', { name: InstanceId }).press('Enter');
  await page.getByRole('heading', { level: 1, name: InstanceId }).waitFor();
});

test('at the width of a phone nothing but the table scrolls sideways', async () => {
  await openimds.launch(tagged({ Name: 'web' }));
  const { page } = await visit(openimds, 'instances', { viewport: PHONE });
  await rows(page).first().waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
  await expectAccessible(page);
  await screenshot(page, 'instances-phone');
});

describe('many instances', () => {
  const nextPage = (page: Page) => button(page, 'Next page');

  test('1,000 come a page at a time, and are selected over pages', async () => {
    const region = 'us-east-2';
    const ids = await launchMany(openimds, 1000, {}, keysOf(region));
    const { page } = await visit(openimds, 'instances', { region });
    await rowOf(page, ids[0] ?? '').waitFor();
    expect(await rows(page).count()).toBe(50);
    await checkboxOf(page, ids[0] ?? '').check();
    await nextPage(page).click();
    await rowOf(page, ids[50] ?? '').waitFor();
    expect(await rows(page).count()).toBe(50);
    await checkboxOf(page, ids[50] ?? '').check();
    await page.getByText('(2 selected)').waitFor();
    await button(page, 'Page 1').click();
    await checkboxOf(page, ids[0] ?? '')
      .and(page.locator(':checked'))
      .waitFor();
    await type(page, ids[999] ?? '');
    await expectRows(page, [ids[999] ?? '']);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await rowOf(page, ids[0] ?? '').waitFor();
    await page.getByRole('checkbox', { name: 'Select all instances on this page', disabled: false }).press('Space');
    await button(page, 'Select all that match').click();
    await page.getByText('(1000 selected)').waitFor();
    await button(page, 'Modify instance metadata options').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Metadata response hop limit').fill('3');
    await dialog.getByRole('button', { name: 'Set to Enable' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('1000 applied', { exact: true }).waitFor();
    const changed = await describeInstances(
      ...([
        openimds,
        '--region',
        region,
        '--filters',
        'Name=metadata-options.http-put-response-hop-limit,Values=3',
      ] as const),
    );
    expect(changed).toHaveLength(1000);
  });

  test('of 100,000 the first page is there at once, and a filter finds the one that is meant', async () => {
    await using large = await startOpenImds();
    await large.stop();
    const meant = await fillStore(large.state);
    await large.restart();
    const { page } = await visit(large, 'instances');
    await rows(page).first().waitFor();
    expect(await rows(page).count()).toBe(50);
    await nextPage(page).click();
    await button(page, 'Page 3').waitFor();
    await choose(page, 'HttpTokens', 'optional');
    await expectRows(page, [meant]);
    // The control plane cannot find these by an index, and looks at some thousands at a time.
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await choose(page, 'Options state', 'pending');
    await page.getByText('No matches so far').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'instances-search-on');
    await button(page, 'Search on').click();
    await button(page, 'Page 3').waitFor();
  });
});

test('what was forgotten while the server was away is gone: nothing of it stays to be acted on', async () => {
  await using away = await startOpenImds();
  const { InstanceId } = await away.launch();
  const { page: table } = await visit(away, 'instances', { refusals: true });
  await checkboxOf(table, InstanceId).check({ force: true });
  const { page } = await visit(away, `instances/${InstanceId}`, { refusals: true });
  await page.getByRole('heading', { level: 1, name: InstanceId }).waitFor();
  await away.aws('ec2', 'terminate-instances', '--instance-ids', InstanceId);
  await inState(away, InstanceId, 'terminated');
  const { host } = new URL(away.address);
  await away.stop();
  await page.getByText(`${InstanceId} cannot be read at the moment`).waitFor();
  await forget(away.state);
  await away.restart('--listen', host);
  await page.getByText(`The instance ID '${InstanceId}' does not exist`).waitFor();
  expect(await button(page, 'Modify instance metadata options').count()).toBe(0);
  await table.getByText('No instances in this Region').waitFor();
  await button(table, 'Modify instance metadata options').click();
  await table.getByText('What was selected is gone: there is nothing to modify.').waitFor();
});

/** As an hour after instances were terminated. */
async function forget(state: string): Promise<void> {
  const store = await openSqliteStore(state);
  await store.transaction((tx) => tx.instances.forgetTerminated(Date.now() + 60_000));
  await store.close();
}

/** 100,000 instances that no host runs. The id of the one with HttpTokens=optional, which is among the last. */
async function fillStore(state: string): Promise<string> {
  const store = await openSqliteStore(state);
  const made = { account: '000000000000', host: 'elsewhere', State: 'stopped' as const };
  const { InstanceId } = sampleInstance();
  for (let batch = 0; batch < 100; batch++) {
    await store.transaction(async (tx) => {
      const instances = Array.from({ length: 1000 }, () => sampleInstance(made));
      if (batch === 99)
        instances[500] = sampleInstance({ ...made, InstanceId, MetadataOptions: { HttpTokens: 'optional' } });
      await tx.instances.insert(instances);
    });
  }
  await store.close();
  return InstanceId;
}
