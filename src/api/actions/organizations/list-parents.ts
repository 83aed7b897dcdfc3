/** ListParents: the one parent of an OU or an account. */

import type { ListParentsResponse } from '@aws-sdk/client-organizations';
import { childNotFound } from '../../../aws-errors.ts';
import { action } from '../../organizations/action.ts';
import { childId, PAGE } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { pageOf } from '../../organizations/pages.ts';
import { targetArn, type Wire } from '../../organizations/shapes.ts';
import { findChild } from '../../organizations/tree.ts';

/** organizations API/ListParents. */
export const listParents = action(
  { ChildId: childId, ...PAGE },
  async ({ ChildId, ...page }, call): Promise<Wire<ListParentsResponse>> => {
    const opened = await openAsManagement(call);
    const child = await findChild(opened, ChildId);
    if (!child) throw childNotFound();
    await call.permit([targetArn(opened.place, ChildId)]);
    const Type: 'ROOT' | 'ORGANIZATIONAL_UNIT' = child.ParentId.startsWith('r-') ? 'ROOT' : 'ORGANIZATIONAL_UNIT';
    const { items, ...next } = pageOf('ListParents', [{ Id: child.ParentId, Type }], page);
    return { Parents: items, ...next };
  },
);
