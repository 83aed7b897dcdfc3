/**
 * How many decisions a second? A RunInstances of a user with 10 policies of 20 statements below 3 levels of SCPs, asked about
 * each resource of a launch, and what reading and compiling those policies costs.
 *
 * The floor, measured in the same run, compares action and resource of every statement as plain text and looks at nothing
 * else. Seconds are of CPU time, since a decision waits for nothing: it is the figure of one core, whatever its neighbours do.
 * Run: `npm run bench -- policies` (`--json` for programs).
 */

import { contextOf, type Keys } from '../src/iam/context.ts';
import { launchResources } from '../src/iam/ec2-launch-context.ts';
import { type AttachedPolicy, evaluate, type Policies, type Request } from '../src/iam/evaluate.ts';
import { compilePolicy } from '../src/iam/policy/compile.ts';
import type { PolicyKind } from '../src/iam/policy/policy.ts';
import { readPolicy } from '../src/iam/policy/read.ts';
import { median, print, type Row } from './figures.ts';

const ROUNDS = 7;
const DECISIONS = 50_000;
const SLOWER = 1000;
const ACCOUNT = '123456789012';
const SERVICES = ['s3', 'sqs', 'lambda', 'dynamodb', 'logs'];
const SCOPE = { account: ACCOUNT, region: 'us-east-1' };

main();

function main(): void {
  const texts = Array.from({ length: 10 }, (_, index) => identityPolicy(index));
  const scpTexts = [0, 1, 2].map(scp);
  const policies: Policies = {
    identity: texts.map((text, index) => attach(`policy-${index}`, text, 'identity')),
    scps: scpTexts.map((text, index) => ({ name: `level-${index}`, policies: [attach(`scp-${index}`, text, 'scp')] })),
  };
  const rows: Row[] = launch().map((request) => {
    const { decision, why } = evaluate(request, policies);
    if (decision !== 'allowed') throw new Error(`${request.resource}: ${decision} ${why}`);
    const [value, floor] = perSecond(
      DECISIONS,
      () => evaluate(request, policies),
      () => compareAll(request, policies),
    );
    return { what: `decisions on ${/([a-z-]+)\/[^/]*$/.exec(request.resource)?.[1]}`, value, floor, unit: '/s' };
  });
  const [reads, launches] = perSecond(
    SLOWER,
    () => read(texts[0] as string),
    () => launch(),
  );
  rows.push({ what: 'reading and compiling a policy of 20 statements', value: reads, unit: '/s' });
  rows.push({ what: 'contexts of a whole launch', value: launches, unit: '/s' });
  print('policies', rows, process.argv.includes('--json'));
}

/** How often each of two can be done in a second, measured in turn. */
function perSecond(times: number, one: () => unknown, other: () => unknown): [number, number] {
  const rates: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    rates[0].push(rate(times, one));
    rates[1].push(rate(times, other));
  }
  return [median(rates[0]), median(rates[1])];
}

function rate(times: number, run: () => unknown): number {
  const started = process.cpuUsage();
  for (let index = 0; index < times; index++) run();
  const { user, system } = process.cpuUsage(started);
  return (times / (user + system)) * 1_000_000;
}

/** The floor. */
function compareAll({ action, resource }: Request, { identity, scps = [] }: Policies): number {
  let found = 0;
  for (const { policy } of [...identity, ...scps.flatMap((level) => level.policies)]) {
    for (const { Action, NotAction, Resource, NotResource } of policy.policy.Statement) {
      for (const { text } of Action ?? NotAction ?? []) if (text === action) found++;
      for (const { text } of Resource ?? NotResource ?? []) if (text === resource) found++;
    }
  }
  return found;
}

function read(text: string) {
  return compilePolicy(readPolicy(text, 'identity'));
}

function attach(name: string, text: string, kind: PolicyKind): AttachedPolicy {
  return { name, policy: compilePolicy(readPolicy(text, kind)) };
}

// ─── Policies as people have them ────────────────────────────────────────────────────────────────────────────────────

/** Of 20 statements 8 are about EC2, 3 of them about launches; 5 have wildcards in their actions, 8 conditions. */
function identityPolicy(number: number): string {
  const ec2 = 'arn:aws:ec2:*:*';
  const other = (index: number) => SERVICES[(number + index) % SERVICES.length];
  const statements = [
    {
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: `${ec2}:*`,
      Condition: { StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } },
    },
    {
      Effect: 'Deny',
      Action: 'ec2:RunInstances',
      Resource: `${ec2}:instance/*`,
      Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } },
    },
    {
      Effect: 'Deny',
      Action: ['ec2:RunInstances', 'ec2:StartInstances'],
      Resource: `${ec2}:instance/*`,
      Condition: { NumericGreaterThan: { 'ec2:MetadataHttpPutResponseHopLimit': '3' } },
    },
    { Effect: 'Allow', Action: ['ec2:Describe*', 'ec2:Get*'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: ['ec2:StopInstances', 'ec2:TerminateInstances'],
      Resource: `${ec2}:instance/*`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy.
      Condition: { StringEquals: { 'aws:ResourceTag/owner': '${aws:username}' } },
    },
    {
      Effect: 'Deny',
      Action: 'ec2:Modify*',
      Resource: '*',
      Condition: { StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admins' } },
    },
    {
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: `${ec2}:instance/*`,
      Condition: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
    },
    {
      Effect: 'Deny',
      NotAction: ['ec2:*', 'iam:*', 's3:*', 'sqs:*', 'lambda:*'],
      Resource: `arn:aws:other-${number}:::x`,
    },
    { Effect: 'Deny', Action: '*', Resource: '*', Condition: { NumericLessThan: { 'ec2:RoleDelivery': '2.0' } } },
    { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ...Array.from({ length: 10 }, (_, index) => ({
      Effect: 'Allow',
      Action: [`${other(index)}:Get${index}`, `${other(index)}:Put${index}`],
      Resource: `arn:aws:${other(index)}:*:${ACCOUNT}:thing-${index}/*`,
    })),
  ];
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function scp(level: number): string {
  const statements = [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    {
      Effect: 'Deny',
      Action: 'ec2:RunInstances',
      Resource: 'arn:aws:ec2:*:*:instance/*',
      Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } },
    },
    {
      Effect: 'Deny',
      NotAction: ['iam:*', 'organizations:*', 'sts:*'],
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'us-west-2'] } },
    },
    { Effect: 'Deny', Action: ['organizations:LeaveOrganization', `account:Close${level}`], Resource: '*' },
  ];
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function launch(): Request[] {
  const zone = { AvailabilityZone: 'us-east-1a', VpcId: 'vpc-0123456789abcdef0' };
  const resources = launchResources({
    scope: SCOPE,
    InstanceType: 't3.micro',
    MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled', HttpPutResponseHopLimit: 2 },
    image: {
      ImageId: 'ami-0abcdef1234567890',
      Name: 'image',
      Architecture: 'x86_64',
      RootDeviceName: '/dev/xvda',
      CreationDate: '2026-01-01T00:00:00.000Z',
      owner: 'amazon',
      Public: true,
    },
    interfaces: [
      {
        subnet: {
          ...SCOPE,
          ...zone,
          SubnetId: 'subnet-0123456789abcdef0',
          Ipv6Native: false,
          DefaultForAz: true,
          AssignIpv6AddressOnCreation: false,
        },
      },
    ],
    securityGroups: [{ ...SCOPE, ...zone, GroupId: 'sg-0123456789abcdef0', GroupName: 'default', Description: '' }],
    requestTags: { instance: [{ Key: 'owner', Value: 'alice' }] },
    resourceTags: new Map(),
  });
  const everywhere: Keys = {
    'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:user/alice`,
    'aws:RequestedRegion': 'us-east-1',
    'aws:SecureTransport': true,
    'aws:username': 'alice',
    'aws:SourceIp': '192.0.2.1',
  };
  return resources.map(({ arn, keys }) => ({
    principal: {
      type: 'user',
      arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
      account: ACCOUNT,
      id: 'AIDAEXAMPLE',
      name: 'alice',
    },
    action: 'ec2:RunInstances',
    resource: arn,
    context: contextOf(everywhere, keys),
  }));
}
