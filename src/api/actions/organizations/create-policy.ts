/** CreatePolicy: a policy whose grammar is checked, attached to nothing; the type need not be enabled yet. */

import type { CreatePolicyResponse } from '@aws-sdk/client-organizations';
import { newOrganizationsId } from '../../../ids.ts';
import { action } from '../../organizations/action.ts';
import {
  optional,
  policyContent,
  policyDescription,
  policyName,
  policyType,
  tags,
} from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import {
  checkContent,
  describePolicy,
  expectAvailable,
  expectFreePolicyName,
  putPolicy,
} from '../../organizations/policies.ts';
import { putTags } from '../../organizations/resource-tags.ts';
import { policyArn, type Wire } from '../../organizations/shapes.ts';

/** organizations API/CreatePolicy. */
export const createPolicy = action(
  {
    Content: policyContent,
    Description: policyDescription,
    Name: policyName,
    Type: policyType,
    Tags: optional(tags),
  },
  async ({ Content, Description, Name, Type, Tags = [] }, call): Promise<Wire<CreatePolicyResponse>> => {
    const opened = await openAsManagement(call);
    const type = expectAvailable(opened, Type);
    await call.permit([policyArn(opened.place, type, 'p-*')]);
    checkContent(type, Content);
    const Id = newOrganizationsId('p');
    const policy = { Id, Name, Description, Type: type, Content, updatedAt: call.nowMs / 1000 };
    await expectFreePolicyName(opened, policy);
    await putPolicy(opened, policy);
    await putTags(opened, Id, Tags);
    return { Policy: describePolicy(opened.place, policy) };
  },
);
