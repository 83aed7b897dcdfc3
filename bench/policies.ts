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
import { ACCOUNT, identityPolicy, scp } from './sample-policies.ts';

const ROUNDS = 7;
const DECISIONS = 50_000;
const SLOWER = 1000;
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
