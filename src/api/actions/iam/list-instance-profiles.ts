/**
 * ListInstanceProfiles: the instance profiles of the account below a path, with the roles in them.
 */

import type { ListInstanceProfilesRequest, ListInstanceProfilesResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { instanceProfiles } from '../../iam/entities.ts';
import { describeProfiles } from '../../iam/instance-profiles.ts';
import { listPage } from '../../iam/listing.ts';

/** API/ListInstanceProfiles. */
export const listInstanceProfiles = accountAction<ListInstanceProfilesRequest, ListInstanceProfilesResponse>(
  async (input, call) => {
    const { items, ...page } = await listPage(call, instanceProfiles, input);
    return { InstanceProfiles: await describeProfiles(call, items), ...page };
  },
);
