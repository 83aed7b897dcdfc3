/**
 * The console in a real browser against a real server, for tests.
 *
 *   const visit = browserTests();
 *   const { page } = await visit(openimds, 'instances');           // signed in as the local root
 *   await page.getByRole('button', { name: 'Launch instances' }).click();
 *
 * Whatever the browser complains of fails the test at its end: an error in its log, an exception, a violation of the
 * content security policy, a request to another host.
 */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { CHECKOUT, type Keys, type OpenImds, run } from '../openimds.ts';
import { skipIf } from '../skip.ts';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Of another machine, as far as the browser can tell: it does not trust it.
  '--host-resolver-rules=MAP console.example 127.0.0.1',
];
/** Milliseconds; below the limit of a test, so that it is said what did not come about. */
const LONGEST_WAIT = 60_000;
const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };

type Visit = {
  viewport?: { width: number; height: number };
  /** The test makes the API refuse, or not answer: what the browser logs of that is no complaint then. */
  refusals?: true;
  /** By the name `console.example` instead of by a loopback address. */
  fromAfar?: true;
  /** Whether it stays at the sign-in page. */
  signedOut?: true;
  /** Instead of `us-east-1`. */
  region?: string;
  /** Instead of the local root's. */
  keys?: Keys;
};

/** @param path of a page, below the Region, for example `instances` */
type Visitor = (openimds: OpenImds, path: string, visit?: Visit) => Promise<{ page: Page }>;

/** To be called once in a file of tests, at its top; they are skipped where there is no browser. */
export function browserTests(): Visitor {
  skipIf(whyNoBrowser);
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (whyNoBrowser() !== undefined) return;
    const built = await run(process.execPath, [join(CHECKOUT, 'console/build.ts'), '--if-needed']);
    if (built.status !== 0) throw new Error(built.stderr);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  });
  afterAll(() => browser?.close());
  return async (openimds, path, visit = {}) => {
    if (!browser) throw new Error('the browser did not start');
    const baseURL = visit.fromAfar ? openimds.address.replace('127.0.0.1', 'console.example') : openimds.address;
    // What is half faded in has no contrast yet.
    const context = await browser.newContext({ viewport: visit.viewport ?? DESKTOP, baseURL, reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(LONGEST_WAIT);
    const complaints = await watch(page, baseURL, visit.refusals === true);
    onTestFinished(async () => {
      const found = [...complaints];
      await context.close();
      expect(found).toEqual([]);
    });
    await page.goto(`/console/#/${visit.region ?? 'us-east-1'}/${path}`);
    if (!visit.signedOut) await signIn(page, visit.keys);
    return { page };
  };
}

async function signIn(page: Page, keys: Keys | undefined): Promise<void> {
  if (keys) await signInWith(page, keys);
  else await page.getByRole('button', { name: 'Continue as the local root' }).click();
  await page.getByRole('banner').waitFor();
}

/** Fills in the form of the sign-in page and sends it. */
export async function signInWith(page: Page, { accessKeyId, secretAccessKey }: Keys): Promise<void> {
  await page.getByLabel('Access key ID').fill(accessKeyId);
  await page.getByLabel('Secret access key').fill(secretAccessKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

function whyNoBrowser(): string | undefined {
  if (existsSync(CHROMIUM) || process.env.CI === 'true') return undefined;
  return `${CHROMIUM} is missing (test/install-clients.sh installs it)`;
}

/** What the browser complains of from now on. */
async function watch(page: Page, address: string, refusals: boolean): Promise<string[]> {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.text() === OF_CLOUDSCAPE) return;
    const isRefusal = refusals && OF_REFUSALS.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isRefusal) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error.stack)));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== address && protocol !== 'data:') complaints.push(`asked another host: ${request.url()}`);
  });
  await page.exposeFunction('reportViolation', (what: string) => complaints.push(what));
  await page.addInitScript(REPORT_VIOLATIONS);
  return complaints;
}

/** What the browser says of a request that was refused, and React of a page that could not be loaded. */
const OF_REFUSALS =
  /^Failed to load resource: .*(?: [45]\d\d |ERR_CONNECTION_REFUSED)|Failed to fetch dynamically imported module/;

/** What its top navigation warns of itself, where it has no room for its menus. */
const OF_CLOUDSCAPE =
  '[AwsUi] [Button] Overriding native attribute [aria-haspopup] which has a Cloudscape-provided value';

const REPORT_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) => {
  reportViolation('against the policy: ' + event.violatedDirective + ' ' + event.blockedURI);
});`;

// ─── Axe ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Expects that Axe finds nothing serious on the page as it is now. */
export async function expectAccessible(page: Page): Promise<void> {
  // Through the debugger, so that the page's policy need not allow it.
  await page.evaluate(await axe);
  const violations = (await page.evaluate('axe.run()')) as { violations: Violation[] };
  const serious = violations.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const found = serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  expect(found.filter((each) => !NARROW_NAVIGATION.test(each))).toEqual([]);
}

/** On a phone Cloudscape's own frame says of its navigation which way it is oriented, which is harmless and no role's. */
const NARROW_NAVIGATION = /^aria-allowed-attr: <nav [^>]*aria-orientation="horizontal"[^>]*mobile-toolbar-nav/;

type Violation = { id: string; impact: string; nodes: { html: string }[] };

// ─── Screenshots ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Of the page as it is, light and dark, into the documents: only if asked for, with `npm run screenshots`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env.SCREENSHOTS !== '1') return;
  // What is fixed to the window belongs to the top of the picture.
  await page.evaluate('scrollTo(0, 0)');
  // A dialog is as large as the window.
  const fullPage = (await page.getByRole('dialog').count()) === 0;
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: join(CHECKOUT, 'docs/screenshots', `${name}-${colorScheme}.png`), fullPage });
  }
}
