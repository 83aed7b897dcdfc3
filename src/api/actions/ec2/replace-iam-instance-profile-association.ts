/**
 * ReplaceIamInstanceProfileAssociation: gives an instance another instance profile in the place of the one that it has,
 * without a moment with none.
 */

import type {
  ReplaceIamInstanceProfileAssociationRequest,
  ReplaceIamInstanceProfileAssociationResult,
} from '@aws-sdk/client-ec2';
import { action } from '../../call.ts';
import { associate, findAssociation, permittedProfile } from '../../profile-associations.ts';

/** API/ReplaceIamInstanceProfileAssociation. The association that comes of it has an id of its own. */
export const replaceIamInstanceProfileAssociation = action<
  ReplaceIamInstanceProfileAssociationRequest,
  ReplaceIamInstanceProfileAssociationResult
>(async (input, call) => {
  const instance = await findAssociation(call, input.AssociationId);
  const found = await permittedProfile(instance, input.IamInstanceProfile, call);
  return { IamInstanceProfileAssociation: await associate(instance, found, call) };
});
