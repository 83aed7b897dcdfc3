/** UpdateOrganizationalUnit: another name for an OU; all else stays. */

import type { UpdateOrganizationalUnitResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { optional, organizationalUnitId, organizationalUnitName } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { describeUnit, targetArn, type Wire } from '../../organizations/shapes.ts';
import { ancestorsOf, expectFreeName, findUnit, putUnit } from '../../organizations/tree.ts';

/** organizations API/UpdateOrganizationalUnit. */
export const updateOrganizationalUnit = action(
  { OrganizationalUnitId: organizationalUnitId, Name: optional(organizationalUnitName) },
  async ({ OrganizationalUnitId, Name }, call): Promise<Wire<UpdateOrganizationalUnitResponse>> => {
    const opened = await openAsManagement(call);
    const unit = await findUnit(opened, OrganizationalUnitId);
    await call.permit([targetArn(opened.place, unit.Id)]);
    const renamed = { ...unit, Name: Name ?? unit.Name };
    await expectFreeName(opened, renamed);
    await putUnit(opened, renamed);
    return { OrganizationalUnit: describeUnit(opened.place, renamed, await ancestorsOf(opened, unit.ParentId)) };
  },
);
