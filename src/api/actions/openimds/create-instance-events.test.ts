/** CreateInstanceEvents and ListInstanceEvents: a script is made as a whole or not at all, and all of it is listed. */

import { expect, test } from 'vitest';
import type { InstanceStateName } from '../../../model.ts';
import type { ListedEvents } from '../../instance-event-shape.ts';
import { expectRefusal, find, launch, launchSpot, startTestApi, type TestApi, write } from '../../testing.ts';

const reboot = { Type: 'scheduled-maintenance', Code: 'system-reboot' };

function create(api: TestApi, id: string, ...Events: object[]): Promise<ListedEvents> {
  return api.own<ListedEvents>('POST', `instances/${id}/events`, { body: { Events } });
}

function list(api: TestApi, id: string): Promise<ListedEvents> {
  return api.own<ListedEvents>('GET', `instances/${id}/events`);
}

test('an instance that is not a Spot instance gets no Spot event, nor any other of the same script', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  await expectRefusal(
    create(api, id, reboot, { Type: 'rebalance-recommendation' }),
    'UnsupportedOperation',
    `a rebalance-recommendation befalls Spot instances only, and \`${id}\` is none; launch one with --instance-market-options MarketType=spot`,
  );
  expect((await list(api, id)).Events).toEqual([]);
});

test.each<InstanceStateName>(['shutting-down', 'terminated'])('a %s instance gets none', async (State) => {
  const api = await startTestApi();
  const id = await launch(api);
  await write(api, id, { State });
  await expectRefusal(
    create(api, id, reboot),
    'IncorrectInstanceState',
    `This instance '${id}' is not in a state from which it can be given events.`,
  );
  expect((await list(api, id)).Events).toEqual([]);
});

test('a field that is wrong is named, with its place in the script', async () => {
  const api = await startTestApi();
  const id = await launchSpot(api);
  const tooEarly = { ...reboot, DelaySeconds: 60, NotBefore: '2026-11-23T10:00:30Z' };
  await expectRefusal(
    create(api, id, reboot, tooEarly),
    'InvalidParameterValue',
    'the value of `Events[1].NotBefore` is earlier than 2026-11-23T10:01:00.000Z, when the event becomes visible',
  );
  await expectRefusal(create(api, id, reboot, { Type: 'x' }), 'InvalidParameterValue');
  expect((await list(api, id)).Events).toEqual([]);
});

test('a script: each event after its own delay, with an id, its times and its defaults, and what is due first is due', async () => {
  const api = await startTestApi();
  const id = await launchSpot(api);
  const before = await find(api, id);
  const made = await create(
    api,
    id,
    { Type: 'rebalance-recommendation' },
    { Type: 'spot-interruption', DelaySeconds: 10.5 },
    { Type: 'scheduled-maintenance', Code: 'instance-stop', NoticeSeconds: 30 },
  );
  const EventId = expect.stringMatching(/^instance-event-[0-9a-f]{17}$/);
  expect(made).toEqual({
    InstanceId: id,
    Events: [
      { EventId, Type: 'rebalance-recommendation', VisibleFrom: '2026-11-23T10:00:00.000Z', Status: 'visible' },
      {
        EventId,
        Type: 'spot-interruption',
        Action: 'terminate',
        VisibleFrom: '2026-11-23T10:00:10.500Z',
        InterruptsAt: '2026-11-23T10:02:10.500Z',
        Status: 'upcoming',
      },
      {
        EventId,
        Type: 'scheduled-maintenance',
        Code: 'instance-stop',
        Description: 'The instance is running on degraded hardware',
        VisibleFrom: '2026-11-23T10:00:00.000Z',
        NotBefore: '2026-11-23T10:00:30.000Z',
        State: 'active',
        Status: 'visible',
      },
    ],
  });
  expect(new Set(made.Events.map((event) => event.EventId)).size).toBe(3);
  const after = await find(api, id);
  expect(after?.dueAtMs).toBe(Date.parse('2026-11-23T10:00:30Z'));
  expect(after?.optionsRevision).toBe(before?.optionsRevision);
  expect(await list(api, id)).toEqual(made);
  api.advance(10_500);
  expect((await list(api, id)).Events.map(({ Status }) => Status)).toEqual(['visible', 'visible', 'visible']);
});

test('a second script adds to the first; more than a hundred events are too many', async () => {
  const api = await startTestApi();
  const id = await launchSpot(api);
  const later = { ...reboot, DelaySeconds: 1 };
  for (let i = 0; i < 2; i++) await create(api, id, ...new Array(50).fill(later));
  await expectRefusal(create(api, id, later), 'InvalidParameterValue');
  expect((await list(api, id)).Events).toHaveLength(100);
});
