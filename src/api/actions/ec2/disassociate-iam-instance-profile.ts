/**
 * DisassociateIamInstanceProfile: takes the instance profile from an instance. Credentials that a program there has got
 * already are good until they expire.
 */

import type { DisassociateIamInstanceProfileRequest, DisassociateIamInstanceProfileResult } from '@aws-sdk/client-ec2';
import type { ProfileAssociation } from '../../../model.ts';
import { action } from '../../call.ts';
import { instanceArns, updateInstance } from '../../instances.ts';
import { describeAssociation, findAssociation } from '../../profile-associations.ts';

/** API/DisassociateIamInstanceProfile. */
export const disassociateIamInstanceProfile = action<
  DisassociateIamInstanceProfileRequest,
  DisassociateIamInstanceProfileResult
>(async (input, call) => {
  const instance = await findAssociation(call, input.AssociationId);
  await call.permit(instanceArns(call, [instance]), undefined);
  const { IamInstanceProfile, ...rest } = instance;
  await updateInstance(call, rest);
  return {
    IamInstanceProfileAssociation: describeAssociation(
      instance,
      IamInstanceProfile as ProfileAssociation,
      'disassociating',
    ),
  };
});
