/**
 * CreateInstanceEvents, `POST /openimds/instances/INSTANCE/events`: a list of events is a script, each with a delay of its
 * own, and is made as a whole or not at all.
 *
 * The answer has what was made: EventIds, times and defaults (docs/operating.md).
 */

import { incorrectInstanceState } from '../../../aws-errors.ts';
import { makeEvent } from '../../../event-requests.ts';
import { newId } from '../../../ids.ts';
import { addEvents } from '../../../instance-events.ts';
import { eventField, readEventRequests } from '../../event-request-body.ts';
import { type ListedEvents, listEvent } from '../../instance-event-shape.ts';
import { findInstance, instanceArns, updateInstance } from '../../instances.ts';
import { expectNoParameters, type OwnAction } from '../../own-call.ts';

/**
 * @throws InvalidInstanceID.*, what is wrong with the body, UnauthorizedOperation, IncorrectInstanceState,
 *   UnsupportedOperation for what befalls Spot instances only
 */
export const createInstanceEvents: OwnAction<ListedEvents> = async (call) => {
  const { nowMs } = call;
  expectNoParameters(call);
  const instance = await findInstance(call, call.path.InstanceId);
  const requests = readEventRequests(call.body);
  await call.permit(instanceArns(call, [instance]));
  if (instance.State === 'shutting-down' || instance.State === 'terminated') {
    throw incorrectInstanceState(instance.InstanceId, 'given events');
  }
  const made = requests.map((request, index) =>
    makeEvent(request, { EventId: newId('instance-event'), nowMs, instance, field: eventField(index) }),
  );
  await updateInstance(call, addEvents(instance, made, nowMs));
  return { InstanceId: instance.InstanceId, Events: made.map((event) => listEvent(event, nowMs)) };
};
