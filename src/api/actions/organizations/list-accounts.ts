/** ListAccounts: every account of the organization, wherever in the tree it is. */

import type { ListAccountsResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { PAGE } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { pageOf } from '../../organizations/pages.ts';
import { describeAccount, type Wire } from '../../organizations/shapes.ts';
import { accountsOf, ancestry } from '../../organizations/tree.ts';

/** organizations API/ListAccounts. */
export const listAccounts = action(PAGE, async (page, call): Promise<Wire<ListAccountsResponse>> => {
  const opened = await openAsManagement(call);
  await call.permit(['*']);
  const { items, ...next } = pageOf('ListAccounts', await accountsOf(opened), page);
  const above = await ancestry(opened);
  return { Accounts: items.map((account) => describeAccount(opened.place, account, above(account.ParentId))), ...next };
});
