/** DeleteOrganizationalUnit: an OU without accounts and OUs below it; what is attached to it is detached by that. */

import { organizationalUnitNotEmpty } from '../../../aws-errors.ts';
import { action, DONE } from '../../organizations/action.ts';
import { organizationalUnitId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { removeTags } from '../../organizations/resource-tags.ts';
import { targetArn } from '../../organizations/shapes.ts';
import { accountsOf, findUnit, unitsOf } from '../../organizations/tree.ts';

/** organizations API/DeleteOrganizationalUnit. */
export const deleteOrganizationalUnit = action(
  { OrganizationalUnitId: organizationalUnitId },
  async ({ OrganizationalUnitId }, call) => {
    const opened = await openAsManagement(call);
    const { Id } = await findUnit(opened, OrganizationalUnitId);
    await call.permit([targetArn(opened.place, Id)]);
    const others = [...(await unitsOf(opened)), ...(await accountsOf(opened))];
    if (others.some(({ ParentId }) => ParentId === Id)) throw organizationalUnitNotEmpty();
    await opened.tx.documents.remove('organizational-unit', opened.home, Id);
    await removeTags(opened, [Id]);
    return DONE;
  },
);
