/**
 * The Launch page: the page's procedures for the console, by what a person reads on it, and what came of them, asked with
 * the real CLI and with curl at the instance.
 */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHECKOUT, eventually, type OpenImds, reach, run, startOpenImds } from '../openimds.ts';
import { browserTests, expectAccessible, PHONE, screenshot } from './console.ts';

const visit = browserTests();
let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});
afterAll(() => openimds?.[Symbol.asyncDispose]());

/** The Launch page, with what AWS's console has chosen at first. */
async function launchPage(visiting: Parameters<typeof visit>[2] = {}): Promise<Page> {
  const { page } = await visit(openimds, 'launch', visiting);
  await page.getByRole('button', { name: /Instance type.*t3\.micro/ }).waitFor();
  return page;
}

async function openAdvancedDetails(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Advanced details' }).click();
}

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${label}`) }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** Presses the button and waits for what is told; the id of the one instance. */
async function launchOne(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Launch instances' }).click();
  const link = page.getByRole('link', { name: /^i-[0-9a-f]{17}$/ });
  await link.waitFor();
  return link.innerText();
}

async function described(InstanceId: string): Promise<Described> {
  const { Reservations } = await openimds.json<{ Reservations: { Instances: Described[] }[] }>(
    ...['ec2', 'describe-instances', '--instance-ids', InstanceId],
  );
  return Reservations[0]?.Instances[0] as Described;
}

type Described = {
  ImageId: string;
  InstanceType: string;
  KeyName?: string;
  SubnetId: string;
  MetadataOptions: Record<string, string | number>;
  Tags?: { Key: string; Value: string }[];
};

/** What curl says that the instance's metadata service answers. */
async function curl(InstanceId: string, ...args: string[]): Promise<string> {
  const { ipv4 } = await reach(openimds, InstanceId, 'running');
  const path = args.pop() ?? '';
  const { stdout } = await run('curl', ['-sS', '-w', ' %{http_code}', ...args, `${ipv4}${path}`]);
  return stdout;
}

describe('the procedures of the page', () => {
  test('To require the use of IMDSv2 on a new instance: Metadata accessible Enabled, Metadata version V2 only', async () => {
    const page = await launchPage();
    await openAdvancedDetails(page);
    await choose(page, 'Metadata accessible', 'Enabled');
    await choose(page, 'Metadata version', 'V2 only (token required)');
    await screenshot(page, 'launch-instances');
    const InstanceId = await launchOne(page);
    expect((await described(InstanceId)).MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpEndpoint: 'enabled' });
    expect(await curl(InstanceId, '/latest/meta-data/instance-id')).toMatch(/ 401$/);
    const [token] = (await curl(InstanceId, '-X', 'PUT', '-H', 'X-aws-ec2-metadata-token-ttl-seconds: 60', '/latest/api/token')).split(' ');
    const header = `X-aws-ec2-metadata-token: ${token}`;
    expect(await curl(InstanceId, '-H', header, '/latest/meta-data/instance-id')).toBe(`${InstanceId} 200`);
  });

  test('To turn off access to instance metadata: Metadata accessible Disabled', async () => {
    const page = await launchPage();
    await openAdvancedDetails(page);
    await choose(page, 'Metadata accessible', 'Disabled');
    await page.getByRole('button', { name: /^Metadata version/ }).and(page.locator(':disabled')).waitFor();
    const InstanceId = await launchOne(page);
    expect((await described(InstanceId)).MetadataOptions).toMatchObject({ HttpEndpoint: 'disabled' });
    expect(await curl(InstanceId, '/latest/meta-data/instance-id')).toBe(' 403');
  });
});
