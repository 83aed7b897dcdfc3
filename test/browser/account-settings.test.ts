/**
 * Account settings: the IMDS defaults and the enforcement of IMDSv2 are read and changed by what a person reads there, and
 * what came of it is asked with the real CLI.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHECKOUT, cleanEnvironment, type OpenImds, run, startOpenImds } from '../openimds.ts';
import { browserTests, expectAccessible, PHONE, screenshot } from './console.ts';

const visit = browserTests();
let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});
afterAll(() => openimds?.[Symbol.asyncDispose]());

type Level = Record<string, string | number>;

async function defaultsIn(region: string): Promise<Level> {
  const answer = await openimds.json<{ AccountLevel: Level }>(
    ...['ec2', 'get-instance-metadata-defaults', '--region', region],
  );
  return answer.AccountLevel;
}

/** Opens a list and takes what is called so. */
async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${label}`) }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

const save = (page: Page) => page.getByRole('button', { name: 'Save changes' });
const row = (page: Page, region: string) => page.getByRole('row').filter({ hasText: region });

async function launch(region: string, ...options: string[]) {
  const image = ['--image-id', 'ami-0abcdef1234567890', '--instance-type', 't3.micro'];
  return openimds.aws('ec2', 'run-instances', '--region', region, ...image, ...options);
}

test('the defaults of a Region are shown, changed, and checked as they are typed', async () => {
  const region = 'eu-west-1';
  const { page } = await visit(openimds, 'account-settings', { region });
  await page.getByText('Managed by: account').waitFor();
  await page.getByRole('link', { name: `Manage IMDS defaults in ${region}` }).click();
  await choose(page, 'Metadata version', 'V2 only (token required)');
  await choose(page, 'Metadata response hop limit', 'A number of hops');
  await page.getByRole('spinbutton', { name: 'Number of hops' }).fill('65');
  await page.getByText("A value of '65' is not valid for HttpPutResponseHopLimit.").waitFor();
  expect(await save(page).getAttribute('aria-disabled')).toBe('true');
  await page.getByRole('spinbutton', { name: 'Number of hops' }).fill('3');
  await page.getByText('Metadata response hop limit: No preference → 3').waitFor();
  const command = await page.getByRole('region', { name: 'AWS CLI command' }).innerText();
  expect(command).toMatch(
    /^aws ec2 modify-instance-metadata-defaults[\s\\]+--region eu-west-1[\s\\]+--http-tokens required[\s\\]+--http-put-response-hop-limit 3\s*$/,
  );
  await save(page).click();
  await page.getByText(`IMDS defaults changed in ${region}.`).waitFor();
  await page.getByText('V2 only (token required)').first().waitFor();
  const wanted = { HttpTokens: 'required', HttpPutResponseHopLimit: 3, ManagedBy: 'account' };
  expect(await defaultsIn(region)).toEqual(wanted);

  await page.getByRole('link', { name: `Manage IMDS defaults in ${region}` }).click();
  await choose(page, 'Metadata response hop limit', 'No preference');
  await page.getByText('Metadata response hop limit: 3 → No preference').waitFor();
  await save(page).click();
  await page.getByRole('heading', { name: `IMDS defaults in ${region}` }).waitFor();
  expect(await defaultsIn(region)).toEqual({ HttpTokens: 'required', ManagedBy: 'account' });
});

test('IMDSv2 is enforced in several Regions at once, which says what it breaks; the CLI is then refused', async () => {
  const regions = ['ap-northeast-1', 'ap-northeast-2'];
  const { page } = await visit(openimds, 'account-settings');
  for (const region of regions) await page.getByRole('checkbox', { name: region, exact: true }).check();
  await row(page, 'ap-northeast-1').getByText('No preference').first().waitFor();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Manage in selected Regions' }).click();
  await choose(page, 'IMDSv2 enforcement', 'Enabled');
  await page.getByText(`Launches that leave the metadata version open fail in ${regions.join(', ')}`).waitFor();
  await expectAccessible(page);
  await screenshot(page, 'account-settings-manage');
  const loop = await page.getByRole('region', { name: 'AWS CLI command' }).innerText();
  await save(page).click();
  await page.getByText('IMDS defaults changed in 2 Regions.').waitFor();
  await row(page, 'ap-northeast-2').getByText('Enabled').waitFor();
  await screenshot(page, 'account-settings');

  const enforced = { HttpTokensEnforced: 'enabled', ManagedBy: 'account' };
  const [first = '', second = ''] = regions;
  expect(await Promise.all([defaultsIn(first), defaultsIn(second)])).toEqual([enforced, enforced]);
  const v2 = ['--metadata-options', 'HttpTokens=required,HttpEndpoint=enabled'];
  const [refused, launched] = await Promise.all([launch(first), launch(second, ...v2)]);
  expect(refused.stderr).toContain('(UnsupportedOperation)');
  expect(launched.status).toBe(0);

  // The command that is offered does the same, in Regions of its own.
  const shell = `eval "$("${CHECKOUT}bin/openimds" env --address ${openimds.address})"; ${loop.replace(first, 'sa-east-1')}`;
  expect(await run('sh', ['-c', shell], { ...cleanEnvironment(), AWS_PAGER: '' })).toMatchObject({ status: 0 });
  expect(await defaultsIn('sa-east-1')).toEqual(enforced);
});

test('where Regions differ, what is left alone stays in each', async () => {
  const modify = ['ec2', 'modify-instance-metadata-defaults', '--http-put-response-hop-limit'];
  await Promise.all([
    openimds.json(...modify, '5', '--region', 'us-west-1'),
    openimds.json(...modify, '6', '--region', 'us-west-2'),
  ]);
  const { page } = await visit(openimds, 'account-settings/manage?regions=us-west-1,us-west-2');
  await page.getByRole('button', { name: /^Metadata response hop limit.*Leave as it is/ }).waitFor();
  await choose(page, 'Metadata version', 'V2 only (token required)');
  await save(page).click();
  await page.getByText('IMDS defaults changed in 2 Regions.').waitFor();
  const required = { HttpTokens: 'required', ManagedBy: 'account' };
  expect(await Promise.all([defaultsIn('us-west-1'), defaultsIn('us-west-2')])).toEqual([
    { ...required, HttpPutResponseHopLimit: 5 },
    { ...required, HttpPutResponseHopLimit: 6 },
  ]);
});

test('a denial says which statement decided, and keeps what was chosen', async () => {
  const iam = <T>(...args: string[]) => openimds.json<T>('iam', ...args, '--user-name', 'carol');
  const allow = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
  const lock = await readFile(join(CHECKOUT, 'docs/policies/lock-account-defaults.json'), 'utf8');
  await iam('create-user');
  await iam('put-user-policy', '--policy-name', 'allow', '--policy-document', allow);
  await iam('put-user-policy', '--policy-name', 'lock', '--policy-document', lock);
  const { AccessKey } = await iam<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>('create-access-key');
  const keys = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey, region: 'us-east-1' };
  const path = 'account-settings/manage?regions=us-east-1,us-east-2';
  const { page } = await visit(openimds, path, { keys, refusals: true });
  await choose(page, 'Access to tags in metadata', 'Enabled');
  await save(page).click();
  await page.getByText('Nothing was changed in us-east-1, us-east-2').waitFor();
  const statement = page.getByRole('region', { name: 'Policy statement' });
  expect(await statement.innerText()).toMatch(/Sid +LockDefaults\nEffect +Deny\nAction +ec2:ModifyInstanceMetadataDef/);
  await page.getByRole('button', { name: /^Access to tags in metadata.*Enabled/ }).waitFor();
  await expectAccessible(page);
  expect(await defaultsIn('us-east-1')).toEqual({ ManagedBy: 'account' });
});

test('where a declarative policy manages them it says so, in its words, and nothing can be changed', async () => {
  await using organization = await startOpenImds();
  const org = <T>(...args: string[]) => organization.json<T>('organizations', ...args);
  await org('create-organization', '--feature-set', 'ALL');
  const { Roots } = await org<{ Roots: [{ Id: string }] }>('list-roots');
  const root = Roots[0].Id;
  const type = 'DECLARATIVE_POLICY_EC2';
  await org('enable-policy-type', '--root-id', root, '--policy-type', type);
  const content = {
    ec2_attributes: {
      exception_message: { '@@assign': 'Ask the platform team.' },
      instance_metadata_defaults: { http_tokens: { '@@assign': 'required' } },
    },
  };
  const made = ['--name', 'imdsv2', '--description', 'IMDSv2', '--type', type, '--content', JSON.stringify(content)];
  const { Policy } = await org<{ Policy: { PolicySummary: { Id: string } } }>('create-policy', ...made);
  await org('attach-policy', '--policy-id', Policy.PolicySummary.Id, '--target-id', root);

  const { page } = await visit(organization, 'account-settings');
  await page.getByText('A declarative policy manages these defaults').waitFor();
  await page.getByText('The policy says: Ask the platform team.').waitFor();
  await page.getByText('Managed by: declarative policy').waitFor();
  await screenshot(page, 'account-settings-declarative');
  await page.getByRole('link', { name: 'Manage IMDS defaults in us-east-1' }).click();
  await page.getByRole('button', { name: /^Metadata version.*V2 only/, disabled: true }).waitFor();
  await expectAccessible(page);
  expect(await save(page).getAttribute('aria-disabled')).toBe('true');
  await page.getByRole('link', { name: 'Launch instances' }).click();
  await page.getByRole('button', { name: 'Advanced details' }).click();
  await page.getByText('Default: V2 only (token required), set by a declarative policy of the organization.').waitFor();
});

test('at the width of a phone nothing but tables scrolls sideways', async () => {
  const { page } = await visit(openimds, 'account-settings', { viewport: PHONE });
  const width = () => page.evaluate('document.documentElement.scrollWidth');
  await page.getByText('Managed by: account').waitFor();
  expect(await width()).toBe(PHONE.width);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Manage IMDS defaults in us-east-1' }).click();
  await choose(page, 'IMDSv2 enforcement', 'Enabled');
  await page.getByText('IMDSv2 enforcement: No preference → Enabled').waitFor();
  expect(await width()).toBe(PHONE.width);
  await screenshot(page, 'account-settings-phone');
});

test('one change in all Regions at once', async () => {
  const { page } = await visit(openimds, 'account-settings/manage?regions=us-east-1');
  await page.getByRole('button', { name: /^Regions/ }).click();
  await page.getByRole('option', { name: 'Select all' }).click();
  await page.keyboard.press('Escape');
  await choose(page, 'Access to tags in metadata', 'Disabled');
  await save(page).click();
  await page.getByText(/^IMDS defaults changed in 34 Regions\.$/).waitFor();
  expect(await defaultsIn('me-south-1')).toMatchObject({ InstanceMetadataTags: 'disabled' });
});
