/**
 * DetachGroupPolicy: takes a managed policy from a group.
 */

import type { DetachGroupPolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { detach } from '../../iam/attachments.ts';
import { groups } from '../../iam/entities.ts';

/** API/DetachGroupPolicy. */
export const detachGroupPolicy = accountAction<DetachGroupPolicyRequest>((input, call) =>
  detach(call, groups, input.GroupName, input.PolicyArn),
);
