/**
 * A whole control plane for tests, without HTTP: a real SQLite store in a temporary directory, a clock that the test
 * moves, and calls that go through the same dispatch as everybody's.
 *
 * `call` takes an action's input by AWS's member names; `query` takes a Query form, so that wire names are proven too.
 */

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { AwsError } from '../aws-errors.ts';
import { newRequestId } from '../ids.ts';
import type { OptionRules, Scope } from '../model.ts';
import { readTarget } from '../protocol/json.ts';
import { parseForm } from '../protocol/query-request.ts';
import { madeOnce } from '../store/made-once.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store, Transaction } from '../store/store.ts';
import { rootOf } from './authenticate.ts';
import { type Judge, rootMayEverything } from './authorize.ts';
import { type ControlPlane, callAction, dispatch } from './dispatch.ts';
import { callJson, jsonServices } from './json-call.ts';

type Sdk = typeof import('@aws-sdk/client-ec2');

/** What AWS's SDK says that an action answers. */
type Output<A extends string> = `${A}Command` extends keyof Sdk
  ? InstanceType<Sdk[`${A}Command`]> extends {
      resolveMiddleware(...args: never[]): (...args: never[]) => Promise<infer R>;
    }
    ? R extends { output: infer O }
      ? Omit<O, '$metadata'>
      : never
    : never
  : never;

export type TestApi = {
  store: Store;
  scope: Scope;
  call<A extends string>(action: A, input?: object): Promise<Output<A>>;
  /** @returns the answer's XML */
  query(form: string): Promise<string>;
  /** A call of a service that speaks JSON. @param target as the header has it */
  json(target: string, body: unknown): Promise<object>;
  /** Runs `work` on the store, to arrange or to look at what no action shows. */
  inStore<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  advance(milliseconds: number): void;
  /** The same store and clock, asked by another account, in another Region, or judged by another judge. */
  as(other: { account?: string; region?: string; judge?: Judge; rules?: OptionRules }): TestApi;
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

/** A control plane that lasts until the running test ends. */
export async function startTestApi(): Promise<TestApi> {
  const directory = await mkdtemp(join(tmpdir(), 'openimds-api-'));
  const store = await openSqliteStore(directory);
  onTestFinished(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });
  let nowMs = START_MS;
  const controlPlane: ControlPlane = {
    store,
    clock: () => nowMs,
    rules: 'page',
    judge: rootMayEverything,
    host: 'local',
  };
  const advance = (milliseconds: number) => {
    nowMs += milliseconds;
  };
  return testApi(controlPlane, { account: ACCOUNT, region: REGION }, advance);
}

function testApi(controlPlane: ControlPlane, scope: Scope, advance: TestApi['advance']): TestApi {
  const { store } = controlPlane;
  const caller = { principal: rootOf(scope.account), region: scope.region };
  return {
    store,
    scope,
    advance,
    call: (action, input = {}) =>
      callAction(action, input, { ...caller, requestId: newRequestId() }, controlPlane) as Promise<never>,
    query: (form) => dispatch(parseForm(Buffer.from(form)), caller, newRequestId(), controlPlane),
    async json(target, body) {
      const { prefix, operation } = readTarget(target);
      const service = jsonServices[prefix];
      if (!service) throw new Error(`there is no service ${prefix}`);
      return callJson(service, { operation, body }, { ...caller, requestId: newRequestId() }, controlPlane);
    },
    inStore: (work) => store.transaction(work),
    as({ account = scope.account, region = scope.region, ...changes }) {
      return testApi({ ...controlPlane, ...changes }, { account, region }, advance);
    },
  };
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
