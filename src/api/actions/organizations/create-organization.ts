/**
 * CreateOrganization: makes the caller's account the management account of a new organization, and its only account yet.
 *
 * No policy type is enabled in the root of a new organization. AWS's reference says that SCPs are; programs that go on to
 * enable them find that they are not (docs/decisions/0019-organizations.md).
 */

import type { CreateOrganizationResponse } from '@aws-sdk/client-organizations';
import { alreadyInOrganization } from '../../../aws-errors.ts';
import { newOrganizationsId } from '../../../ids.ts';
import type { JsonCall } from '../../json-call.ts';
import { action } from '../../organizations/action.ts';
import { featureSet, optional } from '../../organizations/members.ts';
import { isInOrganization, join, type Opened, open, putOrganization } from '../../organizations/organization.ts';
import { describeOrganization, type Wire } from '../../organizations/shapes.ts';
import { putAccount } from '../../organizations/tree.ts';

/** organizations API/CreateOrganization. */
export const createOrganization = action(
  { FeatureSet: optional(featureSet) },
  async ({ FeatureSet = 'ALL' }, call): Promise<Wire<CreateOrganizationResponse>> => {
    await call.permit(['*']);
    if (await isInOrganization(call.tx, call.scope.account)) throw alreadyInOrganization();
    const opened = open(call, {
      Id: newOrganizationsId('o'),
      FeatureSet,
      MasterAccountId: call.scope.account,
      RootId: newOrganizationsId('r'),
      policyTypes: [],
      policies: {},
    });
    await putOrganization(opened, opened.organization);
    const Email = await addManagementAccount(opened, call);
    return { Organization: describeOrganization(opened.place, opened.organization, Email) };
  },
);

/** AWS takes name and address from the account; here accounts have neither. @returns its address */
async function addManagementAccount(opened: Opened, { scope, nowMs }: JsonCall): Promise<string> {
  const Email = `${scope.account}@openimds.invalid`;
  await putAccount(opened, {
    Id: scope.account,
    Name: 'management',
    Email,
    // As AWS says of it.
    JoinedMethod: 'INVITED',
    JoinedTimestamp: nowMs / 1000,
    ParentId: opened.organization.RootId,
    policies: {},
  });
  await join(opened, scope.account);
  return Email;
}
