/** Policies are made, read, changed and deleted; what they say is checked for their type. */

import { describe, expect, test } from 'vitest';
import {
  attach,
  createOrganization,
  createPolicy,
  DENY_LEAVING,
  organizations,
  REQUIRE_IMDSV2,
} from '../../organizations/testing.ts';
import { ACCOUNT, startTestApi } from '../../testing.ts';

const UNKNOWN = 'p-0123456789';
const REFUSED = 'The provided policy document does not meet the requirements of the specified policy type.';

describe('no policy is made', () => {
  test.each([
    ['SERVICE_CONTROL_POLICY', '{'],
    ['SERVICE_CONTROL_POLICY', '{}'],
    ['SERVICE_CONTROL_POLICY', DENY_LEAVING.replace('Deny', 'deny')],
    ['SERVICE_CONTROL_POLICY', DENY_LEAVING.replace('"Resource":"*"', '"Principal":"*","Resource":"*"')],
    ['SERVICE_CONTROL_POLICY', REQUIRE_IMDSV2],
    ['DECLARATIVE_POLICY_EC2', DENY_LEAVING],
    ['DECLARATIVE_POLICY_EC2', REQUIRE_IMDSV2.replace('required', 'always')],
  ])('of the type %s that says %s: MalformedPolicyDocumentException with the place', async (Type, Content) => {
    const api = await startTestApi();
    await createOrganization(api);
    await expect(createPolicy(api, 'mine', { Type, Content })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: expect.stringMatching(new RegExp(`^${REFUSED.replaceAll('.', '\\.')} \\(line 1, column \\d+`)),
    });
  });

  test.each([
    ['SERVICE_CONTROL_POLICY', DENY_LEAVING.replace('*', 'x'.repeat(10_240))],
    ['DECLARATIVE_POLICY_EC2', REQUIRE_IMDSV2 + ' '.repeat(10_000)],
  ])('of the type %s that is too large: "You have exceeded the maximum policy size."', async (Type, Content) => {
    const api = await startTestApi();
    await createOrganization(api);
    await expect(createPolicy(api, 'mine', { Type, Content })).rejects.toMatchObject({
      name: 'ConstraintViolationException',
      message: 'You have exceeded the maximum policy size.',
      Reason: 'POLICY_CONTENT_LIMIT_EXCEEDED',
    });
  });

  test('with the name of another of its type, or of FullAWSAccess', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    await createPolicy(api, 'mine');
    for (const name of ['mine', 'FullAWSAccess']) {
      await expect(createPolicy(api, name)).rejects.toMatchObject({
        name: 'DuplicatePolicyException',
        message: 'A policy with the specified name and type already exists.',
      });
    }
    const declarative = { Type: 'DECLARATIVE_POLICY_EC2', Content: REQUIRE_IMDSV2 };
    for (const name of ['mine', 'FullAWSAccess']) await createPolicy(api, name, declarative);
  });

  test('without a description or a text', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    for (const input of [{ Description: undefined }, { Content: undefined }, { Type: undefined }]) {
      await expect(createPolicy(api, 'mine', input)).rejects.toMatchObject({ Reason: 'INPUT_REQUIRED' });
    }
  });

  test('of a type that is not offered', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    await expect(createPolicy(api, 'mine', { Type: 'RESOURCE_CONTROL_POLICY' })).rejects.toMatchObject({
      name: 'PolicyTypeNotAvailableForOrganizationException',
    });
  });
});

describe('a policy', () => {
  test.each([
    ['SERVICE_CONTROL_POLICY', DENY_LEAVING],
    ['DECLARATIVE_POLICY_EC2', REQUIRE_IMDSV2],
  ])('of the type %s has the id and ARN of AWS, and its text as it was written', async (Type, text) => {
    const api = await startTestApi();
    await createOrganization(api);
    const Content = text.replace('{', '{\n  ');
    const Id = await createPolicy(api, 'mine', { Description: 'for a test', Type, Content });
    expect(Id).toMatch(/^p-[a-z0-9]{10}$/);
    const { Organization } = await organizations(api, 'DescribeOrganization');
    const PolicySummary = {
      Id,
      Arn: `arn:aws:organizations::${ACCOUNT}:policy/${Organization?.Id}/${Type.toLowerCase()}/${Id}`,
      Name: 'mine',
      Description: 'for a test',
      Type,
      AwsManaged: false,
    };
    const { Policy } = await organizations(api, 'DescribePolicy', { PolicyId: Id });
    expect(Policy).toEqual({ PolicySummary, Content });
    expect((await organizations(api, 'ListPolicies', { Filter: Type })).Policies).toContainEqual(PolicySummary);
  });

  test('is changed where it is told, and nowhere else', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    await createPolicy(api, 'other');
    const PolicyId = await createPolicy(api, 'mine', { Description: 'first' });
    const update = async (input: object) => {
      const { Policy } = await organizations(api, 'UpdatePolicy', { PolicyId, ...input });
      return [Policy?.PolicySummary?.Name, Policy?.PolicySummary?.Description, Policy?.Content];
    };
    expect(await update({})).toEqual(['mine', 'first', DENY_LEAVING]);
    expect(await update({ Description: 'second' })).toEqual(['mine', 'second', DENY_LEAVING]);
    const allow = DENY_LEAVING.replace('Deny', 'Allow');
    expect(await update({ Content: allow, Name: 'ours' })).toEqual(['ours', 'second', allow]);
    await expect(update({ Content: '{}' })).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
    await expect(update({ Name: 'other' })).rejects.toMatchObject({ name: 'DuplicatePolicyException' });
    expect((await organizations(api, 'DescribePolicy', { PolicyId })).Policy?.Content).toBe(allow);
  });

  test('is deleted with its tags once it is detached', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    const PolicyId = await createPolicy(api, 'mine', { Tags: [{ Key: 'a', Value: 'b' }] });
    await attach(api, PolicyId, root);
    await expect(organizations(api, 'DeletePolicy', { PolicyId })).rejects.toMatchObject({
      name: 'PolicyInUseException',
    });
    await organizations(api, 'DetachPolicy', { PolicyId, TargetId: root });
    await organizations(api, 'DeletePolicy', { PolicyId });
    for (const operation of ['DescribePolicy', 'DeletePolicy', 'UpdatePolicy', 'ListTargetsForPolicy']) {
      await expect(organizations(api, operation, { PolicyId })).rejects.toMatchObject({
        name: 'PolicyNotFoundException',
        message: "You specified a policy that doesn't exist.",
      });
    }
  });

  test.each(['DescribePolicy', 'DeletePolicy', 'ListTargetsForPolicy'])(
    '%s: one that is not there',
    async (operation) => {
      const api = await startTestApi();
      await createOrganization(api);
      await expect(organizations(api, operation, { PolicyId: UNKNOWN })).rejects.toMatchObject({
        name: 'PolicyNotFoundException',
      });
      await expect(organizations(api, operation, { PolicyId: 'mine' })).rejects.toMatchObject({
        Reason: 'INVALID_PATTERN',
      });
    },
  );
});

describe('FullAWSAccess', () => {
  test('is there as AWS has it, and the same for every organization', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    const { Policies } = await organizations(api, 'ListPolicies', { Filter: 'SERVICE_CONTROL_POLICY' });
    expect(Policies).toEqual([
      {
        Id: 'p-FullAWSAccess',
        Arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
        Name: 'FullAWSAccess',
        Description: 'Allows access to every operation',
        Type: 'SERVICE_CONTROL_POLICY',
        AwsManaged: true,
      },
    ]);
    const { Policy } = await organizations(api, 'DescribePolicy', { PolicyId: 'p-FullAWSAccess' });
    expect(JSON.parse(Policy?.Content ?? '').Statement).toEqual([{ Effect: 'Allow', Action: '*', Resource: '*' }]);
  });

  test('is AWS’s: nobody changes, deletes or tags it', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    const id = 'p-FullAWSAccess';
    const tags = [{ Key: 'a', Value: 'b' }];
    for (const [operation, input] of [
      ['UpdatePolicy', { PolicyId: id, Description: 'mine' }],
      ['DeletePolicy', { PolicyId: id }],
      ['TagResource', { ResourceId: id, Tags: tags }],
    ] as const) {
      await expect(organizations(api, operation, input)).rejects.toMatchObject({
        name: 'InvalidInputException',
        Reason: 'IMMUTABLE_POLICY',
      });
    }
  });
});
