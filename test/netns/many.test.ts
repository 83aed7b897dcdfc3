/**
 * Two hundred instances at once, launched, stopped, started and terminated, while others use the API.
 */

import { expect, test } from 'vitest';
import { eventually, type OpenImds } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import { listNamespaces, runIn, startInNamespaces, whyNoNamespaces } from './namespaces.ts';

const COUNT = 200;
const URL = 'http://169.254.169.254/latest/meta-data/instance-id';

skipIf(whyNoNamespaces);

/** Asks for the Regions, one time after the other, until `work` is done. @returns the status of each answer */
async function askingMeanwhile(openimds: OpenImds, work: () => Promise<void>): Promise<number[]> {
  const statuses: number[] = [];
  let isDone = false;
  const asking = async () => {
    while (!isDone) statuses.push((await openimds.query({ Action: 'DescribeRegions' })).status);
  };
  const worked = work().finally(() => {
    isDone = true;
  });
  await Promise.all([worked, asking()]);
  return statuses;
}

async function allIn(openimds: OpenImds, state: string): Promise<void> {
  await eventually(async () => ((await openimds.instances()).every(({ State }) => State === state) ? true : undefined));
}

test('the API answers while two hundred instances come up and while they go, and nothing of them is left', async () => {
  await using openimds = await startInNamespaces();
  const launch = { Action: 'RunInstances', ImageId: 'ami-0abcdef1234567890', InstanceType: 't3.large' };

  const whileLaunching = await askingMeanwhile(openimds, async () => {
    await openimds.query({ ...launch, MinCount: `${COUNT}`, MaxCount: `${COUNT}` });
    await allIn(openimds, 'running');
  });
  const instances = await openimds.instances();
  const namespaces = instances.map(({ Endpoints }) => Endpoints.netns ?? '');
  const prefix = namespaces[0]?.replace(/i-.*$/, '') ?? '';
  expect(
    listNamespaces()
      .filter((name) => name.startsWith(`${prefix}i-`))
      .toSorted(),
  ).toEqual(namespaces.toSorted());

  expect(await openimds.openimds('stop', '--all')).toMatchObject({
    stdout: `${COUNT} instances stopped\n`,
    stderr: '',
  });
  expect(listNamespaces().filter((name) => name.startsWith(prefix))).toEqual([]);
  expect(await openimds.openimds('start', '--all')).toMatchObject({
    stdout: `${COUNT} instances started\n`,
    stderr: '',
  });
  const answers = await Promise.all(namespaces.map(async (name) => (await runIn(name, 'curl', '-s', URL)).stdout));
  expect(answers).toEqual(instances.map(({ InstanceId }) => InstanceId));

  const whileTerminating = await askingMeanwhile(openimds, async () => {
    expect(await openimds.openimds('terminate', '--all')).toEqual({
      status: 0,
      stdout: `${COUNT} instances terminated\n`,
      stderr: '',
    });
  });
  expect(listNamespaces().filter((name) => name.startsWith(prefix))).toEqual([]);

  for (const statuses of [whileLaunching, whileTerminating]) {
    expect(new Set(statuses)).toEqual(new Set([200]));
    // As many as this come only where it answers in between.
    expect(statuses.length).toBeGreaterThan(3);
  }
});
