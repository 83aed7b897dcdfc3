/**
 * GetInstanceFaults, `GET /openimds/instances/:InstanceId/faults`: how an instance's metadata service misbehaves, and
 * whether its host has heard of it.
 */

import { type DescribedFaults, describeFaults } from '../../instance-faults.ts';
import { findInstance, instanceArns } from '../../instances.ts';
import { expectPathOnly, type OwnAction } from '../../own-call.ts';

/** @throws InvalidInstanceID.Malformed, InvalidInstanceID.NotFound, UnauthorizedOperation, UnknownParameter */
export const getInstanceFaults: OwnAction<DescribedFaults> = async (call) => {
  expectPathOnly(call);
  const instance = await findInstance(call, call.path.InstanceId);
  await call.permit(instanceArns(call, [instance]));
  return describeFaults(instance);
};
