/** Policy types are enabled and disabled in the root, and FullAWSAccess comes and goes with SCPs. */

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
import { ACCOUNT, startTestApi, type TestApi } from '../../testing.ts';

async function attachedTo(api: TestApi, TargetId: string, Filter = 'SERVICE_CONTROL_POLICY') {
  const { Policies } = await organizations(api, 'ListPoliciesForTarget', { TargetId, Filter });
  return Policies?.map(({ Name }) => Name);
}

describe('no type is enabled', () => {
  test('twice', async () => {
    const api = await startTestApi();
    const RootId = await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    const enable = { RootId, PolicyType: 'SERVICE_CONTROL_POLICY' };
    await expect(organizations(api, 'EnablePolicyType', enable)).rejects.toMatchObject({
      name: 'PolicyTypeAlreadyEnabledException',
      message: 'The specified policy type is already enabled.',
    });
  });

  test('in a root that is not there', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    const input = { RootId: 'r-0000', PolicyType: 'SERVICE_CONTROL_POLICY' };
    for (const operation of ['EnablePolicyType', 'DisablePolicyType']) {
      await expect(organizations(api, operation, input)).rejects.toMatchObject({ name: 'RootNotFoundException' });
    }
  });

  test('that is not offered, or that AWS does not have', async () => {
    const api = await startTestApi();
    const RootId = await createOrganization(api);
    await expect(organizations(api, 'EnablePolicyType', { RootId, PolicyType: 'TAG_POLICY' })).rejects.toMatchObject({
      name: 'PolicyTypeNotAvailableForOrganizationException',
    });
    await expect(organizations(api, 'EnablePolicyType', { RootId, PolicyType: 'SCP' })).rejects.toMatchObject({
      name: 'InvalidInputException',
      Reason: 'INVALID_ENUM_POLICY_TYPE',
    });
  });
});

describe('SCPs', () => {
  test('that are enabled come with FullAWSAccess, attached to the root, every OU and every account', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api);
    const unit = await createUnit(api, root, 'Dev');
    await addMember(api);
    for (const target of [root, unit, ACCOUNT, MEMBER]) expect(await attachedTo(api, target)).toEqual([]);
    const enable = { RootId: root, PolicyType: 'SERVICE_CONTROL_POLICY' };
    const { Root } = await organizations(api, 'EnablePolicyType', enable);
    expect(Root?.PolicyTypes).toEqual([{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }]);
    for (const target of [root, unit, ACCOUNT, MEMBER])
      expect(await attachedTo(api, target)).toEqual(['FullAWSAccess']);
  });

  test('while they are enabled, what is new gets FullAWSAccess too', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    const unit = await createUnit(api, root, 'Dev');
    await addMember(api);
    for (const target of [unit, MEMBER]) expect(await attachedTo(api, target)).toEqual(['FullAWSAccess']);
  });

  test('that are disabled are attached nowhere; enabled again, only FullAWSAccess is', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY', 'DECLARATIVE_POLICY_EC2');
    await addMember(api);
    const id = await createPolicy(api, 'mine');
    const other = await createDeclarativePolicy(api, 'other', { http_tokens: 'required' });
    for (const target of [root, MEMBER]) for (const policy of [id, other]) await attach(api, policy, target);
    const type = { RootId: root, PolicyType: 'SERVICE_CONTROL_POLICY' };
    const { Root } = await organizations(api, 'DisablePolicyType', type);
    expect(Root?.PolicyTypes).toEqual([{ Type: 'DECLARATIVE_POLICY_EC2', Status: 'ENABLED' }]);
    expect(await attachedTo(api, MEMBER)).toEqual([]);
    expect(await attachedTo(api, MEMBER, 'DECLARATIVE_POLICY_EC2')).toEqual(['other']);
    await expect(organizations(api, 'DisablePolicyType', type)).rejects.toMatchObject({
      name: 'PolicyTypeNotEnabledException',
      message: 'This operation can be performed only for enabled policy types.',
    });
    await expect(attach(api, id, MEMBER)).rejects.toMatchObject({ name: 'PolicyTypeNotEnabledException' });
    await organizations(api, 'EnablePolicyType', type);
    for (const target of [root, MEMBER]) expect(await attachedTo(api, target)).toEqual(['FullAWSAccess']);
    expect((await organizations(api, 'DescribePolicy', { PolicyId: id })).Policy?.PolicySummary?.Name).toBe('mine');
  });
});
