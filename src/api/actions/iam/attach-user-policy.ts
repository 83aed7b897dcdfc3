/**
 * AttachUserPolicy: gives a user a managed policy, of the account or of AWS.
 */

import type { AttachUserPolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { attach } from '../../iam/attachments.ts';
import { users } from '../../iam/entities.ts';

/** API/AttachUserPolicy. */
export const attachUserPolicy = accountAction<AttachUserPolicyRequest>((input, call) =>
  attach(call, users, input.UserName, input.PolicyArn),
);
