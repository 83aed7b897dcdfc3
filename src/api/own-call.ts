/**
 * One call of our own API, for what AWS's has no place: who asks, what for, and the transaction in which it happens.
 *
 * Requests are signed as EC2's are, for the service `openimds`; bodies and answers are JSON. As with EC2's actions a call
 * happens wholly or not at all, and each asks `permit` before it shows or changes anything.
 */

import { serializationException, unknownParameter } from '../aws-errors.ts';
import type { HostsToAsk } from '../host-model.ts';
import type { ControlPlaneForHost, Principal, Scope } from '../model.ts';
import type { Form } from '../protocol/query-request.ts';
import type { Transaction } from '../store/store.ts';
import { authorize } from './authorize.ts';
import { type CallerOf, type ControlPlane, wireOf } from './dispatch.ts';
import { ec2Resources } from './ec2-resource-keys.ts';

/** What instances are placed on, as far as people are told. */
export type Substrate = { name: string; enforcesHopLimit: boolean };

export type OwnRequest = {
  /** The parts of the path that a route leaves open, for example `InstanceId`. */
  path: Readonly<Record<string, string>>;
  query: Form;
  /** What the JSON says; undefined where there is no body. */
  body: unknown;
};

export type OwnCall = OwnRequest & {
  /** For example `openimds:ListInstances`. */
  action: string;
  principal: Principal;
  scope: Scope;
  nowMs: number;
  substrate: Substrate;
  tx: Transaction;
  /** @param resources ARNs, or `*` @throws UnauthorizedOperation */
  permit(resources: string[]): Promise<void>;
};

/** What is answered, or what hosts are asked for it. */
export type OwnAction<O extends object = object> = (call: OwnCall) => Promise<O | AskHosts<O>>;

/** It happens when the transaction is over: nobody holds the store while he waits for a host. */
export type AskHosts<O extends object> = (hosts: HostsToAsk) => Promise<O>;

export type OwnRoute = {
  method: 'DELETE' | 'GET' | 'PATCH' | 'POST';
  /** With `:Name` for each part that it leaves open. */
  url: string;
  action: string;
  run: OwnAction;
  /** The Region's keys have to be in the store; where they are not yet, they are made before the transaction. */
  needsRegionKeys?: true;
};

/** What our own calls are served with beside what all are. */
export type OwnSettings = {
  substrate: Substrate;
  /** Of a Region; made where there are none yet. */
  regionKeys: ControlPlaneForHost['regionKeys'];
  hosts: HostsToAsk;
};

/** Runs one of our own actions in a transaction. @throws AwsError for every "no", which leaves no trace */
export async function callOwn(
  { action, run, needsRegionKeys }: OwnRoute,
  request: OwnRequest,
  caller: CallerOf,
  { store, clock, judge, substrate, regionKeys, hosts }: ControlPlane & OwnSettings,
): Promise<object> {
  // It takes transactions of its own, which this one would wait for.
  if (needsRegionKeys) await regionKeys(caller.region);
  const { principal, region } = caller;
  const answer = await store.transaction((tx) => {
    const nowMs = clock();
    const scope = { account: principal.account, region };
    const wire = wireOf(caller, nowMs);
    const permit = (resources: string[]) =>
      authorize(judge, { principal, action, ...ec2Resources({ action, scope, tx }, resources), wire, tx });
    return run({ ...request, action, principal, scope, nowMs, substrate, tx, permit });
  });
  return typeof answer === 'function' ? answer(hosts) : answer;
}

/** @returns undefined for an empty body @throws SerializationException */
export function readJson(body: Uint8Array): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw serializationException();
  }
}

/** @throws UnknownParameter where the query has any but those of a presigned request */
export function expectNoParameters({ query }: Pick<OwnRequest, 'query'>): void {
  for (const name of query.keys()) if (!name.startsWith('X-Amz-')) throw unknownParameter(name);
}

/** For what has no body, and no parameters but these. @throws UnknownParameter */
export function expectParameters({ query, body }: OwnRequest, known: readonly string[]): void {
  const others = [...query].filter(([name]) => !known.includes(name));
  expectPathOnly({ query: new Map(others), body });
}

/** For what is said by the path alone. @throws UnknownParameter for query parameters and for a body */
export function expectPathOnly({ query, body }: Pick<OwnRequest, 'query' | 'body'>): void {
  expectNoParameters({ query });
  if (body !== undefined) throw unknownParameter('body');
}
