/**
 * GetPolicyVersion: one text of a managed policy, URL-encoded.
 */

import type { GetPolicyVersionRequest, GetPolicyVersionResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { findVersion, openPolicy } from '../../iam/managed-policies.ts';
import { describeVersion } from '../../iam/shapes.ts';

/** API/GetPolicyVersion. */
export const getPolicyVersion = accountAction<GetPolicyVersionRequest, GetPolicyVersionResponse>(
  async (input, call) => {
    const found = await openPolicy(call, input.PolicyArn);
    return { PolicyVersion: describeVersion(found.policy, findVersion(found, input.VersionId)) };
  },
);
