/**
 * A running control plane as the commands see it: its health, its instances, and the keys and Region to ask with.
 *
 * Every way in which it can fail to answer becomes one sentence that says what to do.
 */

import type { ListedInstance } from '../api/actions/openimds/list-instances.ts';
import { Failure } from './failure.ts';
import { printable } from './printable.ts';
import { readRootAccessKey, type SigningKey } from './root-access-key.ts';
import { signRequest, type Unsigned } from './sign.ts';

/** Where the control plane is, and where its state would be if it runs on this machine. */
export type Target = { address: string; state: string };

export type Health = { status: string; version: string; strict: boolean; rules: string; substrate: string };

const TIMEOUT_MS = 10_000;
/** The key that works on loopback addresses (docs/decisions/0005-local-access-keys.md). */
const LOCAL_KEY: SigningKey = { AccessKeyId: 'test', SecretAccessKey: 'test' };

export function regionOf(env: NodeJS.ProcessEnv): string {
  return env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1';
}

/** @throws Failure when nothing of ours answers at the address */
export async function readHealth({ address }: Target): Promise<Health> {
  const answer = await send({ method: 'GET', url: new URL('/health', address) }, {});
  const health = (await answer.json().catch(() => undefined)) as Health | undefined;
  if (answer.ok && health?.status === 'ok' && typeof health.rules === 'string') return health;
  throw new Failure(`what answers at ${address} is not a healthy OpenIMDS (status ${answer.status} for /health)`);
}

/**
 * The key to sign with: the one in the environment, else `test`, else the root access key of the state directory where
 * the control plane takes no `test`.
 *
 * @param health `undefined` when it could not be asked
 */
export async function signingKey(
  { state }: Target,
  health: Health | undefined,
  env: NodeJS.ProcessEnv,
): Promise<SigningKey> {
  const { OPENIMDS_ACCESS_KEY_ID: AccessKeyId, OPENIMDS_SECRET_ACCESS_KEY: SecretAccessKey } = env;
  const { OPENIMDS_SESSION_TOKEN: SessionToken } = env;
  if (AccessKeyId && SecretAccessKey) return { AccessKeyId, SecretAccessKey, ...(SessionToken && { SessionToken }) };
  if (AccessKeyId || SecretAccessKey) {
    throw new Failure('OPENIMDS_ACCESS_KEY_ID and OPENIMDS_SECRET_ACCESS_KEY go together: set both or neither');
  }
  if (SessionToken) {
    throw new Failure('OPENIMDS_SESSION_TOKEN goes with OPENIMDS_ACCESS_KEY_ID and OPENIMDS_SECRET_ACCESS_KEY');
  }
  return health?.strict ? readRootAccessKey(state) : LOCAL_KEY;
}

/**
 * Asks our own API (docs/operating.md), signed.
 *
 * @param path below `/openimds/`, its parts encoded
 * @returns what the JSON of the answer says
 * @throws Failure with the control plane's own words when it refuses
 */
export type Ask = <T>(method: 'DELETE' | 'GET' | 'PATCH' | 'POST', path: string, say?: Say) => Promise<T>;
type Say = { query?: Record<string, string>; body?: object };

/** @throws Failure when nothing of ours answers there, or there is no key to sign with */
export async function connectTo(target: Target): Promise<Ask> {
  const key = await signingKey(target, await readHealth(target), process.env);
  return async <T>(method: string, path: string, { query = {}, body }: Say = {}) => {
    const url = new URL(`/openimds/${path}`, target.address);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const request = { method, url, ...(body && { body: JSON.stringify(body) }) };
    const signing = { key, region: regionOf(process.env), service: 'openimds', nowMs: Date.now() };
    const answer = await send(request, { ...signRequest(request, signing), ...(body && JSON_BODY) });
    if (!answer.ok) throw await refusal(answer);
    return (await answer.json()) as T;
  };
}

const JSON_BODY = { 'content-type': 'application/json' };

/**
 * Pages of instances, in order of launch.
 *
 * @param InstanceId every instance of the account and Region when absent
 * @throws Failure with the control plane's own words when it refuses
 */
export async function* instancePages(target: Target, InstanceId?: string): AsyncGenerator<ListedInstance[]> {
  const ask = await connectTo(target);
  const query: Record<string, string> = { ...(InstanceId !== undefined && { InstanceId }) };
  for (;;) {
    const page = await ask<{ Instances: ListedInstance[]; NextToken?: string }>('GET', 'instances', { query });
    yield page.Instances;
    if (page.NextToken === undefined) return;
    query.NextToken = page.NextToken;
  }
}

async function refusal(answer: Response): Promise<Failure> {
  const body = (await answer.json().catch(() => ({}))) as { code?: string; message?: string };
  return new Failure(printable(`${body.message ?? 'the control plane refused'} (${body.code ?? answer.status})`));
}

/** @throws Failure when there is no answer */
export async function send({ method, url, body }: Unsigned, headers: Record<string, string>): Promise<Response> {
  const init = { method, headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) } as const;
  try {
    return await fetch(url, body === undefined ? init : { ...init, body });
  } catch (error) {
    const slow = error instanceof Error && error.name === 'TimeoutError';
    throw new Failure(
      slow
        ? `${url.origin} did not answer within ${TIMEOUT_MS / 1000} seconds`
        : `nothing answers at ${url.origin}: start it with \`openimds up\`, or name another address with --address or OPENIMDS_ADDRESS`,
    );
  }
}
