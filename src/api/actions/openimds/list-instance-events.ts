/**
 * ListInstanceEvents, `GET /openimds/instances/INSTANCE/events`: all events of an instance with their `Status`, those that
 * are not visible yet and those that are over too (docs/operating.md).
 */

import { type ListedEvents, listEvents } from '../../instance-event-shape.ts';
import { findInstance, instanceArns } from '../../instances.ts';
import { expectPathOnly, type OwnAction } from '../../own-call.ts';

/** @throws InvalidInstanceID.*, UnknownParameter, UnauthorizedOperation */
export const listInstanceEvents: OwnAction<ListedEvents> = async (call) => {
  expectPathOnly(call);
  const instance = await findInstance(call, call.path.InstanceId);
  await call.permit(instanceArns(call, [instance]));
  return listEvents(instance, call.nowMs);
};
