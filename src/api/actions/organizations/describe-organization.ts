/** DescribeOrganization: the organization of the caller's account, for every account in it. */

import type { DescribeOrganizationResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { openOrganization } from '../../organizations/organization.ts';
import { describeOrganization as describe, type Wire } from '../../organizations/shapes.ts';
import { findAccount } from '../../organizations/tree.ts';

/** organizations API/DescribeOrganization. */
export const describeOrganization = action({}, async (_input, call): Promise<Wire<DescribeOrganizationResponse>> => {
  const opened = await openOrganization(call);
  await call.permit(['*']);
  const { place, organization } = opened;
  const { Email } = await findAccount(opened, organization.MasterAccountId);
  return { Organization: describe(place, organization, Email) };
});
