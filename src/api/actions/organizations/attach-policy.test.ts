/** Policies are attached to the root, OUs and accounts, and detached again. */

import { describe, expect, test } from 'vitest';
import {
  addMember,
  attach,
  createOrganization,
  createPolicy,
  createUnit,
  MEMBER,
  organizations,
} from '../../organizations/testing.ts';
import { ACCOUNT, startTestApi } from '../../testing.ts';

const FULL = 'p-FullAWSAccess';

describe('no policy is attached', () => {
  test('of a type that is not enabled: "This operation can be performed only for enabled policy types."', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api);
    await expect(attach(api, await createPolicy(api, 'mine'), root)).rejects.toMatchObject({
      name: 'PolicyTypeNotEnabledException',
      message: 'This operation can be performed only for enabled policy types.',
    });
  });

  test('to what is not there, or is nothing to attach to', async () => {
    const api = await startTestApi();
    await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    for (const operation of ['AttachPolicy', 'DetachPolicy', 'ListPoliciesForTarget']) {
      const ask = (TargetId: string) =>
        organizations(api, operation, { PolicyId: FULL, TargetId, Filter: 'SERVICE_CONTROL_POLICY' });
      for (const TargetId of ['r-0000', 'ou-0000-00000000', '999999999999']) {
        await expect(ask(TargetId)).rejects.toMatchObject({ name: 'TargetNotFoundException' });
      }
      await expect(ask(FULL)).rejects.toMatchObject({
        name: 'InvalidInputException',
        Reason: 'INVALID_PATTERN_TARGET_ID',
      });
    }
  });

  test('that is not there', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    await expect(attach(api, 'p-0123456789', root)).rejects.toMatchObject({ name: 'PolicyNotFoundException' });
  });

  test('twice', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    await expect(attach(api, FULL, root)).rejects.toMatchObject({
      name: 'DuplicatePolicyAttachmentException',
      message: 'A policy with the specified name and type already exists.',
    });
  });

  test('beyond ten of a type: "You have attached the maximum number of policies to the specified target."', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    for (let i = 1; i < 10; i++) await attach(api, await createPolicy(api, `policy ${i}`), root);
    await expect(attach(api, await createPolicy(api, 'one more'), root)).rejects.toMatchObject({
      name: 'ConstraintViolationException',
      message: 'You have attached the maximum number of policies to the specified target.',
      Reason: 'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
    });
  });
});

describe('a policy', () => {
  test('is listed with what it is attached to, and what it is attached to with the policy', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    const { Organization } = await organizations(api, 'DescribeOrganization');
    const unit = await createUnit(api, root, 'Dev');
    await addMember(api);
    const PolicyId = await createPolicy(api, 'mine');
    for (const target of [MEMBER, unit, root]) await attach(api, PolicyId, target);
    const arn = (what: string) => `arn:aws:organizations::${ACCOUNT}:${what.replace('/', `/${Organization?.Id}/`)}`;
    expect((await organizations(api, 'ListTargetsForPolicy', { PolicyId })).Targets).toEqual([
      { TargetId: root, Arn: arn(`root/${root}`), Name: 'Root', Type: 'ROOT' },
      { TargetId: unit, Arn: arn(`ou/${unit}`), Name: 'Dev', Type: 'ORGANIZATIONAL_UNIT' },
      { TargetId: MEMBER, Arn: arn(`account/${MEMBER}`), Name: `account ${MEMBER}`, Type: 'ACCOUNT' },
    ]);
    const { Policies } = await organizations(api, 'ListPoliciesForTarget', {
      TargetId: unit,
      Filter: 'SERVICE_CONTROL_POLICY',
    });
    expect(Policies?.map(({ Name }) => Name)).toEqual(['FullAWSAccess', 'mine']);
    for (const Filter of ['DECLARATIVE_POLICY_EC2', 'TAG_POLICY']) {
      expect((await organizations(api, 'ListPoliciesForTarget', { TargetId: unit, Filter })).Policies).toEqual([]);
    }
  });

  test('is detached once', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    const PolicyId = await createPolicy(api, 'mine');
    await attach(api, PolicyId, root);
    await organizations(api, 'DetachPolicy', { PolicyId, TargetId: root });
    await expect(organizations(api, 'DetachPolicy', { PolicyId, TargetId: root })).rejects.toMatchObject({
      name: 'PolicyNotAttachedException',
    });
    expect((await organizations(api, 'ListTargetsForPolicy', { PolicyId })).Targets).toEqual([]);
  });

  test('that is the last SCP stays: "You must have at least one attached at all times."', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    await addMember(api);
    const replacement = await createPolicy(api, 'mine');
    for (const TargetId of [root, MEMBER]) {
      await expect(organizations(api, 'DetachPolicy', { PolicyId: FULL, TargetId })).rejects.toMatchObject({
        name: 'ConstraintViolationException',
        message:
          'You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.',
        Reason: 'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      });
      await attach(api, replacement, TargetId);
      await organizations(api, 'DetachPolicy', { PolicyId: FULL, TargetId });
    }
  });

  test('of another type may be the last', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'DECLARATIVE_POLICY_EC2');
    const Content = '{"ec2_attributes":{}}';
    const PolicyId = await createPolicy(api, 'mine', { Type: 'DECLARATIVE_POLICY_EC2', Content });
    await attach(api, PolicyId, root);
    await organizations(api, 'DetachPolicy', { PolicyId, TargetId: root });
  });
});
