/**
 * MoveAccount: an account from one parent to another; from then on it is under the policies of its new place.
 *
 * Where it is not below the source that is given, AWS answers that there is no such account.
 */

import {
  accountNotFound,
  destinationParentNotFound,
  duplicateAccount,
  sourceParentNotFound,
} from '../../../aws-errors.ts';
import { action, DONE } from '../../organizations/action.ts';
import { accountId, parentId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { targetArn } from '../../organizations/shapes.ts';
import { findAccount, isParent, putAccount } from '../../organizations/tree.ts';

/** organizations API/MoveAccount. */
export const moveAccount = action(
  { AccountId: accountId, SourceParentId: parentId, DestinationParentId: parentId },
  async ({ AccountId, SourceParentId, DestinationParentId }, call) => {
    const opened = await openAsManagement(call);
    const account = await findAccount(opened, AccountId);
    if (!(await isParent(opened, SourceParentId))) throw sourceParentNotFound();
    if (!(await isParent(opened, DestinationParentId))) throw destinationParentNotFound();
    const ids = [account.Id, SourceParentId, DestinationParentId];
    await call.permit(ids.map((id) => targetArn(opened.place, id)));
    if (account.ParentId !== SourceParentId) throw accountNotFound();
    if (account.ParentId === DestinationParentId) throw duplicateAccount();
    await putAccount(opened, { ...account, ParentId: DestinationParentId });
    return DONE;
  },
);
