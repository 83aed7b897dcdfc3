/** DescribeAccount: one account of the organization. */

import type { DescribeAccountResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { accountId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { describeAccount as describe, targetArn, type Wire } from '../../organizations/shapes.ts';
import { ancestorsOf, findAccount } from '../../organizations/tree.ts';

/** organizations API/DescribeAccount. */
export const describeAccount = action(
  { AccountId: accountId },
  async ({ AccountId }, call): Promise<Wire<DescribeAccountResponse>> => {
    const opened = await openAsManagement(call);
    const account = await findAccount(opened, AccountId);
    await call.permit([targetArn(opened.place, account.Id)]);
    return { Account: describe(opened.place, account, await ancestorsOf(opened, account.ParentId)) };
  },
);
