/**
 * The console's way to AWS's APIs: one signed request, the output or an ApiError. It is a client like any other: what it
 * can do, the AWS CLI can do with the same key.
 *
 *   const { Reservations } = await api.ec2('DescribeInstances', { MaxResults: 100 });
 *   const { Instances } = await api.own('GET', 'instances');          // our own API, below /openimds/
 */

import { linkService, type Model, type Service } from '../../../src/protocol/model.ts';
import { ApiError } from './api-error.ts';
import { jsonCall } from './json-protocol.ts';
import { readError, readOutput, writeForm } from './query-protocol.ts';
import type { Organizations, QueryServices } from './services.ts';
import { type Signer, signedFetch } from './signed-fetch.ts';

type Call<Operations> = <O extends keyof Operations & string>(
  operation: O,
  input: Operations[O] extends [infer Input extends object, unknown] ? Input : never,
  options?: { signal?: AbortSignal },
) => Promise<Operations[O] extends [unknown, infer Output] ? Output : never>;

export type Api = { [S in keyof QueryServices]: Call<QueryServices[S]> } & {
  /** The Region that it asks. */
  region: string;
  organizations: Call<Organizations>;
  /** Our own API; `path` is what follows `/openimds/`. */
  own<T>(method: string, path: string, request?: OwnRequest): Promise<T>;
};

type OwnRequest = { query?: Record<string, string | string[]>; body?: object; signal?: AbortSignal };

/** The models are a tenth of the console; each is read when its service is first asked. */
const models: Record<keyof QueryServices, () => Promise<{ default: unknown }>> = {
  ec2: () => import('../../../src/protocol/ec2.model.json'),
  iam: () => import('../../../src/protocol/iam.model.json'),
  sts: () => import('../../../src/protocol/sts.model.json'),
};

const linked = new Map<keyof QueryServices, Promise<Service>>();

function modelOf(service: keyof QueryServices): Promise<Service> {
  const known = linked.get(service);
  if (known) return known;
  const model = models[service]().then((file) => linkService(file.default as Model));
  linked.set(service, model);
  // Whoever asks next tries again.
  model.catch(() => linked.delete(service));
  return model;
}

/** Reads what the first calls will need, while somebody still types. */
export function readModelsAhead(): void {
  for (const service of ['sts', 'ec2'] as const) modelOf(service).catch(() => {});
}

/** It is in one Region only. */
const ORGANIZATIONS = { service: 'organizations', target: 'AWSOrganizationsV20161128', region: 'us-east-1' };

export function createApi(signer: Signer): Api {
  return {
    region: signer.region,
    ec2: queryCall(signer, 'ec2'),
    iam: queryCall(signer, 'iam'),
    sts: queryCall(signer, 'sts'),
    organizations: (operation, input, { signal } = {}) =>
      jsonCall(signer, { ...ORGANIZATIONS, target: `${ORGANIZATIONS.target}.${operation}` }, input, signal) as never,
    own: (method, path, request) => ownCall(signer, { method, path, ...request }),
  };
}

function queryCall<S extends keyof QueryServices>(signer: Signer, service: S): Call<QueryServices[S]> {
  return async (operation, input, { signal } = {}) => {
    const model = await modelOf(service);
    const body = writeForm(model, operation, input).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const answer = await signedFetch(signer, { service, method: 'POST', path: '/', headers, body, signal });
    const xml = await answer.text();
    if (!answer.ok) throw readError(xml, answer.status);
    return readOutput(model, operation, xml) as never;
  };
}

async function ownCall<T>(
  signer: Signer,
  { method, path, query, body, signal }: OwnRequest & { method: string; path: string },
): Promise<T> {
  const answer = await signedFetch(signer, {
    service: 'openimds',
    method,
    path: `/openimds/${path}`,
    ...(query && { query }),
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    signal,
  });
  const text = await answer.text();
  if (answer.ok) return (text === '' ? {} : JSON.parse(text)) as T;
  throw readOwnError(text, answer);
}

/** What stands between, such as a proxy, answers something else. */
function readOwnError(text: string, { status, headers }: Response): ApiError {
  const requestId = headers.get('x-amzn-requestid') ?? undefined;
  try {
    const { code, message } = JSON.parse(text) as { code: string; message: string };
    return new ApiError(code, message, { status, requestId });
  } catch {
    return new ApiError(`HTTP ${status}`, 'The answer is no error of OpenIMDS.', { status, requestId });
  }
}
