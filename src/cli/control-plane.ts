/**
 * A running control plane as the commands see it: its health, its instances, and the keys and Region to ask with.
 *
 * Every way in which it can fail to answer becomes one sentence that says what to do.
 */

import type { ListedInstance } from '../api/instances-page.ts';
import { Failure } from './failure.ts';
import { readRootAccessKey, type SigningKey } from './root-access-key.ts';
import { signGet } from './sign.ts';

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
  const answer = await get(new URL('/health', address), {});
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
  if (AccessKeyId && SecretAccessKey) return { AccessKeyId, SecretAccessKey };
  if (AccessKeyId || SecretAccessKey) {
    throw new Failure('OPENIMDS_ACCESS_KEY_ID and OPENIMDS_SECRET_ACCESS_KEY go together: set both or neither');
  }
  return health?.strict ? readRootAccessKey(state) : LOCAL_KEY;
}

/**
 * Pages of instances, in order of launch.
 *
 * @param InstanceId every instance of the account and Region when absent
 * @throws Failure with the control plane's own words when it refuses
 */
export async function* instancePages(target: Target, InstanceId?: string): AsyncGenerator<ListedInstance[]> {
  const key = await signingKey(target, await readHealth(target), process.env);
  const url = new URL('/openimds/instances', target.address);
  if (InstanceId !== undefined) url.searchParams.set('InstanceId', InstanceId);
  for (;;) {
    const signing = { key, region: regionOf(process.env), service: 'openimds', nowMs: Date.now() };
    const answer = await get(url, signGet(url, signing));
    if (!answer.ok) throw await refusal(answer);
    const page = (await answer.json()) as { Instances: ListedInstance[]; NextToken?: string };
    yield page.Instances;
    if (page.NextToken === undefined) return;
    url.searchParams.set('NextToken', page.NextToken);
  }
}

async function refusal(answer: Response): Promise<Failure> {
  const body = (await answer.json().catch(() => ({}))) as { code?: string; message?: string };
  return new Failure(`${body.message ?? 'the control plane refused'} (${body.code ?? answer.status})`);
}

async function get(url: URL, headers: Record<string, string>): Promise<Response> {
  try {
    return await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const slow = error instanceof Error && error.name === 'TimeoutError';
    throw new Failure(
      slow
        ? `${url.origin} did not answer within ${TIMEOUT_MS / 1000} seconds`
        : `nothing answers at ${url.origin}: start it with \`openimds up\`, or name another address with --address or OPENIMDS_ADDRESS`,
    );
  }
}
