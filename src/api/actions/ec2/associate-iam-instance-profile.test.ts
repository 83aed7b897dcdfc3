/**
 * Instance profiles of instances from association to disassociation: who may, what is described, and what the host is told.
 */

import { beforeEach, describe, expect, test } from 'vitest';
import { connectHost } from '../../../hosts/connect-host.ts';
import type { DesiredProfile } from '../../../model.ts';
import {
  ACCOUNT,
  arrive,
  asUser,
  expectRefusal,
  find,
  launch,
  makeProfile,
  START_MS,
  startTestApi,
  type TestApi,
} from '../../testing.ts';

const ARN = `arn:aws:iam::${ACCOUNT}:instance-profile/web`;
const Name = 'web';

let api: TestApi;
let InstanceId: string;
beforeEach(async () => {
  api = await startTestApi();
  await makeProfile(api, 'web');
  InstanceId = await launch(api);
  await arrive(api, InstanceId, 'running');
});

const associate = (IamInstanceProfile: object | undefined = { Name }, id = InstanceId) =>
  api.call('AssociateIamInstanceProfile', { InstanceId: id, IamInstanceProfile });
const associations = async (input: object = {}) =>
  (await api.call('DescribeIamInstanceProfileAssociations', input)).IamInstanceProfileAssociations;

/** What the instance's host hears of its profile after a revision. */
async function told(after = 0): Promise<DesiredProfile | undefined> {
  const { instances } = await connectHost(api.store, () => START_MS, 'local').desiredAfter(after, 100);
  return instances.find(({ instance }) => instance.InstanceId === InstanceId)?.profile;
}

async function acknowledge(): Promise<void> {
  const { revision = 0 } = (await find(api, InstanceId)) ?? {};
  await connectHost(api.store, () => START_MS, 'local').acknowledge([{ InstanceId, revision, endpoints: {} }]);
}

describe('what is refused', () => {
  test.each([
    [undefined, 'MissingParameter', undefined],
    [{}, 'MissingParameter', undefined],
    [
      { Name: 'nobody' },
      'InvalidParameterValue',
      'Value (nobody) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
    ],
    [
      { Arn: `${ARN}x` },
      'InvalidParameterValue',
      `Value (${ARN}x) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN`,
    ],
    [{ Arn: ARN.replace('profile/', 'profile/path/') }, 'InvalidParameterValue', undefined],
    [{ Arn: ARN.replace(ACCOUNT, '210987654321') }, 'InvalidParameterValue', undefined],
    [{ Name: 'WEB' }, 'InvalidParameterValue', undefined],
    [
      { Name, Arn: ARN },
      'InvalidParameterCombination',
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    ],
  ])('the profile %j', async (given, code, message) => {
    const refused = api.call('AssociateIamInstanceProfile', { InstanceId, IamInstanceProfile: given });
    await expectRefusal(refused, code, message);
    expect(await associations()).toEqual([]);
  });

  test('a profile without a role', async () => {
    await api.iam('CreateInstanceProfile', { InstanceProfileName: 'empty' });
    await expectRefusal(
      associate({ Name: 'empty' }),
      'InvalidParameterValue',
      `IAM Instance Profile "arn:aws:iam::${ACCOUNT}:instance-profile/empty" has no associated IAM Roles`,
    );
  });

  test('an instance that has one', async () => {
    await associate();
    await expectRefusal(associate(), 'IncorrectState', `There is an existing association for instance ${InstanceId}`);
  });

  test.each(['pending', 'stopping', 'shutting-down', 'terminated'] as const)('a %s instance', async (State) => {
    await arrive(api, InstanceId, State);
    await expectRefusal(
      associate(),
      'IncorrectInstanceState',
      `The instance '${InstanceId}' is not in the 'running' or 'stopped' states.`,
    );
  });

  test('associations that do not exist', async () => {
    const AssociationId = 'iip-assoc-00000000000000000';
    const words = `An invalid association-id of '${AssociationId}' was given`;
    const requests = [
      api.call('DisassociateIamInstanceProfile', { AssociationId }),
      api.call('ReplaceIamInstanceProfileAssociation', { AssociationId, IamInstanceProfile: { Name } }),
      associations({ AssociationIds: [AssociationId] }),
    ];
    for (const request of requests) await expectRefusal(request, 'InvalidAssociationID.NotFound', words);
    await expectRefusal(api.call('DisassociateIamInstanceProfile', {}), 'MissingParameter');
  });

  test('an association of another account', async () => {
    const { IamInstanceProfileAssociation: mine } = await associate();
    const other = api.as({ account: '210987654321' });
    await expectRefusal(
      other.call('DisassociateIamInstanceProfile', { AssociationId: mine?.AssociationId }),
      'InvalidAssociationID.NotFound',
    );
  });
});

describe('rule: pass-role', () => {
  const ON_ROLE = { Effect: 'Allow', Action: 'iam:PassRole', Resource: `arn:aws:iam::${ACCOUNT}:role/web` };

  async function bob(...statements: object[]): Promise<TestApi> {
    await api.iam('CreateUser', { UserName: 'bob' });
    const Statement = [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }, ...statements];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await api.iam('PutUserPolicy', { UserName: 'bob', PolicyName: 'p', PolicyDocument });
    return asUser(api, 'bob');
  }

  const requests: [string, (user: TestApi) => Promise<unknown>][] = [
    ['a launch', (user) => launch(user, { IamInstanceProfile: { Name } })],
    ['a launch that is only tried', (user) => launch(user, { IamInstanceProfile: { Name }, DryRun: true })],
    [
      'an association',
      (user) => user.call('AssociateIamInstanceProfile', { InstanceId, IamInstanceProfile: { Name } }),
    ],
    [
      'a replacement',
      async (user) => {
        const { IamInstanceProfileAssociation: former } = await associate();
        const { AssociationId } = former ?? {};
        return user.call('ReplaceIamInstanceProfileAssociation', { AssociationId, IamInstanceProfile: { Name } });
      },
    ],
  ];

  test.each(requests)('%s needs iam:PassRole on the role', async (_what, request) => {
    const user = await bob();
    const refusal = await request(user).catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: 'UnauthorizedOperation' });
    expect((refusal as Error).message).toMatch(
      /is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role\/web because no identity-based policy allows the iam:PassRole action\. Encoded authorization failure message: /,
    );
  });

  test.each<[string, object, boolean]>([
    ['the role', {}, true],
    ['another role', { Resource: `arn:aws:iam::${ACCOUNT}:role/other` }, false],
    ['the role, for EC2', { Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } } }, true],
    ['the role, for Lambda', { Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } }, false],
    [
      'the role, for instances of the Region',
      { Condition: { ArnLike: { 'iam:AssociatedResourceArn': `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/*` } } },
      true,
    ],
  ])('allowed on %s', async (_what, fields, allowed) => {
    const user = await bob({ ...ON_ROLE, ...fields });
    const request = user.call('AssociateIamInstanceProfile', { InstanceId, IamInstanceProfile: { Name } });
    if (allowed) await request;
    else await expectRefusal(request, 'UnauthorizedOperation');
  });

  test('conditions see the profile at a launch, the new one at an association, and the present one afterwards', async () => {
    const deny = (Action: string, key: string) => ({
      Effect: 'Deny',
      Action,
      Resource: 'arn:aws:ec2:*:*:instance/*',
      Condition: { ArnEquals: { [key]: ARN } },
    });
    const user = await bob(
      ON_ROLE,
      deny('ec2:RunInstances', 'ec2:InstanceProfile'),
      deny('ec2:AssociateIamInstanceProfile', 'ec2:NewInstanceProfile'),
      deny('ec2:TerminateInstances', 'ec2:InstanceProfile'),
    );
    await expectRefusal(launch(user, { IamInstanceProfile: { Name } }), 'UnauthorizedOperation');
    await launch(user);
    await expectRefusal(
      user.call('AssociateIamInstanceProfile', { InstanceId, IamInstanceProfile: { Name } }),
      'UnauthorizedOperation',
    );
    await associate();
    await expectRefusal(user.call('TerminateInstances', { InstanceIds: [InstanceId] }), 'UnauthorizedOperation');
  });
});

describe('an association', () => {
  test('is associating until the host has acknowledged it, and found by its id, instance and state', async () => {
    const { IamInstanceProfileAssociation: made } = await associate();
    expect(made).toEqual({
      AssociationId: expect.stringMatching(/^iip-assoc-0[0-9a-f]{16}$/),
      InstanceId,
      IamInstanceProfile: { Arn: ARN, Id: expect.stringMatching(/^AIPA/) },
      State: 'associating',
      Timestamp: new Date(START_MS),
    });
    expect(await associations()).toEqual([made]);
    await acknowledge();
    const associated = [{ ...made, State: 'associated' }];
    expect(await associations({ AssociationIds: [made?.AssociationId] })).toEqual(associated);
    const filter = (...[filterName, value]: [string, string]) =>
      associations({ Filters: [{ Name: filterName, Values: [value] }] });
    expect(await filter('instance-id', InstanceId)).toEqual(associated);
    expect(await filter('state', 'associated')).toEqual(associated);
    expect(await filter('state', 'associating')).toEqual([]);
    await expectRefusal(filter('iam', 'x'), 'InvalidParameterValue');
  });

  test('of a stopped instance is complete at once', async () => {
    await arrive(api, InstanceId, 'stopped');
    await associate();
    expect((await associations())?.[0]?.State).toBe('associated');
  });

  test('shows in DescribeInstances and its filters', async () => {
    await associate({ Arn: ARN });
    const described = async (...[filterName, value]: [string, string]) => {
      const { Reservations = [] } = await api.call('DescribeInstances', {
        Filters: [{ Name: filterName, Values: [value] }],
      });
      return Reservations[0]?.Instances?.[0]?.IamInstanceProfile;
    };
    const shown = await described('instance-id', InstanceId);
    expect(shown).toEqual({ Arn: ARN, Id: expect.stringMatching(/^AIPA/) });
    for (const [key, value] of Object.entries({ arn: ARN, id: shown?.Id ?? '', name: 'web' })) {
      expect(await described(`iam-instance-profile.${key}`, value)).toEqual(shown);
      expect(await described(`iam-instance-profile.${key}`, `${value}x`)).toBeUndefined();
    }
  });

  test('is replaced by one with another id, and ends', async () => {
    await makeProfile(api, 'other');
    const { IamInstanceProfileAssociation: first } = await associate();
    const { IamInstanceProfileAssociation: second } = await api.call('ReplaceIamInstanceProfileAssociation', {
      AssociationId: first?.AssociationId,
      IamInstanceProfile: { Name: 'other' },
    });
    expect(second).toMatchObject({ InstanceId, State: 'associating', IamInstanceProfile: { Arn: /\/other$/ } });
    expect(second?.AssociationId).not.toBe(first?.AssociationId);
    expect(await associations()).toEqual([second]);
    const { AssociationId } = second ?? {};
    const { IamInstanceProfileAssociation: ended } = await api.call('DisassociateIamInstanceProfile', {
      AssociationId,
    });
    expect(ended).toEqual({ ...second, State: 'disassociating' });
    expect(await associations()).toEqual([]);
    expect(await told()).toBeUndefined();
    await associate();
  });

  test('ends with the instance', async () => {
    await associate();
    await api.call('TerminateInstances', { InstanceIds: [InstanceId] });
    const { revision = 0 } = (await find(api, InstanceId)) ?? {};
    await connectHost(api.store, () => START_MS, 'local').acknowledge([{ InstanceId, revision }]);
    expect(await associations()).toEqual([]);
  });

  test('each instance of a launch has its own', async () => {
    await api.call('RunInstances', {
      ImageId: 'ami-0abcdef1234567890',
      MinCount: 3,
      MaxCount: 3,
      IamInstanceProfile: { Name },
    });
    const ids = (await associations())?.map(({ AssociationId }) => AssociationId);
    expect(new Set(ids).size).toBe(3);
    const page = await api.call('DescribeIamInstanceProfileAssociations', { MaxResults: 5 });
    expect(page.NextToken).toBeUndefined();
  });
});

describe('the host is told', () => {
  const revisionNow = async () => (await find(api, InstanceId))?.revision ?? 0;

  test('of the profile, the role, and a key that is good for this instance and role', async () => {
    await associate();
    expect(await told()).toEqual({
      InstanceProfileArn: ARN,
      InstanceProfileId: expect.stringMatching(/^AIPA/),
      Timestamp: '2026-11-23T10:00:00Z',
      exists: true,
      role: { RoleName: 'web', RoleId: expect.stringMatching(/^AROA/), credentialsKey: expect.any(String) },
    });
  });

  test('again when the trust policy changes: no key while it forbids', async () => {
    await associate();
    const before = await revisionNow();
    const trust = (Service: string) =>
      api.iam('UpdateAssumeRolePolicy', {
        RoleName: 'web',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' },
        }),
      });
    await trust('lambda.amazonaws.com');
    expect((await told(before))?.role).toEqual({ RoleName: 'web', RoleId: expect.any(String) });
    const forbidden = await revisionNow();
    await trust('ec2.amazonaws.com');
    expect((await told(forbidden))?.role?.credentialsKey).toBeDefined();
  });

  test('again when the role leaves the profile and another takes its place, and when the profile is deleted', async () => {
    await associate();
    const InstanceProfileName = 'web';
    let before = await revisionNow();
    await api.iam('RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName: 'web' });
    expect((await told(before))?.role).toBeUndefined();
    await makeProfile(api, 'other');
    before = await revisionNow();
    await api.iam('AddRoleToInstanceProfile', { InstanceProfileName, RoleName: 'other' });
    expect((await told(before))?.role?.RoleName).toBe('other');
    await api.iam('RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName: 'other' });
    before = await revisionNow();
    await api.iam('DeleteInstanceProfile', { InstanceProfileName });
    expect((await told(before))?.exists).toBe(false);
  });

  test('that a profile is gone also once there is another of its name', async () => {
    await associate();
    const InstanceProfileName = 'web';
    await api.iam('RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName: 'web' });
    await api.iam('DeleteInstanceProfile', { InstanceProfileName });
    await api.iam('CreateInstanceProfile', { InstanceProfileName });
    await api.iam('AddRoleToInstanceProfile', { InstanceProfileName, RoleName: 'web' });
    expect(await told()).toMatchObject({ exists: false });
    expect((await told())?.role).toBeUndefined();
  });

  test('of all instances with the profile, whatever their Region, in revisions that are not too large', async () => {
    const MANY = 1000;
    const input = { ImageId: 'ami-0abcdef1234567890', MinCount: MANY, MaxCount: MANY, IamInstanceProfile: { Name } };
    await api.call('RunInstances', input);
    await api.as({ region: 'eu-west-1' }).call('RunInstances', { ...input, MinCount: 1, MaxCount: 1 });
    const last = async () => (await api.inStore((tx) => tx.nextRevision())) - 1;
    const before = await last();
    await api.iam('RemoveRoleFromInstanceProfile', { InstanceProfileName: 'web', RoleName: 'web' });
    expect((await last()) - before).toBe(1 + 3);
    const host = connectHost(api.store, () => START_MS, 'local');
    const page = await host.desiredAfter(before + 1, 5000);
    expect(page.instances).toHaveLength(MANY + 1);
    expect(page.instances.every(({ profile }) => profile?.exists && !profile.role)).toBe(true);
  });
});
