/**
 * `openimds event …` as processes against a real one: what each command says, what it leaves behind, and what to do next where
 * it is refused.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { cleanEnvironment, OPENIMDS, type OpenImds, type Ran, run, SPOT, startOpenImds } from '../../test/openimds.ts';
import type { ListedEvent, ListedEvents } from '../api/instance-event-shape.ts';

let openimds: OpenImds;
let onDemand: string;

beforeAll(async () => {
  openimds = await startOpenImds();
  onDemand = (await openimds.launch()).InstanceId;
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

async function spot(): Promise<string> {
  return (await openimds.launch(SPOT)).InstanceId;
}

const event = (...args: string[]): Promise<Ran> => openimds.openimds('event', ...args);

async function listed(id: string): Promise<ListedEvent[]> {
  return (await openimds.own<ListedEvents>('GET', `instances/${id}/events`)).Events;
}

async function expectRefused(ran: Promise<Ran>, sentence: string, status = 1): Promise<void> {
  const { stderr, ...rest } = await ran;
  expect(rest).toEqual({ status, stdout: '' });
  expect(stderr).toMatch(/^openimds: /);
  expect(stderr).toContain(sentence);
}

const UNKNOWN = 'instance-event-0123456789abcdef0';
const SECONDS = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;

describe('refused: one sentence that says what to do', () => {
  test.each([['spot-interruption'], ['rebalance']])(
    '%s of an instance that is not a Spot instance',
    async (command) => {
      await expectRefused(event(command, onDemand), 'launch one with --instance-market-options MarketType=spot');
      expect(await listed(onDemand)).toEqual([]);
    },
  );

  test('an instance that does not exist, and what is no id', async () => {
    for (const command of ['list', 'rebalance', 'cancel']) {
      await expectRefused(
        event(command, 'i-0123456789abcdef0'),
        "The instance ID 'i-0123456789abcdef0' does not exist",
      );
      for (const id of ['my web/server', '..', '', 'i-1']) {
        await expectRefused(event(command, id), `\`${id}\` is no id of an instance; openimds ls shows them`);
      }
    }
  });

  test('an event that does not exist, and what is no id of one', async () => {
    for (const command of ['cancel', 'complete']) {
      await expectRefused(event(command, onDemand, UNKNOWN), 'openimds event list shows those that it has');
      const words = `is no id of an event; openimds event list ${onDemand} shows them`;
      for (const id of ['web', '..']) await expectRefused(event(command, onDemand, id), `\`${id}\` ${words}`);
    }
  });

  test('wrong values of flags', async () => {
    const maintenance = ['maintenance', onDemand, '--code', 'system-reboot'];
    await expectRefused(
      event('rebalance', onDemand, '--in', '-1'),
      'It takes a number of seconds from 0 to 604800.',
      2,
    );
    await expectRefused(event('rebalance', onDemand, '--in', '604801'), 'It takes a number of seconds from 0', 2);
    await expectRefused(event(...maintenance, '--not-before', 'soon'), 'such as 2026-11-23T10:00:00Z');
    await expectRefused(event(...maintenance, '--not-before', '2020-01-01T00:00:00Z'), 'is earlier than');
    const both = ['--not-before', '2036-01-01T00:00:00Z', '--notice', '1'];
    await expectRefused(event(...maintenance, ...both), "cannot be used with option '--notice <SECONDS>'", 2);
    await expectRefused(event('list', onDemand, '--query', 'Events', '--output', 'table'), '--query goes with', 2);
  });
});

describe('spot-interruption', () => {
  test('says when the instance is told where, what then happens, and how to take it back', async () => {
    const id = await spot();
    const { status, stdout } = await event('spot-interruption', id, '--in', '60.5');
    expect(status).toBe(0);
    const [made] = await listed(id);
    expect(made).toMatchObject({ Type: 'spot-interruption', Action: 'terminate', Status: 'upcoming' });
    expect(stdout).toMatch(
      new RegExp(
        `^From ${SECONDS} on spot/instance-action and spot/termination-time say that ${id} is to terminate at ${SECONDS}, and then it is terminated\\.\nTake it back with: openimds event cancel ${id} ${made?.EventId}\n$`,
      ),
    );
  });

  test.each([
    ['stop', 'stops'],
    ['hibernate', 'stops, as nothing here hibernates'],
  ])('--action %s --notice', async (action, end) => {
    const id = await spot();
    const { stdout } = await event('spot-interruption', id, '--action', action, '--notice', '86400');
    const sentence = `^Now spot/instance-action says that ${id} is to ${action} at ${SECONDS}, and then it ${end}\\.\n`;
    expect(stdout).toMatch(new RegExp(sentence));
    const [made] = await listed(id);
    if (made?.Type !== 'spot-interruption') throw new Error('it is another event');
    expect(Date.parse(made.InterruptsAt) - Date.parse(made.VisibleFrom)).toBe(86_400_000);
    const table = (await event('list', id)).stdout;
    expect(table).toMatch(
      new RegExp(`${made.EventId}  spot-interruption \\(${action}\\)  visible  ${SECONDS}  ${SECONDS}\n$`),
    );
  });
});

test('rebalance', async () => {
  const id = await spot();
  const { stdout } = await event('rebalance', id);
  expect(stdout).toContain(`Now events/recommendations/rebalance recommends to replace ${id}.\n`);
  expect(await listed(id)).toMatchObject([{ Type: 'rebalance-recommendation', Status: 'visible' }]);
});

test('autoscaling', async () => {
  const { InstanceId } = await openimds.launch();
  const { stdout } = await event('autoscaling', InstanceId, 'Warmed:Running', '--in', '5');
  expect(stdout).toMatch(
    new RegExp(`^From ${SECONDS} on autoscaling/target-lifecycle-state of ${InstanceId} is Warmed:Running\\.\n`),
  );
  expect(await listed(InstanceId)).toMatchObject([{ TargetLifecycleState: 'Warmed:Running' }]);
});

describe('maintenance', () => {
  test('what it says follows from the code', async () => {
    const { InstanceId } = await openimds.launch();
    const times = ['--not-before', '2036-01-01T00:00:00+01:00', '--not-after', '2036-01-02T00:00:00Z'];
    const made = await event('maintenance', InstanceId, '--code', 'instance-stop', ...times, '--description', 'a test');
    expect(made.stdout).toMatch(
      new RegExp(
        `^Now events/maintenance/scheduled announces instance-stop; at 2035-12-31T23:00:00Z ${InstanceId} stops\\.\n`,
      ),
    );
    const reboot = await event(
      'maintenance',
      InstanceId,
      '--code',
      'system-reboot',
      '--notice',
      '3600',
      '--in',
      '1000',
    );
    expect(reboot.stdout).toMatch(
      new RegExp(
        `^From ${SECONDS} on events/maintenance/scheduled announces system-reboot; at ${SECONDS} it is completed\\.\n`,
      ),
    );
    expect(await listed(InstanceId)).toMatchObject([
      { Code: 'instance-stop', Description: 'a test', NotAfter: '2036-01-02T00:00:00.000Z', Status: 'visible' },
      { Code: 'system-reboot', Description: 'scheduled reboot', Status: 'upcoming' },
    ]);
  });

  test('is completed, and canceled, one and all', async () => {
    const { InstanceId } = await openimds.launch();
    expect((await event('cancel', InstanceId)).stdout).toBe(`${InstanceId} has no event that could be canceled.\n`);
    for (let i = 0; i < 3; i++) await event('maintenance', InstanceId, '--code', 'system-reboot');
    await event('autoscaling', InstanceId, 'InService');
    const ids = (await listed(InstanceId)).map(({ EventId }) => EventId);
    const [first = '', second = '', third = '', fourth = ''] = ids;
    expect((await event('complete', InstanceId, first)).stdout).toBe(
      `events/maintenance/history has ${first} as completed; nothing else was done to ${InstanceId}.\n`,
    );
    const canceled = (id: string) =>
      `Canceled ${id}, scheduled-maintenance (system-reboot): events/maintenance/history has it as canceled.\n`;
    expect((await event('cancel', InstanceId, second)).stdout).toBe(canceled(second));
    expect((await event('cancel', InstanceId)).stdout).toBe(
      `${canceled(third)}Canceled ${fourth}, autoscaling-lifecycle-state (InService).\n`,
    );
    await expectRefused(event('cancel', InstanceId, first), 'is history and does not change any more');
  });
});

describe('script', () => {
  const SCRIPT = `
# The day of a Spot instance.
- Type: rebalance-recommendation
- Type: autoscaling-lifecycle-state
  TargetLifecycleState: Terminated
  DelaySeconds: 1000
- {Type: spot-interruption, DelaySeconds: 2000.5, Action: stop, NoticeSeconds: 30}
`;

  async function file(content: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'openimds-script-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'events.yaml');
    await writeFile(path, content);
    return path;
  }

  async function expectMade(id: string, ran: Ran): Promise<void> {
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    const lines = ran.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[3]).toBe(`Take it back with: openimds event cancel ${id}`);
    const kinds = (await listed(id)).map(({ Type, Status }) => `${Type} ${Status}`);
    expect(kinds).toEqual([
      'rebalance-recommendation visible',
      'autoscaling-lifecycle-state upcoming',
      'spot-interruption upcoming',
    ]);
  }

  test('of a file in YAML', async () => {
    const id = await spot();
    await expectMade(id, await event('script', id, await file(SCRIPT)));
  });

  test('of a file in JSON, as the API takes it', async () => {
    const id = await spot();
    await expectMade(id, await event('script', id, await file(JSON.stringify({ Events: parse(SCRIPT) }))));
  });

  test('of standard input', async () => {
    const id = await spot();
    const env = { ...cleanEnvironment(), OPENIMDS_ADDRESS: openimds.address, SCRIPT };
    await expectMade(id, await run('/bin/sh', ['-c', `printf '%s' "$SCRIPT" | ${OPENIMDS} event script ${id} -`], env));
  });

  test('of which one event is wrong makes none, and the wrong field is named', async () => {
    const path = await file('[{Type: scheduled-maintenance, Code: system-reboot}, {Type: spot-interruption, In: 5}]');
    await expectRefused(event('script', onDemand, path), 'The parameter Events[1].In is not recognized');
    expect(await listed(onDemand)).toEqual([]);
  });

  test('that is not there, cannot be read, or holds no list', async () => {
    await expectRefused(event('script', onDemand, '/nowhere/events.yaml'), 'cannot read /nowhere/events.yaml: ENOENT');
    await expectRefused(event('script', onDemand, await file('[{Type:')), 'is neither YAML nor JSON: ');
    for (const content of ['', 'events', 'Event: []']) {
      await expectRefused(event('script', onDemand, await file(content)), 'holds no list of events');
    }
    await expectRefused(event('script', onDemand, await file('Events: 7')), 'is not a list of 1 to 100 events');
  });
});

describe('list', () => {
  test('of an instance without events says how to make one', async () => {
    expect(await event('list', onDemand)).toEqual({
      status: 0,
      stdout: `No events of ${onDemand}. Make one:\n  openimds event maintenance ${onDemand} --code system-reboot\n`,
      stderr: '',
    });
  });

  test('a table, and for programs the whole answer or a part of it', async () => {
    const { InstanceId } = await openimds.launch();
    await event('autoscaling', InstanceId, 'InService');
    await event('maintenance', InstanceId, '--code', 'instance-reboot', '--in', '600');
    const answer = await openimds.own<ListedEvents>('GET', `instances/${InstanceId}/events`);
    const [headings, ...rows] = (await event('list', InstanceId)).stdout.trimEnd().split('\n');
    expect(headings?.split(/ {2,}/)).toEqual(['Event', 'Kind', 'Status', 'Visible from', 'Comes about']);
    expect(rows.map((row) => row.split(/ {2,}/).slice(1, 3))).toEqual([
      ['autoscaling-lifecycle-state (InService)', 'visible'],
      ['scheduled-maintenance (instance-reboot)', 'upcoming'],
    ]);
    expect(rows[0]).toMatch(/ -$/);
    expect(JSON.parse((await event('list', InstanceId, '--output', 'json')).stdout)).toEqual(answer);
    expect(parse((await event('list', InstanceId, '--output', 'yaml')).stdout)).toEqual(answer);
    const query = ['--query', 'Events[0].EventId', '--output', 'text'];
    expect((await event('list', InstanceId, ...query)).stdout).toBe(`${answer.Events[0]?.EventId}\n`);
  });
});

test.each(['spot-interruption', 'list', 'cancel'])(
  'completion of the instance for `openimds event %s`',
  async (command) => {
    const { stdout } = await openimds.openimds('complete', '--', 'event', command, 'i-');
    expect(stdout).toContain(`${onDemand}\tt3.large running`);
  },
);
