/**
 * AttachGroupPolicy: gives a group a managed policy, of the account or of AWS.
 */

import type { AttachGroupPolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { attach } from '../../iam/attachments.ts';
import { groups } from '../../iam/entities.ts';

/** API/AttachGroupPolicy. */
export const attachGroupPolicy = accountAction<AttachGroupPolicyRequest>((input, call) =>
  attach(call, groups, input.GroupName, input.PolicyArn),
);
