/**
 * ReplaceIamInstanceProfileAssociation: gives an instance another instance profile in the place of the one that it has,
 * without a moment with none.
 */

import type {
  ReplaceIamInstanceProfileAssociationRequest,
  ReplaceIamInstanceProfileAssociationResult,
} from '@aws-sdk/client-ec2';
import { newInstanceProfileKeys } from '../../../iam/ec2-context.ts';
import type { ProfileAssociation } from '../../../model.ts';
import { action } from '../../call.ts';
import { existingInstance } from '../../ec2-resource-keys.ts';
import {
  associate,
  describeAssociation,
  findAssociation,
  findProfile,
  passRoleOf,
} from '../../profile-associations.ts';

/** API/ReplaceIamInstanceProfileAssociation. The association that comes of it has an id of its own. */
export const replaceIamInstanceProfileAssociation = action<
  ReplaceIamInstanceProfileAssociationRequest,
  ReplaceIamInstanceProfileAssociationResult
>(async (input, call) => {
  const instance = await findAssociation(call, input.AssociationId);
  const found = await findProfile(call, input.IamInstanceProfile);
  await call.permit([await existingInstance(call, instance, newInstanceProfileKeys(found.arn))], undefined);
  await passRoleOf(found, call, instance.InstanceId);
  const changed = await associate(instance, found, call);
  const association = changed.IamInstanceProfile as ProfileAssociation;
  return { IamInstanceProfileAssociation: { ...describeAssociation(changed, association), State: 'associating' } };
});
