/**
 * RemoveAccountFromOrganization: the account is one by itself again, with all that it has, and under no policies.
 */

import { masterCannotLeaveOrganization } from '../../../aws-errors.ts';
import { action, DONE } from '../../organizations/action.ts';
import { accountId } from '../../organizations/members.ts';
import { leave, openAsManagement } from '../../organizations/organization.ts';
import { removeTags } from '../../organizations/resource-tags.ts';
import { targetArn } from '../../organizations/shapes.ts';
import { findAccount } from '../../organizations/tree.ts';

/** organizations API/RemoveAccountFromOrganization. */
export const removeAccountFromOrganization = action({ AccountId: accountId }, async ({ AccountId }, call) => {
  const opened = await openAsManagement(call);
  const { Id } = await findAccount(opened, AccountId);
  await call.permit([targetArn(opened.place, Id)]);
  if (Id === opened.organization.MasterAccountId) throw masterCannotLeaveOrganization();
  await opened.tx.documents.remove('member-account', opened.home, Id);
  await removeTags(opened, [Id]);
  await leave(opened, Id);
  return DONE;
});
