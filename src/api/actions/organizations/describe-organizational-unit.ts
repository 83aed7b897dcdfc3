/** DescribeOrganizationalUnit: one OU. */

import type { DescribeOrganizationalUnitResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { organizationalUnitId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { describeUnit, targetArn, type Wire } from '../../organizations/shapes.ts';
import { ancestorsOf, findUnit } from '../../organizations/tree.ts';

/** organizations API/DescribeOrganizationalUnit. */
export const describeOrganizationalUnit = action(
  { OrganizationalUnitId: organizationalUnitId },
  async ({ OrganizationalUnitId }, call): Promise<Wire<DescribeOrganizationalUnitResponse>> => {
    const opened = await openAsManagement(call);
    const unit = await findUnit(opened, OrganizationalUnitId);
    await call.permit([targetArn(opened.place, unit.Id)]);
    return { OrganizationalUnit: describeUnit(opened.place, unit, await ancestorsOf(opened, unit.ParentId)) };
  },
);
