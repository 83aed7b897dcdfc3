/**
 * DeleteOrganization: ends an organization that has no accounts but its management account; OUs and policies go with it.
 */

import { organizationNotEmpty } from '../../../aws-errors.ts';
import { action, DONE } from '../../organizations/action.ts';
import { leave, openAsManagement, removeOrganization } from '../../organizations/organization.ts';
import { removeTags } from '../../organizations/resource-tags.ts';
import { accountsOf, targetsOf } from '../../organizations/tree.ts';

/** organizations API/DeleteOrganization. */
export const deleteOrganization = action({}, async (_input, call) => {
  const opened = await openAsManagement(call);
  const { tx, home, organization } = opened;
  await call.permit(['*']);
  if ((await accountsOf(opened)).length > 1) throw organizationNotEmpty();
  const policies = await tx.documents.list('organization-policy', home);
  const statuses = await tx.documents.list('create-account-status', home);
  const ids = [...(await targetsOf(opened)), ...policies, ...statuses].map(({ Id }) => Id);
  await removeTags(opened, ids);
  // Each id is of one of the kinds, and is no id of the others.
  for (const id of ids) for (const kind of KINDS) await tx.documents.remove(kind, home, id);
  await removeOrganization(opened);
  await leave(opened, organization.MasterAccountId);
  return DONE;
});

const KINDS = ['organizational-unit', 'member-account', 'organization-policy', 'create-account-status'] as const;
