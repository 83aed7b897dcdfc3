/** ListChildren: the ids of the accounts, or of the OUs, right below a root or an OU. */

import type { ListChildrenResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { childType, PAGE, parentId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { pageOf } from '../../organizations/pages.ts';
import { targetArn, type Wire } from '../../organizations/shapes.ts';
import { accountsOf, expectParent, unitsOf } from '../../organizations/tree.ts';

/** organizations API/ListChildren. */
export const listChildren = action(
  { ParentId: parentId, ChildType: childType, ...PAGE },
  async ({ ParentId, ChildType, ...page }, call): Promise<Wire<ListChildrenResponse>> => {
    const opened = await openAsManagement(call);
    await expectParent(opened, ParentId);
    await call.permit([targetArn(opened.place, ParentId)]);
    const all = ChildType === 'ACCOUNT' ? await accountsOf(opened) : await unitsOf(opened);
    const below = all.filter((child) => child.ParentId === ParentId);
    const { items, ...next } = pageOf('ListChildren', below, page);
    return { Children: items.map(({ Id }) => ({ Id, Type: ChildType })), ...next };
  },
);
