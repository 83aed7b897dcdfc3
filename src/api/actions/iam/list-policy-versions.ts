/**
 * ListPolicyVersions: the versions of a managed policy, the newest first, without their text.
 */

import type { ListPolicyVersionsRequest, ListPolicyVersionsResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { openPolicy } from '../../iam/managed-policies.ts';
import { pageOf } from '../../iam/pages.ts';
import { describeVersion } from '../../iam/shapes.ts';

/** API/ListPolicyVersions. */
export const listPolicyVersions = accountAction<ListPolicyVersionsRequest, ListPolicyVersionsResponse>(
  async (input, call) => {
    const { policy } = await openPolicy(call, input.PolicyArn);
    const { items, ...page } = pageOf(call, policy.Versions, input, newestFirst);
    const Versions = items.map((version) => ({ ...describeVersion(policy, version), Document: undefined }));
    return { Versions, ...page };
  },
);

/** A key that is the smaller the greater the number is. */
function newestFirst({ VersionId }: { VersionId: string }): string {
  return String(Number.MAX_SAFE_INTEGER - Number(VersionId.slice(1)));
}
