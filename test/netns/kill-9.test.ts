/**
 * kill -9 with two hundred instances: the next process finds all of them as they are, and leaves nothing behind.
 */

import { expect, test } from 'vitest';
import { eventually, type OpenImds, run } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import { ip, listNamespaces, rootEnvironment, runIn, startInNamespaces, whyNoNamespaces } from './namespaces.ts';

const COUNT = 200;
const URL = 'http://169.254.169.254/latest/meta-data/instance-id';

skipIf(whyNoNamespaces);

type Placed = { InstanceId: string; netns: string };

async function allRunning(openimds: OpenImds, count: number): Promise<Placed[]> {
  return eventually(async () => {
    const running = (await openimds.instances()).filter(({ State }) => State === 'running');
    if (running.length < count) return undefined;
    return running.map(({ InstanceId, Endpoints }) => ({ InstanceId, netns: Endpoints.netns ?? '' }));
  });
}

/** Of all links in the VPC's namespace, how many there are with each mark. */
async function marks(vpc: string): Promise<Map<string, number>> {
  const { stdout } = await run('ip', ['-j', '-n', vpc, 'link', 'show'], rootEnvironment());
  const links = JSON.parse(stdout) as { ifname: string; ifalias?: string }[];
  const counts = new Map<string, number>();
  for (const { ifname, ifalias = 'none' } of links.filter(({ ifname }) => ifname !== 'lo')) {
    const mark = ifalias.split('/')[0] ?? ifname;
    counts.set(mark, (counts.get(mark) ?? 0) + 1);
  }
  return counts;
}

test('after kill -9 all answer again, with no leftover and no duplicate link, and programs in them have noticed nothing', async () => {
  await using openimds = await startInNamespaces();
  await openimds.json(
    'ec2',
    'run-instances',
    '--image-id',
    'ami-0abcdef1234567890',
    '--instance-type',
    't3.large',
    '--count',
    `${COUNT}`,
  );
  const before = await allRunning(openimds, COUNT);
  const prefix = before[0]?.netns.replace(/i-.*$/, '') ?? '';
  const [vpc = ''] = listNamespaces().filter((name) => name.startsWith(`${prefix}vpc-`));
  const addresses = async () => (await runIn(before[0]?.netns ?? '', 'ip', '-o', 'address', 'show', 'eth0')).stdout;
  const untouched = await addresses();

  await openimds.stop('SIGKILL');
  // What a crash in the middle of a launch leaves, and what was terminated just before it: both belong to nobody.
  ip(`netns add ${prefix}i-00000000000000000`);
  ip(`link add e00000000000000 netns ${vpc} type veth peer name eth0 netns ${prefix}i-00000000000000000`);
  await openimds.restart();

  const after = await allRunning(openimds, COUNT);
  expect(after).toEqual(before);
  const answers = await Promise.all(
    after.map(async ({ netns }) => (await runIn(netns, 'curl', '-s', '-m', '20', URL)).stdout),
  );
  expect(answers).toEqual(after.map(({ InstanceId }) => InstanceId));
  expect(await addresses()).toBe(untouched);
  expect(
    listNamespaces()
      .filter((name) => name.startsWith(prefix))
      .toSorted(),
  ).toEqual([vpc, ...after.map(({ netns }) => netns)].toSorted());
  expect([...(await marks(vpc))].toSorted()).toEqual(after.map(({ InstanceId }) => [InstanceId, 1]).toSorted());
});
