/**
 * The judge with a real store: which policies count for whom, and what conditions of EC2's actions see.
 *
 * How policies are evaluated is tested in `iam/`; here stands that each of them is found, and each key is there.
 */

import { describe, expect, test } from 'vitest';
import { makeStsCredentials, roleCredentialsKey } from '../iam/sts-session.ts';
import { installationKey } from '../store/installation-key.ts';
import { policyJudge } from './policy-judge.ts';
import type { ScpTexts } from './service-control-policies.ts';
import {
  ACCOUNT,
  asSession,
  asUser,
  EXAMPLE_IMAGE,
  expectRefusal,
  launch,
  START_MS,
  startTestApi,
  type TestApi,
} from './testing.ts';

function policy(...Statement: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}
const allow = (Action: string | string[], more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more });
const deny = (Action: string | string[], more: object = {}) => ({ Effect: 'Deny', Action, Resource: '*', ...more });
const EVERYTHING = policy(allow('*'));
const POWER = 'arn:aws:iam::aws:policy/PowerUserAccess';
const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess';

async function startWithBob(...statements: object[]): Promise<{ api: TestApi; bob: TestApi }> {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'bob' });
  if (statements.length > 0) await give(api, ...statements);
  return { api, bob: await asUser(api, 'bob') };
}

/** Replaces what bob may. */
function give(api: TestApi, ...statements: object[]): Promise<unknown> {
  return api.iam('PutUserPolicy', { UserName: 'bob', PolicyName: 'own', PolicyDocument: policy(...statements) });
}

const denied = (answer: Promise<unknown>) => expectRefusal(answer, 'UnauthorizedOperation');

describe('a user', () => {
  test('may nothing without a policy, and the answer says so', async () => {
    const { bob } = await startWithBob();
    const error: unknown = await bob.call('DescribeVpcs').catch((reason: unknown) => reason);
    expect(String(error)).toMatch(
      /^AwsError: You are not authorized to perform this operation\. User: arn:aws:iam::123456789012:user\/bob is not authorized to perform: ec2:DescribeVpcs because no identity-based policy allows the ec2:DescribeVpcs action\. Encoded authorization failure message: [\w-]{200,}$/,
    );
  });

  test('may what its own policies, those attached to it and those of its groups allow, from the next call on', async () => {
    const { api, bob } = await startWithBob();
    await give(api, allow('ec2:DescribeVpcs'));
    await bob.call('DescribeVpcs');
    await denied(bob.call('DescribeSubnets'));
    await api.iam('CreateGroup', { GroupName: 'devs' });
    await api.iam('PutGroupPolicy', {
      GroupName: 'devs',
      PolicyName: 'p',
      PolicyDocument: policy(allow('ec2:DescribeSubnets')),
    });
    await api.iam('AddUserToGroup', { UserName: 'bob', GroupName: 'devs' });
    await bob.call('DescribeSubnets');
    await denied(bob.call('DescribeImages'));
    await api.iam('AttachGroupPolicy', { GroupName: 'devs', PolicyArn: READ_ONLY });
    await bob.call('DescribeImages');
    await api.iam('RemoveUserFromGroup', { UserName: 'bob', GroupName: 'devs' });
    await denied(bob.call('DescribeImages'));
    await api.iam('AttachUserPolicy', { UserName: 'bob', PolicyArn: READ_ONLY });
    await bob.call('DescribeImages');
  });

  test('may what the default version of a managed policy allows', async () => {
    const { api, bob } = await startWithBob();
    const { Policy } = await api.iam('CreatePolicy', { PolicyName: 'p', PolicyDocument: EVERYTHING });
    const PolicyArn = Policy?.Arn;
    await api.iam('AttachUserPolicy', { UserName: 'bob', PolicyArn });
    await bob.call('DescribeVpcs');
    await api.iam('CreatePolicyVersion', { PolicyArn, PolicyDocument: policy(deny('ec2:*')) });
    await bob.call('DescribeVpcs');
    await api.iam('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v2' });
    const words = `with an explicit deny in an identity-based policy: arn:aws:iam::${ACCOUNT}:policy/p`;
    await expect(bob.call('DescribeVpcs')).rejects.toThrow(words);
  });

  test('may no more than its boundary', async () => {
    const { api, bob } = await startWithBob(allow('*'));
    await bob.iam('ListUsers');
    await api.iam('PutUserPermissionsBoundary', { UserName: 'bob', PermissionsBoundary: POWER });
    await expectRefusal(
      bob.iam('ListUsers'),
      'AccessDenied',
      `User: arn:aws:iam::${ACCOUNT}:user/bob is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::${ACCOUNT}:user/ because no permissions boundary allows the iam:ListUsers action`,
    );
    await bob.call('DescribeVpcs');
  });

  test('has its own tags as those of the principal', async () => {
    const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'blue' } };
    const { api, bob } = await startWithBob(allow('ec2:*', { Condition }));
    await denied(bob.call('DescribeVpcs'));
    await api.iam('TagUser', { UserName: 'bob', Tags: [{ Key: 'team', Value: 'blue' }] });
    await bob.call('DescribeVpcs');
  });

  test('that was deleted may nothing, also when another has its name', async () => {
    const { api, bob } = await startWithBob(allow('*'));
    await api.iam('DeleteUserPolicy', { UserName: 'bob', PolicyName: 'own' });
    await api.iam('DeleteUser', { UserName: 'bob' });
    await denied(bob.call('DescribeVpcs'));
    await api.iam('CreateUser', { UserName: 'bob' });
    await give(api, allow('*'));
    await denied(bob.call('DescribeVpcs'));
  });
});

test('an instance with its identity credentials may nothing, whatever policies there are', async () => {
  const { api } = await startWithBob(allow('*'));
  const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/aws:ec2-instance/i-1`;
  const instance = api.as({ principal: { kind: 'ec2-instance', account: ACCOUNT, arn, InstanceId: 'i-1' } });
  await denied(instance.call('DescribeVpcs'));
});

describe('service control policies', () => {
  const scps = (...texts: string[]): ScpTexts[] =>
    texts.map((text, index) => ({
      ...{ id: `ou-${index}`, name: `level ${index}` },
      policies: [{ id: 'p-1', name: 'p', arn: 'arn:aws:organizations::1:policy/o-1/service_control_policy/p-1', text }],
    }));
  const judgeOf = async (api: TestApi, levels: ScpTexts[]) =>
    policyJudge({
      installationKey: await api.inStore(installationKey),
      organizationOf: async (_tx, account) => ({
        place: { id: 'o-abc', path: ['r-1', 'ou-1'] },
        ...(account === ACCOUNT && { scps: levels }),
      }),
    });

  test('deny root too, where one level does not allow or any denies', async () => {
    const { api } = await startWithBob();
    const ask = async (...texts: string[]) =>
      api.as({ judge: await judgeOf(api, scps(...texts)) }).call('DescribeVpcs');
    await ask(EVERYTHING, EVERYTHING);
    await expect(ask(EVERYTHING, policy(allow('iam:*')))).rejects.toThrow(
      'because no service control policy allows the ec2:DescribeVpcs action',
    );
    await expect(ask(EVERYTHING, policy(allow('*'), deny('ec2:Describe*')))).rejects.toThrow(
      'with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-1/service_control_policy/p-1',
    );
  });

  test('never allow', async () => {
    const { api, bob } = await startWithBob();
    const judge = await judgeOf(api, scps(EVERYTHING));
    await denied(bob.as({ judge }).call('DescribeVpcs'));
  });

  test('the place in the organization is there for conditions', async () => {
    const Condition = {
      StringEquals: { 'aws:PrincipalOrgID': 'o-abc', 'aws:ResourceOrgID': 'o-abc' },
      'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-abc/r-1/*' },
    };
    const { api, bob } = await startWithBob(allow('ec2:*', { Condition }));
    const id = await launch(api);
    const judge = await judgeOf(api, scps(EVERYTHING));
    await bob.as({ judge }).call('TerminateInstances', { InstanceIds: [id] });
  });
});

describe('a launch', () => {
  const required = { HttpEndpoint: 'enabled', HttpTokens: 'required' };
  const INSTANCE = 'arn:aws:ec2:*:*:instance/*';

  test('with IMDSv2 only, as AWS’s page has it: the option must be in the request, whatever the defaults are', async () => {
    const { api, bob } = await startWithBob(
      allow('ec2:*'),
      deny('ec2:RunInstances', {
        Resource: INSTANCE,
        Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } },
      }),
    );
    await denied(launch(bob));
    await denied(launch(bob, { MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'optional' } }));
    await launch(bob, { MetadataOptions: required });
    await api.call('ModifyInstanceMetadataDefaults', { HttpTokens: 'required' });
    await denied(launch(bob));
  });

  test('with a cap on the hop limit', async () => {
    const Condition = { NumericGreaterThan: { 'ec2:MetadataHttpPutResponseHopLimit': '3' } };
    const { bob } = await startWithBob(allow('ec2:*'), deny('ec2:RunInstances', { Resource: INSTANCE, Condition }));
    await launch(bob);
    await launch(bob, { MetadataOptions: { HttpEndpoint: 'enabled', HttpPutResponseHopLimit: 3 } });
    await denied(launch(bob, { MetadataOptions: { HttpEndpoint: 'enabled', HttpPutResponseHopLimit: 4 } }));
  });

  test('is asked about each resource, and the one that fails is named', async () => {
    const { api, bob } = await startWithBob(allow('ec2:RunInstances', { Resource: 'arn:aws:ec2:*:*:instance/*' }));
    await expect(launch(bob)).rejects.toThrow(`on resource: arn:aws:ec2:us-east-1::image/${EXAMPLE_IMAGE} because`);
    const needed = ['image', 'instance', 'network-interface', 'security-group', 'subnet', 'volume'];
    const arns = needed.map((type) => `arn:aws:ec2:*:*:${type}/*`);
    for (const missing of needed) {
      await give(api, allow('ec2:RunInstances', { Resource: arns.filter((arn) => !arn.includes(`:${missing}/`)) }));
      await expect(launch(bob)).rejects.toThrow(`:${missing}/`);
    }
    await give(api, allow('ec2:RunInstances', { Resource: arns }));
    await launch(bob);
  });

  test('with several interfaces and volumes is asked about every one of them', async () => {
    const { api, bob } = await startWithBob();
    await give(
      api,
      allow('ec2:*'),
      deny('ec2:RunInstances', { Condition: { NumericGreaterThan: { 'ec2:VolumeSize': '100' } } }),
    );
    const mapping = (DeviceName: string, VolumeSize: number) => ({ DeviceName, Ebs: { VolumeSize } });
    await launch(bob, { BlockDeviceMappings: [mapping('/dev/sdf', 10), mapping('/dev/sdg', 100)] });
    await expect(
      launch(bob, { BlockDeviceMappings: [mapping('/dev/sdf', 10), mapping('/dev/sdg', 101)] }),
    ).rejects.toThrow('arn:aws:ec2:us-east-1:123456789012:volume/*');
  });

  test('with tags needs the right to give them', async () => {
    const { api, bob } = await startWithBob(allow('ec2:RunInstances'));
    const TagSpecifications = [{ ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'blue' }] }];
    await launch(bob);
    await expect(launch(bob, { TagSpecifications })).rejects.toThrow(
      'ec2:CreateTags on resource: arn:aws:ec2:us-east-1:123456789012:instance/*',
    );
    const Condition = { StringEquals: { 'ec2:CreateAction': 'RunInstances', 'aws:RequestTag/team': 'blue' } };
    await give(api, allow('ec2:RunInstances'), allow('ec2:CreateTags', { Condition }));
    const id = await launch(bob, { TagSpecifications });
    await denied(bob.call('CreateTags', { Resources: [id], Tags: [{ Key: 'team', Value: 'blue' }] }));
  });

  test('that a client token has brought about is answered again under the same conditions', async () => {
    const { bob } = await startWithBob(
      allow('ec2:*'),
      deny('ec2:RunInstances', {
        Resource: INSTANCE,
        Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } },
      }),
    );
    const request = { ClientToken: 'token', MetadataOptions: required };
    expect(await launch(bob, request)).toBe(await launch(bob, request));
  });

  test('in a dry run is judged as any other', async () => {
    const { bob } = await startWithBob(allow('ec2:RunInstances', { Resource: 'arn:aws:ec2:*:*:instance/*' }));
    await denied(launch(bob, { DryRun: true }));
  });
});

describe('calls of IAM', () => {
  const boundary = { 'iam:PermissionsBoundary': POWER };

  test('who makes users must give them the boundary', async () => {
    const { bob } = await startWithBob(allow('iam:CreateUser', { Condition: { StringEquals: boundary } }));
    const create = (more: object) => bob.iam('CreateUser', { UserName: 'alice', ...more });
    await expectRefusal(create({}), 'AccessDenied');
    await expectRefusal(create({ PermissionsBoundary: READ_ONLY }), 'AccessDenied');
    await create({ PermissionsBoundary: POWER });
  });

  test('who gives policies may do it within the boundary of who gets them', async () => {
    const { api, bob } = await startWithBob(
      allow(['iam:AttachUserPolicy', 'iam:GetUser'], { Condition: { StringEquals: boundary } }),
    );
    await api.iam('CreateUser', { UserName: 'alice' });
    const attach = () => bob.iam('AttachUserPolicy', { UserName: 'alice', PolicyArn: READ_ONLY });
    await expectRefusal(attach(), 'AccessDenied');
    await api.iam('PutUserPermissionsBoundary', { UserName: 'alice', PermissionsBoundary: POWER });
    await attach();
    // AWS does not have the key for this action.
    await expectRefusal(bob.iam('GetUser', { UserName: 'alice' }), 'AccessDenied');
  });

  test('which policy it is, which tags it has and which are given', async () => {
    const { api, bob } = await startWithBob(
      allow('iam:AttachRolePolicy', { Condition: { ArnEquals: { 'iam:PolicyARN': READ_ONLY } } }),
      allow('iam:DeleteRole', {
        Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue', 'aws:ResourceAccount': ACCOUNT } },
      }),
      allow('iam:TagRole', { Condition: { StringEquals: { 'aws:RequestTag/team': 'blue' } } }),
    );
    const AssumeRolePolicyDocument = policy({
      ...{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
    });
    const web = { RoleName: 'web' };
    await api.iam('CreateRole', { ...web, AssumeRolePolicyDocument });
    await expectRefusal(bob.iam('AttachRolePolicy', { ...web, PolicyArn: POWER }), 'AccessDenied');
    await bob.iam('AttachRolePolicy', { ...web, PolicyArn: READ_ONLY });
    await api.iam('DetachRolePolicy', { ...web, PolicyArn: READ_ONLY });
    await expectRefusal(bob.iam('DeleteRole', web), 'AccessDenied');
    await expectRefusal(bob.iam('TagRole', { ...web, Tags: [{ Key: 'team', Value: 'red' }] }), 'AccessDenied');
    await bob.iam('TagRole', { ...web, Tags: [{ Key: 'team', Value: 'blue' }] });
    await bob.iam('DeleteRole', web);
  });

  test('who may not learns nothing of what exists', async () => {
    const { api, bob } = await startWithBob();
    await api.iam('CreateUser', { UserName: 'alice' });
    for (const UserName of ['alice', 'nobody']) {
      await expectRefusal(
        bob.iam('DeleteUser', { UserName }),
        'AccessDenied',
        `User: arn:aws:iam::${ACCOUNT}:user/bob is not authorized to perform: iam:DeleteUser on resource: arn:aws:iam::${ACCOUNT}:user/${UserName} because no identity-based policy allows the iam:DeleteUser action`,
      );
    }
  });

  test('who hands a role to an instance must be allowed to pass it to EC2', async () => {
    const { api, bob } = await startWithBob(allow('iam:AddRoleToInstanceProfile'));
    const AssumeRolePolicyDocument = policy({
      ...{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
    });
    await api.iam('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument });
    await api.iam('CreateInstanceProfile', { InstanceProfileName: 'web' });
    const add = () => bob.iam('AddRoleToInstanceProfile', { RoleName: 'web', InstanceProfileName: 'web' });
    await expectRefusal(add(), 'AccessDenied');
    const Condition = { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } };
    await give(api, allow('iam:AddRoleToInstanceProfile'), allow('iam:PassRole', { Condition }));
    await add();
  });
});

describe('what exists is asked about as it is', () => {
  test('the options of an instance', async () => {
    const Condition = { StringEquals: { 'ec2:MetadataHttpTokens': 'required' } };
    const { api, bob } = await startWithBob(allow('ec2:TerminateInstances', { Condition }));
    const open = await launch(api);
    const closed = await launch(api, { MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required' } });
    await denied(bob.call('TerminateInstances', { InstanceIds: [open] }));
    await denied(bob.call('TerminateInstances', { InstanceIds: [closed, open] }));
    await bob.call('TerminateInstances', { InstanceIds: [closed] });
  });

  test('the tags of a resource, by both of their names', async () => {
    const tag = { 'aws:ResourceTag/team': 'blue', 'ec2:ResourceTag/team': 'blue' };
    const { api, bob } = await startWithBob(allow('ec2:*', { Condition: { StringEquals: tag } }));
    const { SecurityGroups } = await api.call('DescribeSecurityGroups');
    const { GroupId } = await api.call('CreateSecurityGroup', { GroupName: 'web', Description: 'web' });
    expect(SecurityGroups).toHaveLength(1);
    await denied(bob.call('DeleteSecurityGroup', { GroupId }));
    await api.call('CreateTags', { Resources: [GroupId], Tags: [{ Key: 'team', Value: 'blue' }] });
    await bob.call('DeleteSecurityGroup', { GroupId });
  });

  test.each([
    ['image', { 'ec2:Owner': 'amazon' }, () => [EXAMPLE_IMAGE]],
    ['vpc', { 'ec2:Tenancy': 'default' }, async (api: TestApi) => [(await api.call('DescribeVpcs')).Vpcs?.[0]?.VpcId]],
    [
      'subnet',
      { 'ec2:AvailabilityZone': 'us-east-1a' },
      async (api: TestApi) => [(await api.call('DescribeSubnets')).Subnets?.[0]?.SubnetId],
    ],
  ])('a key of a %s: %j', async (_type, StringEquals, find) => {
    const { api, bob } = await startWithBob(allow('ec2:CreateTags', { Condition: { StringEquals } }));
    const Resources = await find(api);
    await bob.call('CreateTags', { Resources, Tags: [{ Key: 'a', Value: 'b' }] });
    const [[key] = []] = Object.entries(StringEquals);
    await give(api, allow('ec2:CreateTags', { Condition: { StringEquals: { [key ?? '']: 'another' } } }));
    await denied(bob.call('CreateTags', { Resources, Tags: [{ Key: 'a', Value: 'b' }] }));
  });

  test('the Region, and whose the resource is', async () => {
    const StringEquals = {
      'ec2:Region': 'us-east-1',
      'aws:RequestedRegion': 'us-east-1',
      'aws:ResourceAccount': ACCOUNT,
    };
    const { api, bob } = await startWithBob(allow('ec2:*', { Condition: { StringEquals } }));
    await bob.call('TerminateInstances', { InstanceIds: [await launch(api)] });
    const elsewhere = api.as({ region: 'eu-west-1' });
    const id = await launch(elsewhere);
    await denied(bob.as({ region: 'eu-west-1' }).call('TerminateInstances', { InstanceIds: [id] }));
  });

  test('our own actions have resources too', async () => {
    const { api, bob } = await startWithBob(
      allow('openimds:*', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } } }),
    );
    const id = await launch(api);
    await denied(bob.own('GET', `instances/${id}/faults`));
    await api.call('CreateTags', { Resources: [id], Tags: [{ Key: 'team', Value: 'blue' }] });
    await bob.own('GET', `instances/${id}/faults`);
  });
});

describe('a request to change something is asked about what it changes', () => {
  test('no opting out of IMDSv2, as AWS’s page has it', async () => {
    const { api, bob } = await startWithBob(
      allow('ec2:*'),
      deny('ec2:ModifyInstanceMetadataOptions', {
        Resource: 'arn:aws:ec2:*:*:instance/*',
        Condition: {
          StringNotEquals: { 'ec2:Attribute/HttpTokens': 'required' },
          Null: { 'ec2:Attribute/HttpTokens': 'false' },
        },
      }),
    );
    const InstanceId = await launch(api);
    const modify = (options: object) => bob.call('ModifyInstanceMetadataOptions', { InstanceId, ...options });
    await denied(modify({ HttpEndpoint: 'enabled', HttpTokens: 'optional' }));
    await modify({ HttpEndpoint: 'enabled', HttpTokens: 'required' });
    await modify({ HttpEndpoint: 'enabled', HttpPutResponseHopLimit: 4 });
  });

  test('the account’s defaults', async () => {
    const Condition = { StringNotEquals: { 'ec2:Attribute/HttpTokens': 'required' } };
    const { bob } = await startWithBob(allow('ec2:*'), deny('ec2:ModifyInstanceMetadataDefaults', { Condition }));
    await denied(bob.call('ModifyInstanceMetadataDefaults', { HttpTokens: 'optional' }));
    await bob.call('ModifyInstanceMetadataDefaults', { HttpTokens: 'required' });
  });

  test('the name of an attribute', async () => {
    const Condition = { StringEquals: { 'ec2:Attribute': 'DisableApiStop' } };
    const { api, bob } = await startWithBob(allow('ec2:ModifyInstanceAttribute', { Condition }));
    const InstanceId = await launch(api);
    await bob.call('ModifyInstanceAttribute', { InstanceId, DisableApiStop: { Value: true } });
    await denied(bob.call('ModifyInstanceAttribute', { InstanceId, EbsOptimized: { Value: true } }));
  });

  test('only one role may modify', async () => {
    const { api, bob } = await startWithBob(allow('*'));
    const AssumeRolePolicyDocument = policy({
      ...{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
    });
    const only = deny('ec2:ModifyInstanceMetadataOptions', {
      Condition: { StringNotLike: { 'aws:PrincipalARN': 'arn:aws:iam::*:role/ec2-imds-admins' } },
    });
    await give(api, allow('*'), only);
    const InstanceId = await launch(api);
    const modify = (asker: TestApi) =>
      asker.call('ModifyInstanceMetadataOptions', { InstanceId, HttpEndpoint: 'enabled', HttpTokens: 'required' });
    await denied(modify(bob));
    for (const RoleName of ['ec2-imds-admins', 'others']) {
      await api.iam('CreateRole', { RoleName, AssumeRolePolicyDocument });
      await api.iam('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument: policy(allow('*'), only) });
    }
    const session = async (name: string) => {
      const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
      const { Credentials } = await bob.sts('AssumeRole', { RoleArn, RoleSessionName: 'me' });
      return asSession(bob, Credentials);
    };
    await denied(modify(await session('others')));
    await modify(await session('ec2-imds-admins'));
  });
});

test('a role on an instance: how its credentials were delivered, and to which instance', async () => {
  const api = await startTestApi();
  const AssumeRolePolicyDocument = policy({
    ...{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  });
  const { Role } = await api.iam('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument });
  const InstanceId = await launch(api);
  const { VpcId, PrivateIpAddress } = (await api.call('DescribeInstances')).Reservations?.[0]?.Instances?.[0] ?? {};
  const PolicyDocument = policy(
    allow('ec2:*', {
      Condition: {
        ArnEquals: { 'ec2:SourceInstanceARN': `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/${InstanceId}` },
        StringEquals: { 'aws:Ec2InstanceSourceVpc': VpcId, 'aws:Ec2InstanceSourcePrivateIPv4': PrivateIpAddress },
      },
    }),
    deny('*', { Condition: { NumericLessThan: { 'ec2:RoleDelivery': '2.0' } } }),
  );
  await api.iam('PutRolePolicy', { RoleName: 'web', PolicyName: 'p', PolicyDocument });
  const installation = await api.inStore(installationKey);
  const onInstance = (id: string, delivery: '1.0' | '2.0') => {
    const RoleId = Role?.RoleId ?? '';
    const owner = { kind: 'assumed-role' as const, RoleName: 'web', RoleId, RoleSessionName: id };
    const instance = { InstanceId: id, region: 'us-east-1', delivery };
    const session = { issuedAtMs: START_MS, expiresAtMs: START_MS + 3600_000, instance };
    const key = roleCredentialsKey(installation, { account: ACCOUNT, InstanceId: id, RoleId });
    const made = makeStsCredentials(key, { account: ACCOUNT, owner, session });
    return asSession(api, { AccessKeyId: made.AccessKeyId, SessionToken: made.Token });
  };
  await denied((await onInstance(InstanceId, '1.0')).call('DescribeVpcs'));
  await (await onInstance(InstanceId, '2.0')).call('DescribeVpcs');
  await denied((await onInstance(await launch(api), '2.0')).call('DescribeVpcs'));
});
