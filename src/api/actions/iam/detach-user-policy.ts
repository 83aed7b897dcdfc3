/**
 * DetachUserPolicy: takes a managed policy from a user.
 */

import type { DetachUserPolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { detach } from '../../iam/attachments.ts';
import { users } from '../../iam/entities.ts';

/** API/DetachUserPolicy. */
export const detachUserPolicy = accountAction<DetachUserPolicyRequest>((input, call) =>
  detach(call, users, input.UserName, input.PolicyArn),
);
