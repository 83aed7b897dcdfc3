/** DescribeCreateAccountStatus: what came of one request for an account. */

import type { DescribeCreateAccountStatusResponse } from '@aws-sdk/client-organizations';
import { createAccountStatusNotFound } from '../../../aws-errors.ts';
import { action } from '../../organizations/action.ts';
import { createAccountRequestId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import type { Wire } from '../../organizations/shapes.ts';

/** organizations API/DescribeCreateAccountStatus. */
export const describeCreateAccountStatus = action(
  { CreateAccountRequestId: createAccountRequestId },
  async ({ CreateAccountRequestId }, call): Promise<Wire<DescribeCreateAccountStatusResponse>> => {
    const { tx, home } = await openAsManagement(call);
    await call.permit(['*']);
    const CreateAccountStatus = await tx.documents.find('create-account-status', home, CreateAccountRequestId);
    if (!CreateAccountStatus) throw createAccountStatusNotFound();
    return { CreateAccountStatus };
  },
);
