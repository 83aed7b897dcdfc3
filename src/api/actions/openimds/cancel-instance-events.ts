/**
 * CancelInstanceEvents, `DELETE /openimds/instances/INSTANCE/events/EVENT`, or `…/events` for all that is not over.
 *
 * Maintenance that was announced goes into the history as canceled; everything else is as if it had never been. The answer
 * has what was canceled.
 */

import { cancelEvents, isHistory } from '../../../instance-events.ts';
import { findOpenEvent, type ListedEvents } from '../../instance-event-shape.ts';
import { findInstance, instanceArns, updateInstance } from '../../instances.ts';
import { expectPathOnly, type OwnAction } from '../../own-call.ts';

/** @throws InvalidInstanceID.*, InvalidInstanceEventIDNotFound, InvalidParameterValue, UnauthorizedOperation */
export const cancelInstanceEvents: OwnAction<ListedEvents> = async (call) => {
  expectPathOnly(call);
  const instance = await findInstance(call, call.path.InstanceId);
  const { EventId } = call.path;
  const open = (instance.Events ?? []).filter((event) => !isHistory(event));
  const wanted = EventId === undefined ? open : [findOpenEvent(instance, EventId)];
  await call.permit(instanceArns(call, [instance]));
  const after = cancelEvents(instance, new Set(wanted.map((event) => event.EventId)), call.nowMs);
  if (after !== instance) await updateInstance(call, after);
  const left = new Map(after.Events?.map((event) => [event.EventId, event]));
  const Events = wanted.map((event) => ({ ...(left.get(event.EventId) ?? event), Status: 'canceled' as const }));
  return { InstanceId: instance.InstanceId, Events };
};
