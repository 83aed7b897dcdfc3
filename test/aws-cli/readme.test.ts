/**
 * The README's tour, run: every command of its `console` blocks, in order and in one shell, prints what the README shows.
 *
 * What differs each time (ids, addresses, the width of columns) is not compared. The tour begins where `make run` has
 * started OpenIMDS; here it is on free ports. Without clients it is skipped, but not in continuous integration.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHECKOUT, cleanEnvironment, type OpenImds, run, startOpenImds } from '../openimds.ts';

/** A command and the lines that the README shows beneath it. */
type Step = { command: string; shown: string };

let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

test('the tour of the README prints what the README shows', async ({ skip }) => {
  const clients = await run('/bin/sh', ['-c', 'command -v aws && command -v curl']);
  skip(clients.status !== 0 && process.env.CI !== 'true', 'the AWS CLI or curl is not installed here');
  const steps = readSteps(await readFile(join(CHECKOUT, 'README.md'), 'utf8'));
  expect(steps.length).toBeGreaterThan(10);
  const printed = await runSteps(steps.map(({ command }) => command));
  const comparable = (text: string, index: number) => `$ ${steps[index]?.command}\n${withoutChance(text)}`;
  expect(printed.map(comparable)).toEqual(steps.map(({ shown }, index) => comparable(shown, index)));
});

/** Commands begin with `$ ` and go on while a line ends in a backslash. */
function readSteps(markdown: string): Step[] {
  const blocks = [...markdown.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const command = /^(?:.*\\\n)*.*/.exec(step)?.[0] ?? '';
        return { command, shown: step.slice(command.length) };
      }),
  );
}

/** What no command prints. */
const END = '\u001e';

/** What each command prints, to standard output or standard error, in one shell after the other. */
async function runSteps(commands: string[]): Promise<string[]> {
  const script = commands.map((command) => `${command}\nprintf '%s' '${END}'\n`).join('');
  const env = { ...cleanEnvironment(), OPENIMDS_ADDRESS: openimds.address, OPENIMDS_STATE: openimds.state };
  const inCheckout = `cd '${CHECKOUT}' || exit 1\nexec 2>&1\n${script}`;
  const { stdout } = await run('/bin/bash', ['-c', inCheckout], env);
  return stdout.split(END).slice(0, -1);
}

function withoutChance(text: string): string {
  return text
    .replace(/\bi-[0-9a-f]{17}\b/g, 'i-…')
    .replace(/\bhttp:\/\/127\.[\d.]+:\d+/g, 'http://127.…')
    .replace(/[ \t]+/g, ' ')
    .trim();
}
