/**
 * Signing in: with an access key, or with one click where everybody on the machine may; what is kept of it and what not.
 */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRootAccessKey } from '../../src/cli/root-access-key.ts';
import { type OpenImds, startOpenImds } from '../openimds.ts';
import { browserTests, expectAccessible, PHONE, screenshot, signInWith } from './console.ts';

const visit = browserTests();
let local: OpenImds;
/** Takes no keys that everybody knows. */
let strict: OpenImds;

beforeAll(async () => {
  [local, strict] = await Promise.all([startOpenImds(), startOpenImds('--strict')]);
});
afterAll(() => Promise.all([local, strict].map((each) => each?.[Symbol.asyncDispose]())));

const oneClick = (page: Page) => page.getByRole('button', { name: 'Continue as the local root' });
const signInButton = (page: Page) => page.getByRole('button', { name: 'Sign in', exact: true });
const instances = (page: Page) => page.getByRole('heading', { level: 1, name: /^Instances/ });

async function rootKeys() {
  const { AccessKeyId, SecretAccessKey } = await readRootAccessKey(strict.state);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, region: 'us-east-1' };
}

/** Everything that the page has stored in the browser. */
const stored = (page: Page) =>
  page.evaluate('JSON.stringify({ ...sessionStorage, ...localStorage, cookie: document.cookie })') as Promise<string>;

test('one click signs in as the root of the local account, and a reload forgets it', async () => {
  const { page } = await visit(local, 'instances', { signedOut: true });
  await oneClick(page).waitFor();
  await expectAccessible(page);
  await screenshot(page, 'sign-in');
  await oneClick(page).click();
  await instances(page).waitFor();
  await page.getByRole('button', { name: 'Account: 000000000000' }).waitFor();
  expect(await stored(page)).toBe('{"cookie":""}');
  await page.reload();
  await oneClick(page).waitFor();
});

test('where test keys are not accepted, nobody is offered them', async () => {
  const { page } = await visit(strict, 'instances', { signedOut: true });
  await signInButton(page).waitFor();
  await page.waitForLoadState('networkidle');
  expect(await oneClick(page).count()).toBe(0);
});

test('a wrong secret is refused in the words of AWS, and what was typed stays', async () => {
  const { page } = await visit(strict, 'instances', { signedOut: true, refusals: true });
  await signInWith(page, { ...(await rootKeys()), secretAccessKey: 'wrong' });
  await page.getByText('SignatureDoesNotMatch').waitFor();
  expect(await page.evaluate('document.activeElement.innerText')).toContain('Signing in failed');
  expect(await page.getByLabel('Secret access key').inputValue()).toBe('wrong');
  await expectAccessible(page);
});

test('nothing is sent while a field is empty', async () => {
  const { page } = await visit(strict, 'instances', { signedOut: true });
  await signInButton(page).click();
  await page.getByText('Enter an access key ID.').waitFor();
  await page.getByText('Enter a secret access key.').waitFor();
});

test('who asks for it stays signed in over a reload, until signing out', async () => {
  const { page } = await visit(strict, 'instances', { signedOut: true });
  await page.getByLabel('Stay signed in while this tab is open').check();
  await signInWith(page, await rootKeys());
  await instances(page).waitFor();
  await page.reload();
  await instances(page).waitFor();
  await page.getByRole('button', { name: 'Account: 000000000000' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await signInButton(page).waitFor();
  expect(await stored(page)).toBe('{"cookie":""}');
});

test('where the browser forbids that anything is kept, or something else is kept, all else works', async () => {
  const { page } = await visit(local, 'instances', { signedOut: true });
  await page.evaluate('sessionStorage.setItem("openimds-session", "{")');
  await page.reload();
  await oneClick(page).waitFor();
  const forbid = (name: string) =>
    `Object.defineProperty(window, '${name}', { get() { throw new DOMException('denied', 'SecurityError'); } });`;
  await page.addInitScript(forbid('localStorage') + forbid('sessionStorage'));
  await page.reload();
  await page.getByLabel('Stay signed in while this tab is open').check();
  await oneClick(page).click();
  await instances(page).waitFor();
  await page.getByRole('button', { name: /^Appearance/ }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Dark' }).click();
  await page.locator('body.awsui-dark-mode').waitFor();
});

test('what was told to one who has signed out is not told to the next', async () => {
  const { page } = await visit(local, 'account-settings/manage', { region: 'eu-north-1' });
  await page.getByRole('button', { name: /^Access to tags in metadata/ }).click();
  await page.getByRole('option', { name: 'Enabled' }).click();
  await page.getByRole('button', { name: 'Save changes' }).click();
  const told = page.getByText('IMDS defaults changed in eu-north-1.');
  await told.waitFor();
  await page.getByRole('button', { name: 'Account: 000000000000' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await oneClick(page).click();
  await page.getByRole('heading', { level: 1, name: 'Account settings' }).waitFor();
  expect(await told.count()).toBe(0);
});

test('who is signed in with a key that is deleted meanwhile can sign in again', async () => {
  await local.json('iam', 'create-user', '--user-name', 'leaving');
  const { AccessKey } = await local.json<{ AccessKey: Record<string, string> }>(
    ...['iam', 'create-access-key', '--user-name', 'leaving'],
  );
  const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey;
  const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, region: 'us-east-1' };
  const { page } = await visit(local, 'instances', { keys, refusals: true });
  await page.getByText('UnauthorizedOperation').waitFor();
  const remove = ['iam', 'delete-access-key', '--user-name', 'leaving', '--access-key-id', AccessKeyId];
  expect((await local.aws(...remove)).status).toBe(0);
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByText('AuthFailure').waitFor();
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await oneClick(page).click();
  await page.getByText('No instances in this Region').waitFor();
});

test('in a Region that is none one is told so after signing in, and has a way out', async () => {
  const { page } = await visit(local, 'instances', { region: 'xx-nowhere-1', refusals: true });
  await page.getByText('The instances cannot be listed').waitFor();
  await page.getByRole('button', { name: 'Region: xx-nowhere-1' }).click();
  await page.getByRole('menuitem', { name: 'us-east-1' }).click();
  await page.getByText('No instances in this Region').waitFor();
});

test('temporary credentials sign in with their session token', async () => {
  const { Credentials } = await local.json<{ Credentials: Record<string, string> }>('sts', 'get-session-token');
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials;
  const { page } = await visit(local, 'instances', { signedOut: true });
  await page.getByLabel(/^Session token/).fill(SessionToken);
  await signInWith(page, { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, region: 'us-east-1' });
  await instances(page).waitFor();
});

test('a browser that does not trust the address can sign all the same', async () => {
  const { page } = await visit(strict, 'instances', { fromAfar: true, keys: await rootKeys() });
  await instances(page).waitFor();
  await page.getByText('No instances in this Region').waitFor();
  expect(await page.evaluate('[isSecureContext, typeof crypto.subtle]')).toEqual([false, 'undefined']);
});

test('a browser whose clock is an hour late signs in all the same', async () => {
  const { page } = await visit(local, 'instances', { signedOut: true, refusals: true });
  await page.clock.setFixedTime(Date.now() - 60 * 60_000);
  await oneClick(page).click();
  await instances(page).waitFor();
});

test('another Region is another address, and has other instances', async () => {
  const { InstanceId } = await local.launch({}, { accessKeyId: 'test', secretAccessKey: 'test', region: 'eu-west-1' });
  const { page } = await visit(local, 'instances');
  await page.getByText('No instances in this Region').waitFor();
  await page.getByRole('button', { name: 'Region: us-east-1' }).click();
  await page.getByRole('menuitem', { name: 'eu-west-1' }).click();
  await page.getByText(InstanceId).waitFor();
  expect(new URL(page.url()).hash).toBe('#/eu-west-1/instances');
});

test('dark is chosen by hand or by the system', async () => {
  const { page } = await visit(local, 'instances');
  const [light, dark] = [page.locator('body:not(.awsui-dark-mode)'), page.locator('body.awsui-dark-mode')];
  await instances(page).waitFor();
  await light.waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  await dark.waitFor();
  await page.getByRole('button', { name: /^Appearance/ }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Light' }).click();
  await light.waitFor();
});

test('the keyboard reaches the content without passing the navigation', async () => {
  const { page } = await visit(local, 'instances');
  await instances(page).waitFor();
  await page.evaluate('document.activeElement.blur()');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('main');
});

test('the navigation is open where there is room, also after a phone was turned', async () => {
  const { page } = await visit(local, 'instances', { viewport: PHONE });
  await instances(page).waitFor();
  const navigation = page.getByRole('navigation', { name: 'Side navigation' });
  const link = navigation.getByRole('link', { name: 'Launch instances' });
  expect(await link.count()).toBe(0);
  await page.getByRole('button', { name: 'Open side navigation' }).click();
  await link.click();
  await page.getByRole('heading', { level: 1, name: 'Launch instances' }).waitFor();
  await page.setViewportSize({ width: PHONE.height * 2, height: PHONE.width });
  await link.waitFor();
});

test('a page that cannot be loaded says so, and the others go on', async () => {
  const { page } = await visit(local, 'instances', { refusals: true });
  await page.route('**/launch-page-*.js', (route) => route.fulfill({ status: 404 }));
  const navigation = page.getByRole('navigation', { name: 'Side navigation' });
  await navigation.getByRole('link', { name: 'Launch instances' }).click();
  await page.getByText('This page cannot be shown').waitFor();
  await navigation.getByRole('link', { name: 'Policies' }).click();
  await page.getByRole('heading', { name: 'Policies', level: 1 }).waitFor();
});

test('an address without a page says so, and one without anything leads to the instances', async () => {
  const { page } = await visit(local, 'nothing/here');
  await page.getByText('There is no such page.').waitFor();
  await page.goto('/console/#/');
  await instances(page).waitFor();
});

test('a browser that comes to the root is sent to the console, on a phone too', async () => {
  const { page } = await visit(local, 'instances', { viewport: PHONE, signedOut: true });
  await page.goto('/');
  await oneClick(page).waitFor();
  expect(new URL(page.url()).pathname).toBe('/console/');
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
});

test('the first load, with all that it brings along, is under 700 KB compressed', async () => {
  const { page } = await visit(local, 'instances', { signedOut: true });
  const { hash } = new URL(page.url());
  await page.goto('about:blank');
  // At addresses that they do not trust, browsers take nothing better.
  await page.setExtraHTTPHeaders({ 'accept-encoding': 'gzip' });
  let bytes = 0;
  page.on('response', (response) => {
    bytes += Number(response.headers()['content-length'] ?? 0);
  });
  await page.goto(`/console/${hash}`);
  await oneClick(page).click();
  await instances(page).waitFor();
  await page.getByText('No instances in this Region').waitFor();
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThan(700 * 1024);
});
