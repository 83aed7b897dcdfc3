/**
 * AttachInstance, `POST /openimds/instances/:InstanceId/attachment`: the instance's interfaces and metadata service go to a
 * network namespace of its host that exists already, instead of one of the instance's own.
 *
 * The body has `Netns`, a name or the number of a process, and `Device`, what the primary interface is called there. The
 * answer says `attaching`: the host does it, and says in `Endpoints` where it got to (docs/operating.md). An instance that
 * is attached elsewhere moves.
 */

import {
  incorrectInstanceState,
  invalidParameterValue,
  missingParameter,
  namespaceTaken,
  unknownParameter,
  unsupportedOperation,
} from '../../../aws-errors.ts';
import { isoSeconds } from '../../../clock.ts';
import type { Instance } from '../../../model.ts';
import { attachedTo, moveAttachment } from '../../../store/attachments.ts';
import { type DescribedAttachment, describeAttachment } from '../../attachment-shape.ts';
import { findInstance, instanceArns, updateInstance } from '../../instances.ts';
import { expectNoParameters, type OwnAction, type OwnCall } from '../../own-call.ts';

type Answer = { InstanceId: string; Attachment?: DescribedAttachment };

/** @throws InvalidInstanceID.*, UnauthorizedOperation, UnsupportedOperation, IncorrectInstanceState, what is wrong with the body */
export const attachInstance: OwnAction<Answer> = async (call) => {
  expectNoParameters(call);
  const instance = await findInstance(call, call.path.InstanceId);
  const wanted = readBody(call.body);
  await call.permit(instanceArns(call, [instance]));
  if (call.substrate.name !== 'netns') {
    throw unsupportedOperation(
      `openimds: instances on the ${call.substrate.name} substrate have no interface to attach; use \`openimds up --substrate netns\``,
    );
  }
  if (instance.State !== 'running' && instance.State !== 'pending') {
    throw incorrectInstanceState(instance.InstanceId, 'attached');
  }
  await refuseTaken(call, instance, wanted.Netns);
  // Where it was until now it no longer is; the host says where it came to be.
  const { endpoints: _former, ...rest } = instance;
  const Attachment = { ...wanted, AttachTime: isoSeconds(call.nowMs) };
  const changed = { ...rest, Attachment };
  await moveAttachment(call.tx, instance, changed);
  await updateInstance(call, changed);
  return { InstanceId: instance.InstanceId, ...describeAttachment(changed) };
};

const LONGEST_NAME = 255;
const FIELDS = ['Netns', 'Device'];

function readBody(body: unknown): { Netns: string; Device: string } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidParameterValue('the body must be a JSON object with `Netns` and, where another is wanted, `Device`');
  }
  const unknown = Object.keys(body).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) throw unknownParameter(unknown.slice(0, 64));
  const { Netns, Device = 'imds0' } = body as { Netns?: unknown; Device?: unknown };
  if (Netns === undefined) throw missingParameter('Netns');
  // What may be the name of a file, and means nothing to `ip`.
  if (typeof Netns !== 'string' || !/^\w[\w.:@+-]*$/.test(Netns) || Netns.length > LONGEST_NAME) {
    throw invalidParameterValue('the value of `Netns` must be a name that `ip netns` shows or the number of a process');
  }
  if (typeof Device !== 'string' || !/^[a-z][\w-]{0,14}$/i.test(Device)) {
    throw invalidParameterValue(
      'the value of `Device` must be at most 15 letters, digits, `_` and `-` that begin with a letter',
    );
  }
  return { Netns, Device };
}

async function refuseTaken({ tx, scope }: OwnCall, instance: Instance, Netns: string): Promise<void> {
  // Of this installation or another one: an instance lives there, or the metadata services themselves.
  if (Netns.startsWith('openimds-')) throw namespaceTaken(Netns);
  const taken = await attachedTo(tx, instance.host, Netns);
  if (taken === undefined || taken.InstanceId === instance.InstanceId) return;
  const isOurs = taken.account === scope.account && taken.region === scope.region;
  throw namespaceTaken(Netns, isOurs ? taken.InstanceId : undefined);
}
