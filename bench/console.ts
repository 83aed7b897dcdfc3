/**
 * How soon can the console be used? From the address to a button that can be pressed, and on to the list of instances, in
 * Debian's chromium, each time with an empty cache and from a server that has answered it before.
 *
 * The floor is a page of that server that has nothing in it. Run: `npm run bench -- console` (`--json` for programs).
 */

import { type Browser, chromium, type Page } from 'playwright-core';
import { run, startOpenImds } from '../test/openimds.ts';
import { median, print, type Row } from './figures.ts';

const ROUNDS = 10;
const CHROMIUM = '/usr/bin/chromium';

type Times = { empty: number; signIn: number; instances: number; bytes: number };

const built = await run(process.execPath, [new URL('../console/build.ts', import.meta.url).pathname, '--if-needed']);
if (built.status !== 0) throw new Error(built.stderr);
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
try {
  await using openimds = await startOpenImds();
  await visit(browser, openimds.address);
  const times: Times[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await visit(browser, openimds.address));
  print('console', rowsOf(times), process.argv.includes('--json'));
} finally {
  await browser.close();
}

async function visit(from: Browser, baseURL: string): Promise<Times> {
  const context = await from.newContext({ baseURL });
  const page = await context.newPage();
  const times: Times = { empty: 0, signIn: 0, instances: 0, bytes: 0 };
  const begin = performance.now();
  await page.goto('/console/no-such-file');
  times.empty = performance.now() - begin;
  page.on('response', (response) => {
    times.bytes += Number(response.headers()['content-length'] ?? 0);
  });
  const start = performance.now();
  await page.goto('/console/', { waitUntil: 'commit' });
  await seen(page, 'Continue as the local root');
  times.signIn = performance.now() - start;
  await page.getByRole('button', { name: 'Continue as the local root' }).click();
  await seen(page, 'No instances in this Region');
  times.instances = performance.now() - start;
  await context.close();
  return times;
}

/** In the frame that shows it: Playwright itself looks ever more seldom, in the end twice a second. */
function seen(page: Page, text: string): Promise<unknown> {
  return page.evaluate(`new Promise((seen) => {
    const look = () => (document.body?.innerText.includes(${JSON.stringify(text)}) ? seen() : requestAnimationFrame(look));
    look();
  })`);
}

function rowsOf(times: Times[]): Row[] {
  const of = (what: keyof Times) => median(times.map((each) => each[what]));
  return [
    { what: 'until one can sign in', value: of('signIn'), floor: of('empty'), unit: 'ms' },
    {
      what: 'until the instances are listed, the click among it',
      value: of('instances'),
      floor: of('empty'),
      unit: 'ms',
    },
    { what: 'loaded, compressed', value: of('bytes') / 1024, unit: 'KB' },
  ];
}
