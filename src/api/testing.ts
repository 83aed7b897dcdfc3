/**
 * A whole control plane for tests, without HTTP: a real SQLite store in a temporary directory, a clock that the test
 * moves, and calls that go through the same dispatch as everybody's.
 *
 * `call` takes an action's input by AWS's member names; `query` takes a Query form, so that wire names are proven too;
 * `own` calls our own API.
 */

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { AwsError } from '../aws-errors.ts';
import { addressAt, type Cidr, formatCidr, parseCidr } from '../cidr.ts';
import type { HostsToAsk } from '../host-model.ts';
import { regionKeysIn } from '../hosts/region-keys.ts';
import { newRequestId } from '../ids.ts';
import type { Instance, InstanceStateName, OptionRules, Principal, Scope } from '../model.ts';
import { readTarget } from '../protocol/json.ts';
import { parseForm } from '../protocol/query-request.ts';
import { installationKey } from '../store/installation-key.ts';
import { madeOnce } from '../store/made-once.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store, Transaction } from '../store/store.ts';
import { ownRoutes } from './actions/openimds/index.ts';
import type { Judge } from './authorize.ts';
import { type ControlPlane, dispatch } from './dispatch.ts';
import { findEntity, users } from './iam/entities.ts';
import { callJson, jsonServices } from './json-call.ts';
import { callOwn, type OwnRoute, type OwnSettings, type Substrate } from './own-call.ts';
import { policyJudge } from './policy-judge.ts';
import { rootOf, userPrincipal } from './principals.ts';
import { ec2, findQueryService } from './query-services.ts';
import { sessionKey } from './sessions.ts';

type Ec2 = typeof import('@aws-sdk/client-ec2');
type Iam = typeof import('@aws-sdk/client-iam');
type Sts = typeof import('@aws-sdk/client-sts');

/** What AWS's SDK says that an action answers. */
type Output<A extends string, Sdk = Ec2> = `${A}Command` extends keyof Sdk
  ? Sdk[`${A}Command`] extends abstract new (
      ...args: never[]
    ) => { resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer O }> }
    ? Omit<O, '$metadata'>
    : never
  : never;

export type TestApi = {
  store: Store;
  scope: Scope;
  call<A extends string>(action: A, input?: object): Promise<Output<A>>;
  iam<A extends string>(action: A, input?: object): Promise<Output<A, Iam>>;
  sts<A extends string>(action: A, input?: object): Promise<Output<A, Sts>>;
  /** @returns the answer's XML */
  query(form: string, service?: string): Promise<string>;
  /** A call of a service that speaks JSON. @param target as the header has it */
  json(target: string, body: unknown): Promise<object>;
  /** Our own API: the route is the one of this method whose URL fits the path, which begins after `/openimds/`. */
  own<T>(
    method: OwnRoute['method'],
    path: string,
    say?: { query?: Record<string, string>; body?: unknown },
  ): Promise<T>;
  /** Runs `work` on the store, to arrange or to look at what no action shows. */
  inStore<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  advance(milliseconds: number): void;
  /** The same store and clock, asked by somebody else, in another Region, judged by another judge, or with other hosts. */
  as(other: {
    account?: string;
    region?: string;
    principal?: Principal;
    judge?: Judge;
    rules?: OptionRules;
    substrate?: Substrate;
    hosts?: HostsToAsk;
  }): TestApi;
};

export const ACCOUNT = '123456789012';
const REGION = 'us-east-1';
export const START_MS = Date.parse('2026-11-23T10:00:00Z');

/** Says no to everybody. */
export const denyEverything: Judge = async ({ resources }) => ({
  allowed: false,
  resource: resources[0] ?? '*',
  why: 'because no identity-based policy allows it',
});

const LOOPBACK = { name: 'loopback', enforcesHopLimit: false };
/** Where instances have interfaces. */
export const NETNS: Substrate = { name: 'netns', enforcesHopLimit: true };

type Tested = ControlPlane & Omit<OwnSettings, 'regionKeys'>;

/** A control plane that lasts until the running test ends. */
export async function startTestApi(): Promise<TestApi> {
  const directory = await mkdtemp(join(tmpdir(), 'openimds-api-'));
  const store = await openSqliteStore(directory);
  onTestFinished(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });
  let nowMs = START_MS;
  const controlPlane: Tested = {
    store,
    clock: () => nowMs,
    rules: 'page',
    judge: policyJudge({ installationKey: await store.transaction(installationKey) }),
    host: 'local',
    substrate: LOOPBACK,
    hosts: () => undefined,
  };
  const advance = (milliseconds: number) => {
    nowMs += milliseconds;
  };
  return testApi(controlPlane, { account: ACCOUNT, region: REGION }, advance);
}

function testApi(
  controlPlane: Tested,
  scope: Scope,
  advance: TestApi['advance'],
  principal: Principal = rootOf(scope.account),
): TestApi {
  const { store } = controlPlane;
  const caller = { principal, region: scope.region, requestId: newRequestId() };
  const callOf = (name: string, action: string, input: object) => {
    const service = findQueryService(name) ?? ec2;
    return service.call(action, input, caller, controlPlane) as Promise<never>;
  };
  return {
    store,
    scope,
    advance,
    call: (action, input = {}) => callOf('ec2', action, input),
    iam: (action, input = {}) => callOf('iam', action, input),
    sts: (action, input = {}) => callOf('sts', action, input),
    own: (method, path, { query = {}, body } = {}) => {
      const { route, open } = findOwnRoute(method, `/openimds/${path}`);
      const asked = { path: open, query: new Map(Object.entries(query)), body };
      const regionKeys = regionKeysIn(store, controlPlane.clock);
      return callOwn(route, asked, caller, { ...controlPlane, regionKeys }) as Promise<never>;
    },
    query: (form, name = 'ec2') =>
      dispatch(findQueryService(name) ?? ec2, parseForm(Buffer.from(form)), caller, controlPlane),
    async json(target, body) {
      const { prefix, operation } = readTarget(target);
      const service = jsonServices[prefix];
      if (!service) throw new Error(`there is no service ${prefix}`);
      return callJson(service, { operation, body }, caller, controlPlane);
    },
    inStore: (work) => store.transaction(work),
    as({ account = scope.account, region = scope.region, principal: other, ...changes }) {
      const asker = other ?? (account === scope.account ? principal : rootOf(account));
      return testApi({ ...controlPlane, ...changes }, { account, region }, advance, asker);
    },
  };
}

/** What the router of the real front door would find. */
function findOwnRoute(method: string, path: string): { route: OwnRoute; open: Record<string, string> } {
  for (const route of ownRoutes.filter((each) => each.method === method)) {
    const open = new RegExp(`^${route.url.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`).exec(path);
    if (open) return { route, open: { ...open.groups } };
  }
  throw new Error(`there is no route ${method} ${path}`);
}

/** That `answer` is AWS's error with this code and, where given, these exact words. */
export async function expectRefusal(answer: Promise<unknown>, code: string, message?: string): Promise<void> {
  const error = await answer.then(
    (value) => value,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AwsError);
  expect(error).toMatchObject(message === undefined ? { code } : { code, message });
}

/** The API as a user of the account asks it. */
export async function asUser(api: TestApi, UserName: string): Promise<TestApi> {
  const { account } = api.scope;
  const user = await api.inStore((tx) => findEntity(tx, account, users, UserName));
  if (!user) throw new Error(`there is no user ${UserName}`);
  return api.as({ principal: userPrincipal(account, user) });
}

type Credentials = { AccessKeyId?: string | undefined; SessionToken?: string | undefined };

/** The API as the holder of temporary credentials asks it. */
export async function asSession(
  api: TestApi,
  { AccessKeyId = '', SessionToken = '' }: Credentials = {},
): Promise<TestApi> {
  const key = await api.inStore((tx) => sessionKey(tx, AccessKeyId, SessionToken));
  if (!key) throw new Error('nobody has these credentials');
  const { principal } = key;
  return api.as({ account: principal.account, principal });
}

/** Launches one instance of the example image. @returns its id */
export async function launch(api: TestApi, input: object = {}): Promise<string> {
  const { Instances } = await api.call('RunInstances', {
    ImageId: EXAMPLE_IMAGE,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    ...input,
  });
  return Instances?.[0]?.InstanceId ?? '';
}

/** A trust policy that lets EC2 assume the role. */
export const TRUSTS_EC2 = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
});

/** An instance profile with a role of the same name in it. @returns the profile's ARN */
export async function makeProfile(api: TestApi, name: string, trust = TRUSTS_EC2): Promise<string> {
  await api.iam('CreateRole', { RoleName: name, AssumeRolePolicyDocument: trust });
  const { InstanceProfile } = await api.iam('CreateInstanceProfile', { InstanceProfileName: name });
  await api.iam('AddRoleToInstanceProfile', { InstanceProfileName: name, RoleName: name });
  return InstanceProfile?.Arn ?? '';
}

/**
 * Makes a subnet in the default VPC with the n-th /64 of its IPv6 block; in the first zone unless `input` says otherwise.
 *
 * @returns its id, and its addresses by their distance from the first
 */
export async function makeIpv6Subnet(
  api: TestApi,
  n: number,
  input: object = { Ipv6Native: true },
): Promise<{ SubnetId: string; at(offset: bigint | number): string }> {
  const vpc = (await api.call('DescribeVpcs')).Vpcs?.[0];
  const first = parseCidr(vpc?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock ?? '')?.first ?? 0n;
  const block: Cidr = { family: 6, first: first + (BigInt(n) << 64n), prefix: 64 };
  const { Subnet } = await api.call('CreateSubnet', {
    VpcId: vpc?.VpcId,
    Ipv6CidrBlock: formatCidr(block),
    AvailabilityZone: 'us-east-1a',
    ...input,
  });
  return { SubnetId: Subnet?.SubnetId ?? '', at: (offset) => addressAt(block, offset) };
}

/** Writes fields of an instance as nobody's request would: a state that its host would acknowledge, or what launched it. */
export async function write(api: TestApi, id: string, fields: Partial<Instance>): Promise<void> {
  await api.inStore(async (tx) => {
    const found = await tx.instances.get(api.scope, [id]);
    await tx.instances.update(found.map((instance) => ({ ...instance, ...fields })));
  });
}

/** An instance as the store has it. */
export async function find(api: TestApi, id: string): Promise<Instance | undefined> {
  const [instance] = await api.inStore((tx) => tx.instances.get(api.scope, [id]));
  return instance;
}

/** Launches a Spot instance, which runs. @returns its id */
export async function launchSpot(api: TestApi, SpotOptions: object = {}): Promise<string> {
  const id = await launch(api, { InstanceMarketOptions: { MarketType: 'spot', SpotOptions } });
  await arrive(api, id, 'running');
  return id;
}

/** Puts an instance into a state, as its host's acknowledgement would. */
export function arrive(api: TestApi, id: string, State: InstanceStateName): Promise<void> {
  return write(api, id, { State });
}

/** The placeholder of AWS's documentation, which is in the catalogue. */
export const EXAMPLE_IMAGE = 'ami-0abcdef1234567890';

/** A public key as one OpenSSH line without a comment. */
export const ED25519_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMIWgsdPQELSG60rj3i8rKcqamvdgpqtS827ZXECOc/U';

/** A pair of RSA for the signers of all Regions: to make one takes longer than a test should. */
const SIGNER = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Gives the Region a signer of SSH keys, as its first host does. @returns what verifies with */
export async function makeSshSigner(api: TestApi): Promise<KeyObject> {
  const privateKey = SIGNER.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const signer = { privateKey, certificates: '', ocspResponses: {} };
  await madeOnce(api.store, 'ssh-signer', async () => signer)(api.scope.region);
  return SIGNER.publicKey;
}
