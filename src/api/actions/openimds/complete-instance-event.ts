/**
 * CompleteInstanceEvent, `POST /openimds/instances/INSTANCE/events/EVENT/complete`: scheduled maintenance is over before its
 * time, as it is at AWS once a host has been replaced. Nothing is done to the instance.
 */

import { invalidParameterValue } from '../../../aws-errors.ts';
import { completeEvent, isVisible } from '../../../instance-events.ts';
import type { InstanceEvent } from '../../../model.ts';
import { findOpenEvent, type ListedEvents, listEvents } from '../../instance-event-shape.ts';
import { findInstance, instanceArns, updateInstance } from '../../instances.ts';
import { expectPathOnly, type OwnAction } from '../../own-call.ts';

/** @throws InvalidInstanceID.*, InvalidInstanceEventIDNotFound, InvalidParameterValue, UnauthorizedOperation */
export const completeInstanceEvent: OwnAction<ListedEvents> = async (call) => {
  expectPathOnly(call);
  const instance = await findInstance(call, call.path.InstanceId);
  const event = findOpenEvent(instance, call.path.EventId);
  await call.permit(instanceArns(call, [instance]));
  refuseUnlessAnnounced(event, call.nowMs);
  const after = completeEvent(instance, event.EventId);
  await updateInstance(call, after);
  const { InstanceId, Events } = listEvents(after, call.nowMs);
  return { InstanceId, Events: Events.filter(({ EventId }) => EventId === event.EventId) };
};

function refuseUnlessAnnounced(event: InstanceEvent, nowMs: number): void {
  if (event.Type !== 'scheduled-maintenance') {
    throw invalidParameterValue(`the event \`${event.EventId}\` is no scheduled maintenance: it can only be canceled`);
  }
  if (isVisible(event, nowMs)) return;
  throw invalidParameterValue(`the event \`${event.EventId}\` is not announced yet: it can only be canceled`);
}
