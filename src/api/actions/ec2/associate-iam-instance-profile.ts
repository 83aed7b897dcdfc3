/**
 * AssociateIamInstanceProfile: gives a running or stopped instance that has none an instance profile.
 */

import type { AssociateIamInstanceProfileRequest, AssociateIamInstanceProfileResult } from '@aws-sdk/client-ec2';
import { associationExists, neitherRunningNorStopped } from '../../../aws-errors.ts';
import { action } from '../../call.ts';
import { findInstance } from '../../instances.ts';
import { associate, permittedProfile } from '../../profile-associations.ts';

/** API/AssociateIamInstanceProfile. */
export const associateIamInstanceProfile = action<
  AssociateIamInstanceProfileRequest,
  AssociateIamInstanceProfileResult
>(async (input, call) => {
  const instance = await findInstance(call, input.InstanceId);
  const found = await permittedProfile(instance, input.IamInstanceProfile, call);
  const { State, InstanceId } = instance;
  if (State !== 'running' && State !== 'stopped') throw neitherRunningNorStopped(InstanceId);
  if (instance.IamInstanceProfile) throw associationExists(InstanceId);
  return { IamInstanceProfileAssociation: await associate(instance, found, call) };
});
