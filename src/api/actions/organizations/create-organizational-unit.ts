/** CreateOrganizationalUnit: an OU below the root or another OU, five levels deep at most. */

import type { CreateOrganizationalUnitResponse } from '@aws-sdk/client-organizations';
import { constraintViolation } from '../../../aws-errors.ts';
import { newOrganizationalUnitId } from '../../../ids.ts';
import { action } from '../../organizations/action.ts';
import { optional, organizationalUnitName, parentId, tags } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { attachedAtFirst } from '../../organizations/policies.ts';
import { putTags } from '../../organizations/resource-tags.ts';
import { describeUnit, targetArn, type Wire } from '../../organizations/shapes.ts';
import { ancestorsOf, expectFreeName, expectParent, putUnit } from '../../organizations/tree.ts';

/** Of OUs; the root is none. */
const DEEPEST = 5;

/** organizations API/CreateOrganizationalUnit. */
export const createOrganizationalUnit = action(
  { ParentId: parentId, Name: organizationalUnitName, Tags: optional(tags) },
  async ({ ParentId, Name, Tags = [] }, call): Promise<Wire<CreateOrganizationalUnitResponse>> => {
    const opened = await openAsManagement(call);
    await expectParent(opened, ParentId);
    await call.permit([targetArn(opened.place, ParentId)]);
    const above = await ancestorsOf(opened, ParentId);
    if (above.length > DEEPEST) throw constraintViolation('OU_DEPTH_LIMIT_EXCEEDED');
    await expectFreeName(opened, { ParentId, Name });
    const { RootId, policyTypes } = opened.organization;
    const unit = { Id: newOrganizationalUnitId(RootId), Name, ParentId, policies: attachedAtFirst(policyTypes) };
    await putUnit(opened, unit);
    await putTags(opened, unit.Id, Tags);
    return { OrganizationalUnit: describeUnit(opened.place, unit, above) };
  },
);
