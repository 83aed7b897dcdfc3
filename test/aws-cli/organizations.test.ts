/**
 * Every action of Organizations once through the real AWS CLI, in an order in which they lead to each other, and a
 * declarative policy that changes what `aws ec2 run-instances` gives, down to the metadata service.
 *
 * `test` is the management account 000000000000; another account signs with its own twelve digits, as users do.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { organizations } from '../../src/api/actions/organizations/index.ts';
import { commandOf } from '../architecture/files.ts';
import { eventually, type OpenImds, type Ran, startOpenImds } from '../openimds.ts';
import { type Aws, startAws } from './aws.ts';
import { type Answer, commandsOf } from './commands.ts';

const MEMBER = '111122223333';

let openimds: OpenImds;
let aws: Aws;
let folder: string;
const { call: org, known, used } = commandsOf('organizations', () => aws);

beforeAll(async () => {
  openimds = await startOpenImds();
  aws = await startAws(openimds);
  folder = await mkdtemp(join(tmpdir(), 'openimds-cli-'));
});

afterAll(async () => {
  await aws[Symbol.asyncDispose]();
  await openimds[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** `aws …` as the root of the member account. */
async function asMember(...args: string[]): Promise<Ran & { answer: Answer }> {
  const ran = await aws.run([...args, '--output', 'json'], { AWS_ACCESS_KEY_ID: MEMBER });
  return { ...ran, answer: ran.stdout.trim() === '' ? undefined : JSON.parse(ran.stdout) };
}

async function fileOf(name: string, document: object): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(document));
  return `file://${path}`;
}

test('an organization, its OUs and accounts', async () => {
  const { Organization } = await org('create-organization', '--feature-set', 'ALL');
  expect(await org('describe-organization')).toEqual({ Organization });
  known.root = (await org('list-roots')).Roots[0].Id;
  known.unit = (
    await org(
      'create-organizational-unit',
      '--parent-id',
      '{root}',
      '--name',
      'Sandbox',
      '--tags',
      'Key=team,Value=blue',
    )
  ).OrganizationalUnit.Id;
  const rename = ['update-organizational-unit', '--organizational-unit-id', '{unit}', '--name', 'Dev'] as const;
  expect((await org(...rename)).OrganizationalUnit.Name).toBe('Dev');
  const described = await org('describe-organizational-unit', '--organizational-unit-id', '{unit}');
  expect(described.OrganizationalUnit.Name).toBe('Dev');

  const create = await org('create-account', '--email', `${MEMBER}@example.com`, '--account-name', 'dev');
  expect(create.CreateAccountStatus.State).toBe('IN_PROGRESS');
  known.request = create.CreateAccountStatus.Id;
  const status = await org('describe-create-account-status', '--create-account-request-id', '{request}');
  expect(status.CreateAccountStatus).toMatchObject({ State: 'SUCCEEDED', AccountId: MEMBER });
  const succeeded = await org('list-create-account-status', '--states', 'SUCCEEDED');
  expect(succeeded.CreateAccountStatuses).toEqual([status.CreateAccountStatus]);
  expect((await org('describe-account', '--account-id', MEMBER)).Account).toMatchObject({ Status: 'ACTIVE' });
  // The CLI asks for page after page by itself.
  expect((await org('list-accounts', '--page-size', '1')).Accounts).toHaveLength(2);
});

test('the tree', async () => {
  const move = ['move-account', '--account-id', MEMBER, '--source-parent-id', '{root}'] as const;
  await org(...move, '--destination-parent-id', '{unit}');
  expect(await org('list-parents', '--child-id', MEMBER)).toEqual({
    Parents: [{ Id: known.unit, Type: 'ORGANIZATIONAL_UNIT' }],
  });
  expect(await org('list-children', '--parent-id', '{unit}', '--child-type', 'ACCOUNT')).toEqual({
    Children: [{ Id: MEMBER, Type: 'ACCOUNT' }],
  });
  expect((await org('list-accounts-for-parent', '--parent-id', '{unit}')).Accounts).toHaveLength(1);
  const units = await org('list-organizational-units-for-parent', '--parent-id', '{root}');
  expect(units.OrganizationalUnits).toHaveLength(1);
});

test('service control policies', async () => {
  const type = ['--policy-type', 'SERVICE_CONTROL_POLICY'] as const;
  await org('enable-policy-type', '--root-id', '{root}', ...type);
  const content = await fileOf('scp.json', {
    Version: '2012-10-17',
    Statement: { Effect: 'Deny', Action: 'ec2:ModifyInstanceMetadataOptions', Resource: '*' },
  });
  const policy = ['--name', 'no-modify', '--description', 'none', '--type', 'SERVICE_CONTROL_POLICY'] as const;
  known.scp = (await org('create-policy', ...policy, '--content', content)).Policy.PolicySummary.Id;
  await org('update-policy', '--policy-id', '{scp}', '--description', 'nobody modifies');
  expect((await org('describe-policy', '--policy-id', '{scp}')).Policy.PolicySummary.Description).toBe(
    'nobody modifies',
  );
  await org('attach-policy', '--policy-id', '{scp}', '--target-id', '{unit}');
  expect((await org('list-targets-for-policy', '--policy-id', '{scp}')).Targets).toMatchObject([{ Name: 'Dev' }]);
  const filter = ['--filter', 'SERVICE_CONTROL_POLICY'] as const;
  const attached = await org('list-policies-for-target', '--target-id', '{unit}', ...filter);
  expect(attached.Policies.map(({ Name }: { Name: string }) => Name)).toEqual(['FullAWSAccess', 'no-modify']);
  expect((await org('list-policies', ...filter)).Policies).toHaveLength(2);
  await org('tag-resource', '--resource-id', '{scp}', '--tags', 'Key=owner,Value=platform');
  const tags = await org('list-tags-for-resource', '--resource-id', '{scp}');
  expect(tags.Tags).toEqual([{ Key: 'owner', Value: 'platform' }]);
  await org('untag-resource', '--resource-id', '{scp}', '--tag-keys', 'owner');
  await org('detach-policy', '--policy-id', '{scp}', '--target-id', '{unit}');
  await org('delete-policy', '--policy-id', '{scp}');
  await org('disable-policy-type', '--root-id', '{root}', ...type);
});

test('a declarative policy changes what run-instances gives, down to the metadata service', async () => {
  const type = ['--policy-type', 'DECLARATIVE_POLICY_EC2'] as const;
  await org('enable-policy-type', '--root-id', '{root}', ...type);
  const content = await fileOf('declarative.json', {
    ec2_attributes: {
      exception_message: { '@@assign': 'Ask the platform team.' },
      instance_metadata_defaults: {
        http_tokens: { '@@assign': 'required' },
        http_put_response_hop_limit: { '@@assign': '2' },
        http_endpoint: { '@@assign': 'enabled' },
        instance_metadata_tags: { '@@assign': 'no_preference' },
      },
    },
  });
  const policy = ['--name', 'imdsv2', '--description', 'IMDSv2', '--type', 'DECLARATIVE_POLICY_EC2'] as const;
  known.declarative = (await org('create-policy', ...policy, '--content', content)).Policy.PolicySummary.Id;

  const launch = ['ec2', 'run-instances', '--image-id', 'ami-0abcdef1234567890', '--instance-type', 't3.large'];
  const before = await asMember(...launch);
  expect(before.answer.Instances[0].MetadataOptions).toMatchObject({ HttpTokens: 'optional' });
  await org('attach-policy', '--policy-id', '{declarative}', '--target-id', '{root}');
  const effective = await org('describe-effective-policy', ...type, '--target-id', MEMBER);
  expect(JSON.parse(effective.EffectivePolicy.PolicyContent).ec2_attributes.exception_message).toBe(
    'Ask the platform team.',
  );
  const after = await asMember(...launch);
  expect(after.answer.Instances[0].MetadataOptions).toMatchObject({
    HttpTokens: 'required',
    HttpPutResponseHopLimit: 2,
  });

  const keys = { accessKeyId: MEMBER, secretAccessKey: 'test', region: 'us-east-1' };
  const statuses: Record<string, number> = {};
  for (const { answer } of [before, after]) {
    const [{ InstanceId, MetadataOptions }] = answer.Instances;
    const ipv4 = await eventually(async () => {
      const listed = (await openimds.instances(keys)).find((each) => each.InstanceId === InstanceId);
      return listed?.State === 'running' ? listed.Endpoints.ipv4 : undefined;
    });
    statuses[MetadataOptions.HttpTokens] = (await fetch(`${ipv4}/latest/meta-data/instance-id`)).status;
  }
  expect(statuses).toEqual({ optional: 200, required: 401 });

  const defaults = await asMember('ec2', 'get-instance-metadata-defaults');
  expect(defaults.answer.AccountLevel).toEqual({
    HttpTokens: 'required',
    HttpPutResponseHopLimit: 2,
    HttpEndpoint: 'enabled',
    ManagedBy: 'declarative-policy',
    ManagedExceptionMessage: 'Ask the platform team.',
  });
  const modify = await asMember('ec2', 'modify-instance-metadata-defaults', '--http-tokens', 'optional');
  expect(modify.status).not.toBe(0);
  expect(modify.stderr).toContain('(OperationNotPermitted)');
  expect(modify.stderr).toContain('Ask the platform team.');
});

test('a member cannot change the organization', async () => {
  const { status, stderr } = await asMember('organizations', 'list-accounts');
  expect(status).not.toBe(0);
  expect(stderr).toContain(
    "(AccessDeniedException) when calling the ListAccounts operation: You don't have permissions",
  );
  expect((await asMember('organizations', 'describe-organization')).answer.Organization.MasterAccountId).toBe(
    '000000000000',
  );
});

test('and all of it is taken apart again', async () => {
  const { Accounts } = await org('list-accounts');
  for (const { Id } of Accounts.slice(1)) await org('remove-account-from-organization', '--account-id', Id);
  await org('delete-organizational-unit', '--organizational-unit-id', '{unit}');
  await org('delete-organization');
  const { stderr } = await aws.run(['organizations', 'describe-organization']);
  expect(stderr).toContain('Your account is not a member of an organization.');
});

test('every action was called', () => {
  expect([...used].sort()).toEqual(Object.keys(organizations.actions).map(commandOf).sort());
});
