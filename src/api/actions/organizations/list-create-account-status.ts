/** ListCreateAccountStatus: what came of requests for accounts; none is in progress when it is asked for. */

import type { ListCreateAccountStatusResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { createAccountStates, optional, PAGE } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { pageOf } from '../../organizations/pages.ts';
import type { Wire } from '../../organizations/shapes.ts';

/** organizations API/ListCreateAccountStatus. */
export const listCreateAccountStatus = action(
  { States: optional(createAccountStates), ...PAGE },
  async ({ States, ...page }, call): Promise<Wire<ListCreateAccountStatusResponse>> => {
    const { tx, home } = await openAsManagement(call);
    await call.permit(['*']);
    const all = await tx.documents.list('create-account-status', home);
    const wanted = all.filter(({ State }) => !States?.length || States.includes(State));
    const { items, ...next } = pageOf('ListCreateAccountStatus', wanted, page);
    return { CreateAccountStatuses: items, ...next };
  },
);
