/** The Instances page: what is launched is listed. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenImds, startOpenImds } from '../openimds.ts';
import { browserTests, expectAccessible, PHONE, screenshot } from './console.ts';

const visit = browserTests();
let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});
afterAll(() => openimds?.[Symbol.asyncDispose]());

test('an instance that was launched is listed with its options', async () => {
  const { InstanceId } = await openimds.launch({
    'MetadataOptions.HttpTokens': 'required',
    'MetadataOptions.HttpEndpoint': 'enabled',
  });
  const { page } = await visit(openimds, 'instances');
  const row = page.getByRole('row').filter({ hasText: InstanceId });
  await row.waitFor();
  expect(await row.innerText()).toMatch(/running[\s\S]*required[\s\S]*enabled[\s\S]*applied/);
  await expectAccessible(page);
  await screenshot(page, 'instances');
});

test('at the width of a phone nothing but the table scrolls sideways', async () => {
  const { page } = await visit(openimds, 'instances', { viewport: PHONE });
  await page.getByRole('row').nth(1).waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
});
