/**
 * What does it cost in a whole request to be judged? Launch, modify and describe over HTTP, each request signed with a key
 * from the store, by three callers: the root of an account in no organization, of whom nothing is asked; a root below three
 * levels of SCPs; and a user below those with 10 managed policies of 20 statements.
 *
 * The floor is the first of them, in the same rounds: in each round one follows the other, so that whatever else happens on
 * the machine meets all. CPU time is the server's own. Linux only. Run: `npm run bench -- authorization` (`--json` for programs,
 * `--rounds N`).
 */

import { Agent } from 'node:http';
import { parseArgs } from 'node:util';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand as CreateScpCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { type OpenImds, startOpenImds } from '../test/openimds.ts';
import { cpuMs } from './cpu-time.ts';
import { median, print, type Row } from './figures.ts';
import { CONCURRENCY, type Keys, launchForm, modifyForm, perSecond, prepare, send } from './requests.ts';
import { ACCOUNT, identityPolicy, scp } from './sample-policies.ts';

const REQUESTS = 400;
const INSTANCES = 50;
const ALONE = '444455556666';
const REGION = 'us-east-1';

type Form = Record<string, string>;
type Who = { name: string; keys: Keys; ids: string[] };
/** Of each request, in milliseconds. */
type Spent = { cpu: number; wall: number };

const ACTIONS: Record<string, (ids: string[], index: number) => Form> = {
  DescribeInstances: (ids, index) => ({ Action: 'DescribeInstances', 'InstanceId.1': ids[index % ids.length] ?? '' }),
  ModifyInstanceMetadataOptions: (ids, index) => modifyForm(ids[index % ids.length] ?? '', 1 + (index % 64)),
  RunInstances: () => launchForm(),
};

await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '7' } },
  });
  await using openimds = await startOpenImds();
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  await makeOrganization(openimds);
  const callers = [
    await caller(openimds, agent, 'root, nothing asked', await rootKey(openimds, ALONE)),
    await caller(openimds, agent, 'root below SCPs', await rootKey(openimds, ACCOUNT)),
    await caller(openimds, agent, 'user below SCPs', await userKey(openimds)),
  ];
  const rows: Row[] = [];
  for (const [name, form] of Object.entries(ACTIONS)) {
    const spent = await inTurn(openimds, agent, callers, form, Number(values.rounds));
    rows.push(...rowsOf(name, callers, spent));
  }
  agent.destroy();
  print('authorization in a whole request', rows, values.json);
}

/** What each caller's requests took, round by round; the first round only warms up. */
async function inTurn(
  openimds: OpenImds,
  agent: Agent,
  callers: Who[],
  form: (ids: string[], index: number) => Form,
  rounds: number,
): Promise<Spent[][]> {
  const spent: Spent[][] = callers.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, { keys, ids }] of callers.entries()) {
      const prepared = Array.from({ length: REQUESTS }, (_, n) => prepare(openimds.address, form(ids, n), keys));
      const before = cpuMs(openimds.process.pid);
      const wall = 1000 / (await perSecond(openimds.address, prepared, agent));
      const cpu = (cpuMs(openimds.process.pid) - before) / REQUESTS;
      if (round >= 0) spent[index]?.push({ cpu, wall });
    }
  }
  return spent;
}

function rowsOf(action: string, callers: Who[], spent: Spent[][]): Row[] {
  return callers.flatMap(({ name }, index) =>
    (['cpu', 'wall'] as const).map((kind) => {
      // CPU time is counted in hundredths of a second: of all rounds together that is fine enough.
      const middle = kind === 'cpu' ? mean : median;
      const of = (rounds: Spent[] = []) => middle(rounds.map((round) => round[kind]));
      return {
        what: `${action}, ${name}: ${kind === 'cpu' ? 'CPU time' : 'time'} of each`,
        value: of(spent[index]),
        ...(index > 0 && { floor: of(spent[0]) }),
        unit: 'ms',
      };
    }),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

// ─── Who asks ────────────────────────────────────────────────────────────────────────────────────────────────────────

async function caller(openimds: OpenImds, agent: Agent, name: string, keys: Keys): Promise<Who> {
  const form = { ...launchForm(), MinCount: String(INSTANCES), MaxCount: String(INSTANCES) };
  const { status, body } = await send(openimds.address, prepare(openimds.address, form, keys), agent);
  if (status !== 200) throw new Error(`${name}: ${body}`);
  return { name, keys, ids: Array.from(body.matchAll(/<instanceId>([^<]+)/g), ([, id = '']) => id) };
}

/** With the key that every account has on a loopback address. */
function settings({ address }: OpenImds, account: string) {
  return { endpoint: address, region: REGION, credentials: { accessKeyId: account, secretAccessKey: 'test' } };
}

async function rootKey(openimds: OpenImds, account: string): Promise<Keys> {
  return newKey(new IAMClient(settings(openimds, account)));
}

async function newKey(iam: IAMClient, UserName?: string): Promise<Keys> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

async function userKey(openimds: OpenImds): Promise<Keys> {
  const iam = new IAMClient(settings(openimds, ACCOUNT));
  const UserName = 'alice';
  await iam.send(new CreateUserCommand({ UserName }));
  for (let number = 0; number < 10; number++) {
    const input = { PolicyName: `policy-${number}`, PolicyDocument: identityPolicy(number) };
    const PolicyArn = (await iam.send(new CreatePolicyCommand(input))).Policy?.Arn;
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  }
  return newKey(iam, UserName);
}

/** The account in an OU, and an SCP at each level: the root, the OU, the account. */
async function makeOrganization(openimds: OpenImds): Promise<void> {
  const client = new OrganizationsClient(settings(openimds, '000000000000'));
  await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const RootId = (await client.send(new ListRootsCommand({}))).Roots?.[0]?.Id;
  await client.send(new EnablePolicyTypeCommand({ RootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));
  const unit = new CreateOrganizationalUnitCommand({ ParentId: RootId, Name: 'unit' });
  const UnitId = (await client.send(unit)).OrganizationalUnit?.Id;
  await client.send(new CreateAccountCommand({ AccountName: 'member', Email: `${ACCOUNT}@example.com` }));
  const move = { AccountId: ACCOUNT, SourceParentId: RootId, DestinationParentId: UnitId };
  await client.send(new MoveAccountCommand(move));
  for (const [level, TargetId] of [RootId, UnitId, ACCOUNT].entries()) {
    const about = { Name: `level-${level}`, Description: '', Type: 'SERVICE_CONTROL_POLICY' as const };
    const made = await client.send(new CreateScpCommand({ ...about, Content: scp(level) }));
    await client.send(new AttachPolicyCommand({ PolicyId: made.Policy?.PolicySummary?.Id, TargetId }));
  }
}
