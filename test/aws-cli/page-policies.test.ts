/**
 * What the policies of AWS's page do to the page's commands: each attached with the real `aws iam`, and as a service control
 * policy with `aws organizations`; for a user, for who has assumed a role, and with the credentials of an instance.
 *
 * All of them are in a member account and may do everything that the policy at hand does not deny.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHECKOUT, type OpenImds, type Ran, startOpenImds } from '../openimds.ts';
import { type Aws, startAws } from './aws.ts';
import type { Answer } from './commands.ts';

type Credentials = { AccessKeyId: string; SecretAccessKey: string; SessionToken?: string };
type Who = 'user' | 'role' | 'instance, IMDSv1' | 'instance, IMDSv2' | 'ec2-imds-admins';

const EVERYTHING = 'arn:aws:iam::aws:policy/AdministratorAccess';
const MANAGEMENT: Credentials = { AccessKeyId: 'test', SecretAccessKey: 'test' };

let openimds: OpenImds;
let cli: Aws;
let account: string;
let root: Credentials;
let target: string;
const people = new Map<Who, Credentials>();

// ─── The real AWS CLI, as somebody ───────────────────────────────────────────────────────────────────────────────────

function aws({ AccessKeyId, SecretAccessKey, SessionToken }: Credentials, ...args: string[]): Promise<Ran> {
  const keys = { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey };
  const env = { ...keys, ...(SessionToken !== undefined && { AWS_SESSION_TOKEN: SessionToken }) };
  return cli.run(['--output', 'json', ...args], env);
}

async function ok(who: Credentials, ...args: string[]): Promise<Answer> {
  const { status, stdout, stderr } = await aws(who, ...args);
  if (status !== 0) throw new Error(`aws ${args.join(' ')}: ${stderr}`);
  return stdout.trim() === '' ? {} : JSON.parse(stdout);
}

const as = (who: Who, ...args: string[]) => aws(people.get(who) as Credentials, ...args);
const policyFile = (name: string) => `file://${pathOf(name)}`;
const pathOf = (name: string) => join(CHECKOUT, 'docs/policies', `${name}.json`);
const policyText = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: statement });
const trusting = (Principal: object) => policyText({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });

// ─── Who there is ────────────────────────────────────────────────────────────────────────────────────────────────────

beforeAll(async () => {
  openimds = await startOpenImds();
  cli = await startAws(openimds);
  await ok(MANAGEMENT, 'organizations', 'create-organization');
  const asked = ['--account-name', 'workloads', '--email', 'workloads@example.com'];
  const { CreateAccountStatus } = await ok(MANAGEMENT, 'organizations', 'create-account', ...asked);
  const status = ['--create-account-request-id', CreateAccountStatus.Id];
  const done = await ok(MANAGEMENT, 'organizations', 'describe-create-account-status', ...status);
  account = done.CreateAccountStatus.AccountId;
  const { Roots } = await ok(MANAGEMENT, 'organizations', 'list-roots');
  const [{ Id: rootId, PolicyTypes }] = Roots;
  if (PolicyTypes.length === 0) {
    const type = ['--policy-type', 'SERVICE_CONTROL_POLICY'];
    await ok(MANAGEMENT, 'organizations', 'enable-policy-type', '--root-id', rootId, ...type);
  }
  root = { AccessKeyId: account, SecretAccessKey: 'test' };
  await Promise.all([makeUser('alice'), makeRole('ops'), makeRole('ec2-imds-admins'), makeInstance()]);
  const session = async (who: Who, role: string) => {
    const arn = `arn:aws:iam::${account}:role/${role}`;
    const args = ['assume-role', '--role-arn', arn, '--role-session-name', 'alice'];
    people.set(who, (await ok(people.get('user') as Credentials, 'sts', ...args)).Credentials);
  };
  await Promise.all([session('role', 'ops'), session('ec2-imds-admins', 'ec2-imds-admins')]);
});

afterAll(async () => {
  await cli[Symbol.asyncDispose]();
  await openimds[Symbol.asyncDispose]();
});

async function makeUser(name: string): Promise<void> {
  await ok(root, 'iam', 'create-user', '--user-name', name);
  await ok(root, 'iam', 'attach-user-policy', '--user-name', name, '--policy-arn', EVERYTHING);
  people.set('user', (await ok(root, 'iam', 'create-access-key', '--user-name', name)).AccessKey);
}

async function makeRole(name: string, trust = trusting({ AWS: `arn:aws:iam::${account}:root` })): Promise<void> {
  await ok(root, 'iam', 'create-role', '--role-name', name, '--assume-role-policy-document', trust);
  await ok(root, 'iam', 'attach-role-policy', '--role-name', name, '--policy-arn', EVERYTHING);
}

/** With a role, whose credentials are read as a program on it reads them: without a session token, and with one. */
async function makeInstance(): Promise<void> {
  await makeRole('app', trusting({ Service: 'ec2.amazonaws.com' }));
  const name = ['--instance-profile-name', 'app'];
  await ok(root, 'iam', 'create-instance-profile', ...name);
  await ok(root, 'iam', 'add-role-to-instance-profile', ...name, '--role-name', 'app');
  const keys = { accessKeyId: account, secretAccessKey: 'test', region: 'us-east-1' };
  const { InstanceId, ipv4 } = await openimds.launch({ 'IamInstanceProfile.Name': 'app' }, keys);
  target = InstanceId;
  const put = { method: 'PUT', headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '60' } };
  const token = await (await fetch(`${ipv4}/latest/api/token`, put)).text();
  const read = async (who: Who, headers: Record<string, string>) => {
    const url = `${ipv4}/latest/meta-data/iam/security-credentials/app`;
    const { Token: SessionToken, ...served } = (await (await fetch(url, { headers })).json()) as Answer;
    people.set(who, { ...served, SessionToken });
  };
  await read('instance, IMDSv1', {});
  await read('instance, IMDSv2', { 'X-aws-ec2-metadata-token': token });
}

// ─── The page's policies and commands ────────────────────────────────────────────────────────────────────────────────

const launching = (options: string) => [
  ...['ec2', 'run-instances', '--image-id', 'ami-0abcdef1234567890', '--instance-type', 'c3.large'],
  ...['--metadata-options', options],
];
const modifying =
  (...options: string[]) =>
  () => [
    ...['ec2', 'modify-instance-metadata-options', '--instance-id', target, '--http-endpoint', 'enabled', ...options],
  ];

type Case = {
  file: string;
  action: string;
  denied: () => string[];
  allowed: () => string[];
  /** What a simulator has to be told of each. */
  context: [denied: Record<string, string>, allowed: Record<string, string>];
};

const PAGE: Case[] = [
  {
    file: 'require-imdsv2-at-launch',
    action: 'ec2:RunInstances',
    denied: () => launching('HttpEndpoint=enabled,HttpTokens=optional'),
    allowed: () => launching('HttpEndpoint=enabled,HttpTokens=required'),
    context: [{ 'ec2:MetadataHttpTokens': 'optional' }, { 'ec2:MetadataHttpTokens': 'required' }],
  },
  {
    file: 'cap-hop-limit',
    action: 'ec2:RunInstances',
    denied: () => launching('HttpEndpoint=enabled,HttpPutResponseHopLimit=4'),
    allowed: () => launching('HttpEndpoint=enabled,HttpPutResponseHopLimit=3'),
    context: [{ 'ec2:MetadataHttpPutResponseHopLimit': '4' }, { 'ec2:MetadataHttpPutResponseHopLimit': '3' }],
  },
  {
    file: 'turn-off-metadata',
    action: 'ec2:RunInstances',
    denied: () => launching('HttpEndpoint=enabled'),
    allowed: () => launching('HttpEndpoint=disabled'),
    context: [{ 'ec2:MetadataHttpEndpoint': 'enabled' }, { 'ec2:MetadataHttpEndpoint': 'disabled' }],
  },
  {
    file: 'keep-imdsv2',
    action: 'ec2:ModifyInstanceMetadataOptions',
    denied: modifying('--http-tokens', 'optional'),
    allowed: modifying('--http-put-response-hop-limit', '2'),
    context: [{ 'ec2:Attribute/HttpTokens': 'optional' }, { 'ec2:Attribute/HttpPutResponseHopLimit': '2' }],
  },
];

const PRINCIPALS: Who[] = ['user', 'role', 'instance, IMDSv2'];

// ─── Attaching ───────────────────────────────────────────────────────────────────────────────────────────────────────

type Attach = { how: string; words: RegExp; attach(file: string): Promise<() => Promise<unknown>> };

const BY_IAM: Attach = {
  how: 'attached with `aws iam`',
  words: /with an explicit deny in an identity-based policy: arn:aws:iam::\d{12}:policy\//,
  async attach(file) {
    const document = ['--policy-name', file, '--policy-document', policyFile(file)];
    const { Policy } = await ok(root, 'iam', 'create-policy', ...document);
    const each = (verb: string) =>
      Promise.all([
        ok(root, 'iam', `${verb}-user-policy`, '--user-name', 'alice', '--policy-arn', Policy.Arn),
        ...['ops', 'app', 'ec2-imds-admins'].map((role) =>
          ok(root, 'iam', `${verb}-role-policy`, '--role-name', role, '--policy-arn', Policy.Arn),
        ),
      ]);
    await each('attach');
    return () => each('detach');
  },
};

const BY_ORGANIZATIONS: Attach = {
  how: 'as a service control policy with `aws organizations`',
  words: /with an explicit deny in a service control policy/,
  async attach(file) {
    const about = ['--name', file, '--description', file, '--type', 'SERVICE_CONTROL_POLICY'];
    const document = ['--content', policyFile(file)];
    const { Policy } = await ok(MANAGEMENT, 'organizations', 'create-policy', ...about, ...document);
    const on = ['--policy-id', Policy.PolicySummary.Id, '--target-id', account];
    await ok(MANAGEMENT, 'organizations', 'attach-policy', ...on);
    return () => ok(MANAGEMENT, 'organizations', 'detach-policy', ...on);
  },
};

describe.each([BY_IAM, BY_ORGANIZATIONS])('$how', ({ words, attach }) => {
  /** What each of them is told, while the policy is attached. */
  async function whileAttached(file: string, commands: [Who, () => string[]][]): Promise<Ran[]> {
    const detach = await attach(file);
    try {
      return await Promise.all(commands.map(([who, command]) => as(who, ...command())));
    } finally {
      await detach();
    }
  }

  test.each(PAGE)('$file', async ({ file, action, denied, allowed }) => {
    const commands = PRINCIPALS.flatMap((who): [Who, () => string[]][] => [
      [who, denied],
      [who, allowed],
    ]);
    const answers = await whileAttached(file, commands);
    for (const [index, [who]] of commands.entries()) {
      const { status, stderr } = answers[index] as Ran;
      if (index % 2 === 1) {
        expect([who, status, stderr]).toEqual([who, 0, '']);
        continue;
      }
      expect(stderr).toContain(`(UnauthorizedOperation)`);
      expect(stderr).toContain(
        `is not authorized to perform: ${action} on resource: arn:aws:ec2:us-east-1:${account}:`,
      );
      expect(stderr).toMatch(words);
    }
  });

  test('one-role-modifies: nobody but the role ec2-imds-admins', async () => {
    const modify = modifying('--http-put-response-hop-limit', '3');
    const everybody: Who[] = [...PRINCIPALS, 'ec2-imds-admins'];
    const answers = await whileAttached(
      'one-role-modifies',
      everybody.map((who) => [who, modify]),
    );
    expect(answers.map(({ status }) => status === 0)).toEqual([false, false, false, true]);
    for (const { stderr } of answers.slice(0, 3)) expect(stderr).toMatch(words);
  });

  test('credentials-from-imdsv2: credentials of an instance that came through IMDSv1 are good for nothing', async () => {
    const list = () => ['ec2', 'describe-instances'];
    const everybody: Who[] = [...PRINCIPALS, 'instance, IMDSv1'];
    const answers = await whileAttached(
      'credentials-from-imdsv2',
      everybody.map((who) => [who, list]),
    );
    expect(answers.map(({ status }) => status === 0)).toEqual([true, true, true, false]);
    expect(answers[3]?.stderr).toMatch(words);
  });
});

// ─── Explained, and foretold ─────────────────────────────────────────────────────────────────────────────────────────

test('`aws sts decode-authorization-message` explains a denial', async () => {
  const detach = await BY_IAM.attach('keep-imdsv2-2023');
  const { stderr } = await as('user', ...modifying('--http-tokens', 'optional')());
  await detach();
  const message = /failure message: (\S+)/.exec(stderr)?.[1] ?? '';
  const args = ['decode-authorization-message', '--encoded-message', message];
  const { DecodedMessage } = await ok(people.get('role') as Credentials, 'sts', ...args);
  const decoded = JSON.parse(DecodedMessage);
  expect(decoded).toMatchObject({
    allowed: false,
    explicitDeny: true,
    context: { action: 'ec2:ModifyInstanceMetadataOptions', principal: { arn: `arn:aws:iam::${account}:user/alice` } },
  });
  const deny = decoded.matchedStatements.items.filter(({ effect }: Answer) => effect === 'DENY');
  expect(deny).toMatchObject([{ statementId: expect.stringMatching(/./) }]);
  expect(decoded.context.conditions.items).toContainEqual({
    key: 'ec2:Attribute/HttpTokens',
    values: { items: [{ value: 'optional' }] },
  });
});

test.each(PAGE)('`aws iam simulate-custom-policy` agrees: $file', async ({ file, action, context }) => {
  const simulate = async (keys: Record<string, string>) => {
    const entries = Object.entries(keys).map(
      ([key, value]) =>
        `ContextKeyName=${key},ContextKeyValues=${value},ContextKeyType=${/HopLimit/.test(key) ? 'numeric' : 'string'}`,
    );
    const { EvaluationResults } = await ok(
      root,
      ...[
        'iam',
        'simulate-custom-policy',
        '--policy-input-list',
        policyText({ Effect: 'Allow', Action: '*', Resource: '*' }),
      ],
      ...[readFileSync(pathOf(file), 'utf8'), '--action-names', action, '--context-entries', ...entries],
      ...['--resource-arns', `arn:aws:ec2:us-east-1:${account}:instance/*`],
    );
    return EvaluationResults[0].EvalDecision;
  };
  expect(await Promise.all(context.map(simulate))).toEqual(['explicitDeny', 'allowed']);
});

// ─── A launch with a role ────────────────────────────────────────────────────────────────────────────────────────────

describe('a launch with an instance profile', () => {
  const launch = ['ec2', 'run-instances', '--image-id', 'ami-0abcdef1234567890', '--instance-type', 't3.micro'];
  let bob: Credentials;

  beforeAll(async () => {
    await ok(root, 'iam', 'create-user', '--user-name', 'bob');
    bob = (await ok(root, 'iam', 'create-access-key', '--user-name', 'bob')).AccessKey;
    const allow = policyText({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' });
    const own = ['--user-name', 'bob', '--policy-name', 'ec2', '--policy-document', allow];
    await ok(root, 'iam', 'put-user-policy', ...own);
  });

  test('needs iam:PassRole', async () => {
    const { stderr } = await aws(bob, ...launch, '--iam-instance-profile', 'Name=app');
    expect(stderr).toContain(
      `User: arn:aws:iam::${account}:user/bob is not authorized to perform: iam:PassRole on resource: arn:aws:iam::${account}:role/app because no identity-based policy allows the iam:PassRole action. Encoded authorization failure message: `,
    );
    expect((await aws(bob, ...launch)).status).toBe(0);
    const pass = policyText({ Effect: 'Allow', Action: 'iam:PassRole', Resource: `arn:aws:iam::${account}:role/app` });
    const own = ['--user-name', 'bob', '--policy-name', 'pass', '--policy-document', pass];
    await ok(root, 'iam', 'put-user-policy', ...own);
    const { Instances } = await ok(bob, ...launch, '--iam-instance-profile', 'Name=app');
    expect(Instances[0].IamInstanceProfile.Arn).toBe(`arn:aws:iam::${account}:instance-profile/app`);
  });

  test('and a boundary that has RunInstances', async () => {
    const allow = policyText({ Effect: 'Allow', NotAction: 'ec2:RunInstances', Resource: '*' });
    const document = ['--policy-name', 'no-launch', '--policy-document', allow];
    const { Policy } = await ok(root, 'iam', 'create-policy', ...document);
    const boundary = ['--user-name', 'bob', '--permissions-boundary', Policy.Arn];
    await ok(root, 'iam', 'put-user-permissions-boundary', ...boundary);
    const { stderr } = await aws(bob, ...launch);
    expect(stderr).toContain('because no permissions boundary allows the ec2:RunInstances action');
  });
});
