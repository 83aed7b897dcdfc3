/**
 * AssociateIamInstanceProfile: gives a running or stopped instance that has none an instance profile.
 */

import type { AssociateIamInstanceProfileRequest, AssociateIamInstanceProfileResult } from '@aws-sdk/client-ec2';
import { associationExists, neitherRunningNorStopped } from '../../../aws-errors.ts';
import { newInstanceProfileKeys } from '../../../iam/ec2-context.ts';
import type { ProfileAssociation } from '../../../model.ts';
import { action } from '../../call.ts';
import { existingInstance } from '../../ec2-resource-keys.ts';
import { findInstance } from '../../instances.ts';
import { associate, describeAssociation, findProfile, passRoleOf } from '../../profile-associations.ts';

/** API/AssociateIamInstanceProfile. */
export const associateIamInstanceProfile = action<
  AssociateIamInstanceProfileRequest,
  AssociateIamInstanceProfileResult
>(async (input, call) => {
  const instance = await findInstance(call, input.InstanceId);
  const found = await findProfile(call, input.IamInstanceProfile);
  await call.permit([await existingInstance(call, instance, newInstanceProfileKeys(found.arn))], undefined);
  await passRoleOf(found, call, instance.InstanceId);
  const { State, InstanceId } = instance;
  if (State !== 'running' && State !== 'stopped') throw neitherRunningNorStopped(InstanceId);
  if (instance.IamInstanceProfile) throw associationExists(InstanceId);
  const changed = await associate(instance, found, call);
  const association = changed.IamInstanceProfile as ProfileAssociation;
  return { IamInstanceProfileAssociation: { ...describeAssociation(changed, association), State: 'associating' } };
});
