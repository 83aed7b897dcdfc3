/**
 * Modify instance metadata options: what the page "Configure instance metadata options for existing instances" does with the
 * CLI, done in the console, of one instance and of many, and checked with the real CLI and with curl at the instance.
 */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHECKOUT, cleanEnvironment, type Keys, type OpenImds, run, startOpenImds } from '../openimds.ts';
import { curl, describeInstances, launchMany, optionsOf, tagged } from './at-the-instance.ts';
import { browserTests, expectAccessible, PHONE, screenshot } from './console.ts';

const visit = browserTests();
let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});
afterAll(() => openimds?.[Symbol.asyncDispose]());

const keysOf = (region: string): Keys => ({ accessKeyId: 'test', secretAccessKey: 'test', region });
const MODIFY = 'Modify instance metadata options';
const dialog = (page: Page) => page.getByRole('dialog', { name: MODIFY });
const save = (page: Page) => dialog(page).getByRole('button', { name: 'Save' });

/** The dialog, opened on the page of an instance. */
async function openFor(InstanceId: string, visiting: Parameters<typeof visit>[2] = {}): Promise<Page> {
  const { page } = await visit(openimds, `instances/${InstanceId}?tab=options`, visiting);
  await page.getByRole('button', { name: MODIFY }).click();
  await dialog(page).getByText(InstanceId).first().waitFor();
  return page;
}

/** The same in the table, for all of the page. */
async function openForAll(region: string, visiting: Parameters<typeof visit>[2] = {}): Promise<Page> {
  const { page } = await visit(openimds, 'instances', { region, ...visiting });
  await page.getByRole('checkbox', { name: 'Select all instances on this page', disabled: false }).press('Space');
  await page.getByRole('button', { name: MODIFY }).click();
  await dialog(page).getByText('IMDSv2', { exact: true }).waitFor();
  return page;
}

async function choose(page: Page, label: string, value: string): Promise<void> {
  await dialog(page)
    .getByRole('button', { name: new RegExp(`^${label}`) })
    .click();
  await page.getByRole('option', { name: new RegExp(`^${value}`) }).click();
}

const hopLimit = (page: Page) => dialog(page).getByLabel('Metadata response hop limit');

async function requireTokens(page: Page): Promise<void> {
  await choose(page, 'IMDSv2', 'Required');
  await dialog(page).getByRole('button', { name: 'Set to Enable' }).click();
}

const instanceId = (InstanceId: string) => curl(openimds, InstanceId, '/latest/meta-data/instance-id');

describe('one instance', () => {
  test('To require the use of IMDSv2: says who will get 401, and they do', async () => {
    const { InstanceId } = await openimds.launch(tagged({ Name: 'web' }));
    for (const agent of ['python-requests/2.31', 'python-requests/2.31', 'curl/8']) {
      await curl(openimds, InstanceId, '/latest/meta-data/', '-A', agent);
    }
    const page = await openFor(InstanceId);
    await choose(page, 'IMDSv2', 'Required');
    const words =
      "The HttpEndpoint is not set to 'enabled' in this request. To specify a value for HttpTokens, set HttpEndpoint to 'enabled'.";
    await dialog(page).getByText(words).waitFor();
    expect(await save(page).isDisabled()).toBe(true);
    await dialog(page).getByRole('button', { name: 'Set to Enable' }).click();
    await dialog(page)
      .getByText('3 IMDSv1 requests in the last hour, from python-requests/2.31, curl/8; they will get 401.')
      .waitFor();
    await expectAccessible(page);
    await screenshot(page, 'modify-options');
    await save(page).click();
    await dialog(page).getByText('applied', { exact: true }).waitFor();
    await expectAccessible(page);
    await screenshot(page, 'modify-options-applied');
    expect(await optionsOf(openimds, InstanceId)).toMatchObject({ State: 'applied', HttpTokens: 'required' });
    expect(await instanceId(InstanceId)).toMatch(/ 401$/);
    await dialog(page).getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByText('IMDSv1, get 401').waitFor();
  });

  test('what is recent is so by the clock of the server, however late the browser is', async () => {
    const { InstanceId } = await openimds.launch();
    await curl(openimds, InstanceId, '/latest/meta-data/', '-A', 'curl/8');
    const { page } = await visit(openimds, `instances/${InstanceId}`, { signedOut: true, refusals: true });
    await page.clock.setFixedTime(Date.now() + 2 * 60 * 60_000);
    await page.getByRole('button', { name: 'Continue as the local root' }).click();
    await page.getByRole('button', { name: MODIFY }).click();
    await choose(page, 'IMDSv2', 'Required');
    await dialog(page).getByText('1 IMDSv1 request in the last hour, from curl/8; it will get 401.').waitFor();
  });

  test('the command that it shows does the same', async () => {
    const [one = '', other = ''] = await launchMany(openimds, 2);
    const page = await openFor(one);
    await requireTokens(page);
    await hopLimit(page).fill('3');
    await choose(page, 'Allow tags in instance metadata', 'Enable');
    await choose(page, 'Metadata IPv6 endpoint', 'Enable');
    await choose(page, 'Metadata IPv4 endpoint', 'Disable');
    const command = await dialog(page).getByRole('region', { name: 'AWS CLI command' }).innerText();
    await save(page).click();
    await dialog(page).getByText('applied', { exact: true }).waitFor();
    const shell = `eval "$("${CHECKOUT}bin/openimds" env --address ${openimds.address})"; ${command.replace(one, other)}`;
    const { status, stderr } = await run('sh', ['-c', shell], { ...cleanEnvironment(), AWS_PAGER: '' });
    expect([status, stderr]).toEqual([0, '']);
    const { State: _, ...options } = (await optionsOf(openimds, other)) ?? {};
    expect(options).toMatchObject({
      ...{ HttpTokens: 'required', HttpPutResponseHopLimit: 3, InstanceMetadataTags: 'enabled' },
      ...{ HttpProtocolIpv4: 'disabled', HttpProtocolIpv6: 'enabled' },
    });
    expect(await optionsOf(openimds, one)).toMatchObject(options);
  });

  test('To turn off access, and to reverse it: everybody who asked is named', async () => {
    const { InstanceId } = await openimds.launch({
      'MetadataOptions.InstanceMetadataTags': 'enabled',
      ...tagged({ Name: 'web' }),
    });
    await curl(openimds, InstanceId, '/latest/meta-data/tags/instance/Name', '-A', 'tagger/1');
    const page = await openFor(InstanceId);
    await choose(page, 'Allow tags in instance metadata', 'Disable');
    await dialog(page).getByText('1 request for tags in the last hour, from tagger/1; it will get 404.').waitFor();
    await choose(page, 'Instance metadata service', 'Disable');
    await dialog(page).getByText('1 request in the last hour, from tagger/1; it will get 403.').waitFor();
    await save(page).click();
    await dialog(page).getByText('applied', { exact: true }).waitFor();
    expect(await instanceId(InstanceId)).toBe(' 403');
    await dialog(page).getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByRole('button', { name: MODIFY }).click();
    await choose(page, 'Instance metadata service', 'Enable');
    await save(page).click();
    await dialog(page).getByText('applied', { exact: true }).waitFor();
    expect(await instanceId(InstanceId)).toBe(`${InstanceId} 200`);
    expect(await optionsOf(openimds, InstanceId)).toMatchObject({ InstanceMetadataTags: 'enabled' });
  });

  test('what AWS would refuse is said as one types, in its words', async () => {
    const { InstanceId } = await openimds.launch({ InstanceType: 'c3.large', ...tagged({ 'cost center': '1' }) });
    const page = await openFor(InstanceId);
    await hopLimit(page).fill('65');
    await dialog(page)
      .getByText(
        "A value of '65' is not valid for HttpPutResponseHopLimit. Specify a value between 1 and 64 and try again.",
      )
      .waitFor();
    await hopLimit(page).fill('');
    await choose(page, 'Metadata IPv6 endpoint', 'Enable');
    await dialog(page)
      .getByText('The HttpProtocolIpv6 metadata option cannot be enabled for Xen-backed instance types.')
      .waitFor();
    await choose(page, 'Allow tags in instance metadata', 'Enable');
    await dialog(page)
      .getByText(/'cost center' is not a valid tag key/)
      .waitFor();
    expect(await save(page).isDisabled()).toBe(true);
    await expectAccessible(page);
    await screenshot(page, 'modify-options-refused');
  });

  test('a stopped instance stays pending until it starts', async () => {
    const { InstanceId } = await openimds.launch();
    await openimds.aws('ec2', 'stop-instances', '--instance-ids', InstanceId);
    const page = await openFor(InstanceId, { viewport: PHONE });
    await requireTokens(page);
    await expectAccessible(page);
    await screenshot(page, 'modify-options-phone');
    await save(page).click();
    await dialog(page).getByText('pending until it starts').waitFor();
    expect(await optionsOf(openimds, InstanceId)).toMatchObject({ State: 'pending', HttpTokens: 'required' });
  });
});

test('who may not know who asks is told so, and may modify nevertheless', async () => {
  const { InstanceId } = await openimds.launch();
  const keys = { ...(await makeUser('dan', { Sid: 'NoPeeking', Action: 'openimds:*' })), region: 'us-east-1' };
  const page = await openFor(InstanceId, { keys, refusals: true });
  await requireTokens(page);
  await dialog(page).getByText('What this breaks is not known').waitFor();
  await expectAccessible(page);
  await save(page).click();
  await dialog(page).getByText('applied', { exact: true }).waitFor();
  expect(await optionsOf(openimds, InstanceId)).toMatchObject({ HttpTokens: 'required' });
});

describe('many instances at once', () => {
  test('30 with different values: what is not chosen stays, and all come to be applied', async () => {
    const region = 'eu-west-1';
    const ids = [
      ...(await launchMany(
        openimds,
        20,
        { 'MetadataOptions.HttpPutResponseHopLimit': '2', 'MetadataOptions.HttpEndpoint': 'enabled' },
        keysOf(region),
      )),
      ...(await launchMany(openimds, 10, {}, keysOf(region))),
    ];
    const page = await openForAll(region);
    await hopLimit(page).and(page.getByPlaceholder('Keep as it is: 2 (20), 1 (10)')).waitFor();
    await requireTokens(page);
    await dialog(page)
      .getByText(/^No IMDSv1 request since/)
      .waitFor();
    await expectAccessible(page);
    await screenshot(page, 'modify-options-many');
    const command = await dialog(page).getByRole('region', { name: 'AWS CLI command' }).innerText();
    expect(command.split('\n')[0]).toBe(`for instance in ${ids.join(' ')}; do`);
    await save(page).click();
    await dialog(page).getByText('30 applied', { exact: true }).waitFor();
    await expectAccessible(page);
    await screenshot(page, 'modify-options-many-applied');
    const described = await describeInstances(openimds, '--region', region);
    expect(described.map(({ MetadataOptions: { HttpTokens, State } }) => [HttpTokens, State])).toEqual(
      Array(30).fill(['required', 'applied']),
    );
    const hops = described.map(({ MetadataOptions }) => MetadataOptions.HttpPutResponseHopLimit);
    expect(hops.filter((limit) => limit === 2)).toHaveLength(20);
  });

  test('who closes it in the middle stops it, and is told who was not asked', async () => {
    const region = 'eu-west-2';
    await launchMany(openimds, 10, {}, keysOf(region));
    const page = await openForAll(region);
    await requireTokens(page);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route('**/*', async (route) => {
      if (route.request().postData()?.includes('Action=ModifyInstanceMetadataOptions')) await released;
      await route.continue();
    });
    await save(page).click();
    await dialog(page).getByRole('button', { name: 'Stop' }).waitFor();
    await page.keyboard.press('Escape');
    release();
    await dialog(page).getByText('6 applied, 4 not asked', { exact: true }).waitFor();
    const described = await describeInstances(openimds, '--region', region);
    expect(described.filter(({ MetadataOptions: { HttpTokens } }) => HttpTokens === 'required')).toHaveLength(6);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Instances (4 selected)' }).waitFor();
  });

  test('those that policies deny are listed with the deciding statement, and can be tried again', async () => {
    const region = 'ap-northeast-1';
    const free = await launchMany(openimds, 3, {}, keysOf(region));
    const locked = await launchMany(openimds, 2, tagged({ locked: 'yes' }), keysOf(region));
    const page = await openForAll(region, { keys: { ...(await makeUser('carol', LOCKED)), region }, refusals: true });
    await requireTokens(page);
    await save(page).click();
    await dialog(page).getByText('3 applied, 2 failed', { exact: true }).waitFor();
    await dialog(page).getByRole('region', { name: 'Policy statement' }).waitFor();
    expect(await dialog(page).getByRole('region', { name: 'Policy statement' }).innerText()).toMatch(
      /Sid +LockedStayAsTheyAre\nEffect +Deny/,
    );
    await expectAccessible(page);
    await screenshot(page, 'modify-options-failed');
    for (const id of locked)
      await openimds.aws('ec2', 'delete-tags', '--region', region, '--resources', id, '--tags', 'Key=locked');
    await dialog(page).getByRole('button', { name: 'Try 2 again' }).click();
    await dialog(page).getByText('5 applied', { exact: true }).waitFor();
    const described = await describeInstances(openimds, '--region', region);
    expect(described.map(({ MetadataOptions: { HttpTokens } }) => HttpTokens)).toEqual(Array(5).fill('required'));
    expect(described).toHaveLength(free.length + locked.length);
  });
});

type Deny = { Sid: string; Action: string; Condition?: object };

const LOCKED: Deny = {
  Sid: 'LockedStayAsTheyAre',
  Action: 'ec2:ModifyInstanceMetadataOptions',
  Condition: { StringEquals: { 'aws:ResourceTag/locked': 'yes' } },
};

/** A user who may do everything but that. */
async function makeUser(UserName: string, deny: Deny): Promise<Omit<Keys, 'region'>> {
  const iam = <T>(...args: string[]) => openimds.json<T>('iam', ...args, '--user-name', UserName);
  const Statement = [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Resource: '*', ...deny },
  ];
  const policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam('create-user');
  await iam('put-user-policy', '--policy-name', 'all-but-that', '--policy-document', policy);
  const { AccessKey } = await iam<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>('create-access-key');
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}
