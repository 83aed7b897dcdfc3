/** ListAccountsForParent: the accounts right below a root or an OU. */

import type { ListAccountsForParentResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { PAGE, parentId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { pageOf } from '../../organizations/pages.ts';
import { describeAccount, targetArn, type Wire } from '../../organizations/shapes.ts';
import { accountsOf, ancestorsOf, expectParent } from '../../organizations/tree.ts';

/** organizations API/ListAccountsForParent. */
export const listAccountsForParent = action(
  { ParentId: parentId, ...PAGE },
  async ({ ParentId, ...page }, call): Promise<Wire<ListAccountsForParentResponse>> => {
    const opened = await openAsManagement(call);
    await expectParent(opened, ParentId);
    await call.permit([targetArn(opened.place, ParentId)]);
    const below = (await accountsOf(opened)).filter((account) => account.ParentId === ParentId);
    const { items, ...next } = pageOf('ListAccountsForParent', below, page);
    const above = await ancestorsOf(opened, ParentId);
    return { Accounts: items.map((account) => describeAccount(opened.place, account, above)), ...next };
  },
);
