/** An organization is made, described to every account in it, and ended. */

import { describe, expect, test } from 'vitest';
import { addMember, createOrganization, createUnit, MEMBER, organizations } from '../../organizations/testing.ts';
import { ACCOUNT, startTestApi } from '../../testing.ts';

describe('there is no organization', () => {
  test('until one is made: "Your account is not a member of an organization."', async () => {
    const api = await startTestApi();
    await expect(organizations(api, 'DescribeOrganization')).rejects.toMatchObject({
      name: 'AWSOrganizationsNotInUseException',
      message: 'Your account is not a member of an organization.',
    });
  });

  test('of an unknown feature set', async () => {
    const api = await startTestApi();
    await expect(organizations(api, 'CreateOrganization', { FeatureSet: 'SOME' })).rejects.toMatchObject({
      name: 'InvalidInputException',
      Reason: 'INVALID_ENUM',
    });
  });

  test('for an account that has one, nor for one that is a member', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    await addMember(api);
    for (const account of [ACCOUNT, MEMBER]) {
      await expect(organizations(api.as({ account }), 'CreateOrganization')).rejects.toMatchObject({
        name: 'AlreadyInOrganizationException',
        message: 'The AWS account is already a member of an organization.',
      });
    }
  });
});

describe('an organization', () => {
  test('has the ids and ARNs of AWS, all features, and a root in which no policy type is enabled', async () => {
    const api = await startTestApi();
    const { Organization } = await organizations(api, 'CreateOrganization');
    expect(Organization).toEqual({
      Id: expect.stringMatching(/^o-[a-z0-9]{10}$/),
      Arn: `arn:aws:organizations::${ACCOUNT}:organization/${Organization?.Id}`,
      FeatureSet: 'ALL',
      MasterAccountId: ACCOUNT,
      MasterAccountArn: `arn:aws:organizations::${ACCOUNT}:account/${Organization?.Id}/${ACCOUNT}`,
      MasterAccountEmail: `${ACCOUNT}@openimds.invalid`,
      AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
    });
    const { Roots } = await organizations(api, 'ListRoots');
    const Id = Roots?.[0]?.Id;
    expect(Id).toMatch(/^r-[a-z0-9]{4}$/);
    const Arn = `arn:aws:organizations::${ACCOUNT}:root/${Organization?.Id}/${Id}`;
    expect(Roots).toEqual([{ Id, Arn, Name: 'Root', PolicyTypes: [] }]);
  });

  test('is described to every account in it, whatever the Region', async () => {
    const api = await startTestApi();
    const { Organization } = await organizations(api, 'CreateOrganization');
    await addMember(api);
    for (const caller of [{ region: 'eu-west-1' }, { account: MEMBER }]) {
      expect(await organizations(api.as(caller), 'DescribeOrganization')).toEqual({ Organization });
    }
  });

  test('with consolidated billing only has no policy types to enable', async () => {
    const api = await startTestApi();
    const { Organization } = await organizations(api, 'CreateOrganization', { FeatureSet: 'CONSOLIDATED_BILLING' });
    expect(Organization?.AvailablePolicyTypes).toEqual([]);
    const { Roots } = await organizations(api, 'ListRoots');
    const enable = { RootId: Roots?.[0]?.Id, PolicyType: 'SERVICE_CONTROL_POLICY' };
    await expect(organizations(api, 'EnablePolicyType', enable)).rejects.toMatchObject({
      name: 'PolicyTypeNotAvailableForOrganizationException',
    });
    expect((await organizations(api, 'ListPolicies', { Filter: 'SERVICE_CONTROL_POLICY' })).Policies).toEqual([]);
  });

  test('is its management account’s alone: several accounts each have their own', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    const other = api.as({ account: '999999999999' });
    await createOrganization(other);
    expect((await organizations(other, 'ListAccounts')).Accounts?.map(({ Id }) => Id)).toEqual(['999999999999']);
    expect((await organizations(api, 'ListAccounts')).Accounts?.map(({ Id }) => Id)).toEqual([ACCOUNT]);
  });

  test('is not deleted while it has other accounts', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    await addMember(api);
    await expect(organizations(api, 'DeleteOrganization')).rejects.toMatchObject({
      name: 'OrganizationNotEmptyException',
      message: 'To delete an organization you must first remove all member accounts (except the master).',
    });
    await organizations(api, 'RemoveAccountFromOrganization', { AccountId: MEMBER });
    await organizations(api, 'DeleteOrganization');
  });

  test('that is deleted leaves nothing behind, and another can be made', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    await createUnit(api, root, 'Sandbox');
    await organizations(api, 'TagResource', { ResourceId: root, Tags: [{ Key: 'a', Value: 'b' }] });
    await organizations(api, 'DeleteOrganization');
    await expect(organizations(api, 'ListRoots')).rejects.toMatchObject({ name: 'AWSOrganizationsNotInUseException' });
    const again = await createOrganization(api);
    expect(again).not.toBe(root);
    const { OrganizationalUnits } = await organizations(api, 'ListOrganizationalUnitsForParent', { ParentId: again });
    expect(OrganizationalUnits).toEqual([]);
    const left = await api.inStore((tx) => tx.tags.page({ account: ACCOUNT, region: '' }, { limit: 10 }));
    expect(left).toEqual([]);
  });
});
