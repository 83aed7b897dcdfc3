/**
 * DetachInstance, `DELETE /openimds/instances/:InstanceId/attachment`: the instance gets a network namespace of its own
 * again, at once or, where it is stopped, at its next start. The namespace that it was attached to stays.
 */

import { incorrectInstanceState, notAttached } from '../../../aws-errors.ts';
import type { InstanceStateName } from '../../../model.ts';
import { moveAttachment } from '../../../store/attachments.ts';
import { findInstance, instanceArns, updateInstance } from '../../instances.ts';
import { expectPathOnly, type OwnAction } from '../../own-call.ts';

type Answer = { InstanceId: string; State: InstanceStateName };

/** @throws InvalidInstanceID.*, UnauthorizedOperation, IncorrectInstanceState */
export const detachInstance: OwnAction<Answer> = async (call) => {
  expectPathOnly(call);
  const instance = await findInstance(call, call.path.InstanceId);
  await call.permit(instanceArns(call, [instance]));
  const { InstanceId, State } = instance;
  if (State === 'shutting-down' || State === 'terminated') throw incorrectInstanceState(InstanceId, 'detached');
  if (!instance.Attachment) throw notAttached(InstanceId);
  const { endpoints: _former, Attachment: _attachment, ...changed } = instance;
  await moveAttachment(call.tx, instance, changed);
  await updateInstance(call, changed);
  return { InstanceId, State };
};
