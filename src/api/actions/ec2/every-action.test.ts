/**
 * What holds for every EC2 action, walked over the table of actions: who may not, cannot; a dry run changes nothing.
 *
 * An action without a case below fails here. That its file is named after it is held by `test/architecture.test.ts`.
 */

import { describe, expect, test } from 'vitest';
import type { InstanceStateName } from '../../../model.ts';
import { ec2 } from '../../../protocol/ec2.ts';
import { operations } from '../../../protocol/ec2-overlay.ts';
import type { Documents } from '../../../store/store.ts';
import {
  denyEverything,
  ED25519_KEY,
  EXAMPLE_IMAGE,
  expectRefusal,
  launch,
  makeProfile,
  startTestApi,
  type TestApi,
} from '../../testing.ts';
import { ec2Actions } from './index.ts';

/** Prepares the account and returns the least that the action needs. */
type Case = (api: TestApi) => object | Promise<object>;

const nothing: Case = () => ({});
const instance: Case = async (api) => ({ InstanceIds: [await launchInState(api, 'running')] });
const ownImage: Case = (api) => api.call('RegisterImage', { Name: 'own-image' });
const Tags = [{ Key: 'team', Value: 'blue' }];

const associated = async (api: TestApi) => {
  const { IamInstanceProfile } = await profile(api);
  const InstanceId = await launch(api, { IamInstanceProfile });
  const described = await api.call('DescribeIamInstanceProfileAssociations', {
    Filters: [{ Name: 'instance-id', Values: [InstanceId] }],
  });
  return described.IamInstanceProfileAssociations?.[0]?.AssociationId;
};

const CASES: Record<string, Case> = {
  AssociateIamInstanceProfile: async (api) => ({
    InstanceId: await launchInState(api, 'running'),
    ...(await profile(api)),
  }),
  CreateSecurityGroup: () => ({ GroupName: 'web', Description: 'web servers' }),
  CreateSubnet: async (api) => ({ VpcId: await defaultVpcId(api), CidrBlock: '172.31.128.0/24' }),
  CreateTags: async (api) => ({ Resources: [await launch(api)], Tags }),
  DeleteSecurityGroup: async (api) => {
    const { GroupId } = await api.call('CreateSecurityGroup', { GroupName: 'web', Description: 'web servers' });
    return { GroupId };
  },
  DeleteTags: async (api) => {
    const id = await launch(api);
    await api.call('CreateTags', { Resources: [id], Tags });
    return { Resources: [id] };
  },
  DeregisterImage: ownImage,
  DescribeAvailabilityZones: nothing,
  DescribeIamInstanceProfileAssociations: nothing,
  DescribeImageAttribute: async (api) => ({ ...(await ownImage(api)), Attribute: 'imdsSupport' }),
  DescribeImages: nothing,
  DescribeInstanceAttribute: async (api) => ({ InstanceId: await launch(api), Attribute: 'userData' }),
  DescribeInstanceStatus: nothing,
  DescribeInstanceTypes: nothing,
  DescribeInstances: nothing,
  DescribeKeyPairs: nothing,
  DescribeRegions: nothing,
  DescribeSecurityGroups: nothing,
  DescribeSubnets: nothing,
  DescribeTags: nothing,
  DescribeVpcs: nothing,
  DisassociateIamInstanceProfile: async (api) => ({ AssociationId: await associated(api) }),
  GetInstanceMetadataDefaults: nothing,
  ImportKeyPair: () => ({ KeyName: 'key', PublicKeyMaterial: Buffer.from(ED25519_KEY) }),
  ModifyImageAttribute: async (api) => ({ ...(await ownImage(api)), ImdsSupport: { Value: 'v2.0' } }),
  ModifyInstanceAttribute: async (api) => ({ InstanceId: await launch(api), DisableApiStop: { Value: true } }),
  ModifyInstanceMetadataDefaults: () => ({ HttpTokens: 'required' }),
  ModifyInstanceMetadataOptions: async (api) => ({
    InstanceId: await launch(api),
    HttpEndpoint: 'enabled',
    HttpTokens: 'required',
  }),
  ModifySubnetAttribute: async (api) => ({
    SubnetId: (await api.call('DescribeSubnets')).Subnets?.[0]?.SubnetId,
    MapPublicIpOnLaunch: { Value: false },
  }),
  RebootInstances: instance,
  RegisterImage: () => ({ Name: 'own-image' }),
  ReplaceIamInstanceProfileAssociation: async (api) => ({
    AssociationId: await associated(api),
    ...(await profile(api, 'other')),
  }),
  RunInstances: () => ({ ImageId: EXAMPLE_IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }),
  StartInstances: async (api) => ({ InstanceIds: [await launchInState(api, 'stopped')] }),
  StopInstances: instance,
  TerminateInstances: instance,
};

const ACTIONS = Object.keys(ec2Actions);

/** Whether AWS's model has it; elsewhere the parameter is unknown. */
const takesDryRun = (name: string) => ec2.operations.get(name)?.input.byQueryName.has('DryRun') ?? false;

test('every action has a case, and every case an action', () => {
  expect(Object.keys(CASES).sort()).toEqual(ACTIONS.toSorted());
});

test('all but a few actions take a dry run', () => {
  expect(ACTIONS.filter((name) => !takesDryRun(name))).toEqual([
    'AssociateIamInstanceProfile',
    'DescribeIamInstanceProfileAssociations',
    'DisassociateIamInstanceProfile',
    'ModifySubnetAttribute',
    'ReplaceIamInstanceProfileAssociation',
  ]);
});

test('every action has its shapes on the wire, and nothing else has', () => {
  expect(ACTIONS.toSorted()).toEqual(operations.toSorted());
});

describe.each(ACTIONS)('%s', (name) => {
  const { [name]: prepare = nothing } = CASES;

  test('who may not, cannot, also not in a dry run, and changes nothing', async () => {
    const api = await startTestApi();
    const input = await prepare(api);
    const before = await everythingIn(api);
    const denied = api.as({ judge: denyEverything });
    await expectRefusal(denied.call(name, input), 'UnauthorizedOperation');
    if (takesDryRun(name)) await expectRefusal(denied.call(name, { ...input, DryRun: true }), 'UnauthorizedOperation');
    expect(await everythingIn(api)).toEqual(before);
  });

  test('a dry run of who may says so and changes nothing; without it the same request succeeds', async () => {
    const api = await startTestApi();
    const input = await prepare(api);
    const before = await everythingIn(api);
    if (takesDryRun(name)) {
      await expectRefusal(
        api.call(name, { ...input, DryRun: true }),
        'DryRunOperation',
        'Request would have succeeded, but DryRun flag is set.',
      );
    }
    expect(await everythingIn(api)).toEqual(before);
    await api.call(name, input);
    // Else the comparison above would prove nothing. A reboot leaves nothing behind.
    if (!/^(?:Describe|Get|Reboot)/.test(name)) expect(await everythingIn(api)).not.toEqual(before);
  });

  test('the judge is asked about this action, and about resources of the account or images', async () => {
    const api = await startTestApi();
    const asked: string[] = [];
    const input = await prepare(api);
    const judge: Parameters<TestApi['as']>[0]['judge'] = async ({ action, resources }) => {
      asked.push(action, ...resources);
      return { allowed: true };
    };
    await api.as({ judge }).call(name, input);
    const [action, ...resources] = asked;
    expect(action).toBe(`ec2:${name}`);
    expect(resources.length).toBeGreaterThan(0);
    for (const resource of resources.filter((each) => !/:iam:|PassRole/.test(each))) {
      expect(resource).toMatch(/^(?:\*|arn:aws:ec2:us-east-1:(?:123456789012:(?!image)|:image\/)\S+)$/);
    }
  });
});

/** Without a host nothing acknowledges, so the state is written as a host's acknowledgement would. */
async function launchInState(api: TestApi, State: InstanceStateName): Promise<string> {
  const id = await launch(api);
  await api.inStore(async (tx) => {
    const found = await tx.instances.get(api.scope, [id]);
    await tx.instances.update(found.map((instance) => ({ ...instance, State })));
  });
  return id;
}

/** An instance profile with a role that trusts EC2, as requests name it. */
async function profile(api: TestApi, name = 'web') {
  await makeProfile(api, name);
  return { IamInstanceProfile: { Name: name } };
}

async function defaultVpcId(api: TestApi): Promise<string | undefined> {
  return (await api.call('DescribeVpcs')).Vpcs?.[0]?.VpcId;
}

const KINDS: Record<keyof Documents, true> = {
  attachment: true,
  'client-token': true,
  'create-account-status': true,
  'iam-group': true,
  'iam-instance-profile': true,
  'iam-policy': true,
  'iam-renamed-user': true,
  'iam-role': true,
  'iam-user': true,
  'identity-keys': true,
  image: true,
  'installation-key': true,
  'key-pair': true,
  'member-account': true,
  'metadata-defaults': true,
  organization: true,
  'organization-membership': true,
  'organization-policy': true,
  'organizational-unit': true,
  'security-group': true,
  'ssh-root': true,
  'ssh-signer': true,
  subnet: true,
  vpc: true,
};

/** All that the store knows of the account in the Region. */
function everythingIn({ inStore, scope }: TestApi): Promise<unknown> {
  return inStore(async (tx) => {
    const documents: unknown[] = [];
    for (const kind of Object.keys(KINDS) as (keyof Documents)[]) documents.push(await tx.documents.list(kind, scope));
    const subnets = await tx.documents.list('subnet', scope);
    return {
      documents,
      instances: await tx.instances.page(scope, { limit: 1000, where: [] }),
      tags: await tx.tags.page(scope, { limit: 1000 }),
      addresses: await tx.addresses.taken(subnets.map(({ SubnetId }) => SubnetId)),
    };
  });
}
