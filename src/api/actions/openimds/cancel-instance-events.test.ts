/** CancelInstanceEvents and CompleteInstanceEvent: what they refuse, and what they leave of an event. */

import { describe, expect, test } from 'vitest';
import type { ListedEvent, ListedEvents } from '../../instance-event-shape.ts';
import { expectRefusal, find, launchSpot, startTestApi, type TestApi } from '../../testing.ts';

const reboot = { Type: 'scheduled-maintenance', Code: 'instance-reboot' };
const UNKNOWN = 'instance-event-0123456789abcdef0';

/** A Spot instance with a visible interruption, announced maintenance, and maintenance that is not announced yet. */
async function arrange() {
  const api = await startTestApi();
  const id = await launchSpot(api);
  const Events = [{ Type: 'spot-interruption' }, reboot, { ...reboot, DelaySeconds: 60 }];
  const made = await api.own<ListedEvents>('POST', `instances/${id}/events`, { body: { Events } });
  const [spot, announced, upcoming] = made.Events as [ListedEvent, ListedEvent, ListedEvent];
  return { api, id, spot, announced, upcoming };
}

const cancel = (api: TestApi, id: string, EventId: string) =>
  api.own<ListedEvents>('DELETE', `instances/${id}/events/${EventId}`);

const complete = (api: TestApi, id: string, EventId: string) =>
  api.own<ListedEvents>('POST', `instances/${id}/events/${EventId}/complete`);

async function listed(api: TestApi, id: string): Promise<ListedEvent[]> {
  return (await api.own<ListedEvents>('GET', `instances/${id}/events`)).Events;
}

describe.each([
  ['cancel', cancel],
  ['complete', complete],
])('%s refuses', (_, act) => {
  test('what is no id, and an event that the instance does not have', async () => {
    const { api, id } = await arrange();
    const malformed = 'the value of `EventId` is not `instance-event-` and 17 hexadecimal digits';
    await expectRefusal(act(api, id, 'instance-event-1'), 'InvalidParameterValue', malformed);
    const words = `the instance \`${id}\` has no event \`${UNKNOWN}\`; openimds event list shows those that it has`;
    await expectRefusal(act(api, id, UNKNOWN), 'InvalidInstanceEventIDNotFound', words);
    const other = await launchSpot(api);
    const { EventId } = (await listed(api, id))[0] as ListedEvent;
    await expectRefusal(act(api, other, EventId), 'InvalidInstanceEventIDNotFound');
  });

  test('history', async () => {
    const { api, id, announced } = await arrange();
    await cancel(api, id, announced.EventId);
    const words = `the event \`${announced.EventId}\` is history and does not change any more`;
    await expectRefusal(act(api, id, announced.EventId), 'InvalidParameterValue', words);
  });
});

test('complete refuses what is no maintenance, and maintenance that is not announced yet', async () => {
  const { api, id, spot, upcoming } = await arrange();
  const noMaintenance = `the event \`${spot.EventId}\` is no scheduled maintenance: it can only be canceled`;
  await expectRefusal(complete(api, id, spot.EventId), 'InvalidParameterValue', noMaintenance);
  const notYet = `the event \`${upcoming.EventId}\` is not announced yet: it can only be canceled`;
  await expectRefusal(complete(api, id, upcoming.EventId), 'InvalidParameterValue', notYet);
  api.advance(60_000);
  await complete(api, id, upcoming.EventId);
});

test('one canceled: the notice is gone and nothing is due of it, the others are as before', async () => {
  const { api, id, spot, announced, upcoming } = await arrange();
  expect(await cancel(api, id, spot.EventId)).toEqual({
    InstanceId: id,
    Events: [{ ...spot, Status: 'canceled' }],
  });
  expect(await listed(api, id)).toEqual([announced, upcoming]);
  expect((await find(api, id))?.dueAtMs).toBe(Date.parse('NotBefore' in announced ? announced.NotBefore : ''));
});

test('announced maintenance is canceled into the history', async () => {
  const { api, id, spot, announced, upcoming } = await arrange();
  const canceled = { ...announced, State: 'canceled', Status: 'canceled' };
  expect((await cancel(api, id, announced.EventId)).Events).toEqual([canceled]);
  expect(await listed(api, id)).toEqual([spot, canceled, upcoming]);
});

test('all that is not history canceled at once; a second time there is nothing to cancel, and nothing changes', async () => {
  const { api, id, spot, announced, upcoming } = await arrange();
  await complete(api, id, announced.EventId);
  const answer = await api.own<ListedEvents>('DELETE', `instances/${id}/events`);
  expect(answer.Events).toEqual([spot, upcoming].map((event) => ({ ...event, Status: 'canceled' })));
  const completed = { ...announced, State: 'completed', Status: 'completed' };
  expect(await listed(api, id)).toEqual([completed]);
  const before = await find(api, id);
  expect(before).not.toHaveProperty('dueAtMs');
  expect(await api.own('DELETE', `instances/${id}/events`)).toEqual({ InstanceId: id, Events: [] });
  expect(await find(api, id)).toEqual(before);
});

test('maintenance completed before its time does nothing to the instance', async () => {
  const { api, id, announced } = await arrange();
  const completed = { ...announced, State: 'completed', Status: 'completed' };
  expect(await complete(api, id, announced.EventId)).toEqual({ InstanceId: id, Events: [completed] });
  expect(await find(api, id)).toMatchObject({ State: 'running', StateTransitionReason: '' });
});
