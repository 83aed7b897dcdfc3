/** ListOrganizationalUnitsForParent: the OUs right below a root or an OU. */

import type { ListOrganizationalUnitsForParentResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { PAGE, parentId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { pageOf } from '../../organizations/pages.ts';
import { describeUnit, targetArn, type Wire } from '../../organizations/shapes.ts';
import { ancestorsOf, expectParent, unitsOf } from '../../organizations/tree.ts';

/** organizations API/ListOrganizationalUnitsForParent. */
export const listOrganizationalUnitsForParent = action(
  { ParentId: parentId, ...PAGE },
  async ({ ParentId, ...page }, call): Promise<Wire<ListOrganizationalUnitsForParentResponse>> => {
    const opened = await openAsManagement(call);
    await expectParent(opened, ParentId);
    await call.permit([targetArn(opened.place, ParentId)]);
    const below = (await unitsOf(opened)).filter((unit) => unit.ParentId === ParentId);
    const { items, ...next } = pageOf('ListOrganizationalUnitsForParent', below, page);
    const above = await ancestorsOf(opened, ParentId);
    return { OrganizationalUnits: items.map((unit) => describeUnit(opened.place, unit, above)), ...next };
  },
);
