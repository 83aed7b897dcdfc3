/**
 * An instance's events as our own API shows them, and the one that a path names.
 *
 * Shown are all, those that nobody on the instance can see yet too; `Status` tells them apart.
 */

import { invalidInstanceEventIdNotFound, invalidParameterValue } from '../aws-errors.ts';
import { isWellFormedId } from '../ids.ts';
import { isHistory, isVisible } from '../instance-events.ts';
import type { Instance, InstanceEvent } from '../model.ts';

/** `visible`: metadata shows it now; `canceled` and `completed`: it is over. */
export type EventStatus = 'upcoming' | 'visible' | 'canceled' | 'completed';

export type ListedEvent = InstanceEvent & { Status: EventStatus };

/** What every action about events answers. */
export type ListedEvents = { InstanceId: string; Events: ListedEvent[] };

export function listEvents(instance: Instance, nowMs: number): ListedEvents {
  const Events = (instance.Events ?? []).map((event) => listEvent(event, nowMs));
  return { InstanceId: instance.InstanceId, Events };
}

export function listEvent(event: InstanceEvent, nowMs: number): ListedEvent {
  return { ...event, Status: statusOf(event, nowMs) };
}

function statusOf(event: InstanceEvent, nowMs: number): EventStatus {
  if (event.Type === 'scheduled-maintenance' && event.State !== 'active') return event.State;
  return isVisible(event, nowMs) ? 'visible' : 'upcoming';
}

/**
 * The event with this id, where it is not history.
 *
 * @throws InvalidParameterValue for what is no id or is over already, InvalidInstanceEventIDNotFound
 */
export function findOpenEvent({ InstanceId, Events = [] }: Instance, id = ''): InstanceEvent {
  if (!isWellFormedId('instance-event', id)) {
    throw invalidParameterValue('the value of `EventId` is not `instance-event-` and 17 hexadecimal digits');
  }
  const event = Events.find(({ EventId }) => EventId === id);
  if (!event) throw invalidInstanceEventIdNotFound(id, InstanceId);
  if (isHistory(event)) throw invalidParameterValue(`the event \`${id}\` is history and does not change any more`);
  return event;
}
