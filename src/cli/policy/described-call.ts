/**
 * A call as people describe it, by flags or by a case of a file: the same words for both, read into what the rehearsal takes.
 *
 *   principal: role/app      delivery: 2.0      launch: --metadata-options HttpTokens=required
 *   principal: user/alice    action: ec2:ModifyInstanceMetadataOptions    request: {HttpTokens: optional}
 */

import { conditionKeyType, findAction } from '../../iam/condition-keys.ts';
import type { Caller, Keys } from '../../iam/context.ts';
import { actionsMeant, allActions, isKnownService } from '../../iam/lint/subject.ts';
import { meantBy } from '../../iam/lint/suggestion.ts';
import { type DescribedCall, INSTANCE_ID, PRIVATE_IPV4, VPC_ID } from '../../iam/rehearsal/call.ts';
import type { RoleDelivery } from '../../iam/session-credentials.ts';
import type { Scope } from '../../model.ts';
import { Failure } from '../failure.ts';
import { readLaunch } from './launch-flags.ts';

export type Description = {
  launch?: string;
  action?: string;
  resource?: string;
  /** Parameters of the request. */
  request?: Readonly<Record<string, string>>;
  /** Options of the instance as it is. */
  instance?: Readonly<Record<string, string>>;
  /** Condition keys, given outright. */
  context?: Readonly<Record<string, string | readonly string[]>>;
  principal?: string;
  /** How the credentials of an instance came to it. */
  delivery?: string;
  region?: string;
};

const USUAL_PRINCIPAL = 'user/alice';
const ACCOUNT = '123456789012';
const REGION = 'us-east-1';

/** @throws Failure for what cannot be such a call */
export function readDescription(description: Description, nowMs: number): DescribedCall {
  const { launch, action } = description;
  if ((launch === undefined) === (action === undefined)) throw new Failure('say either a launch or an action', 2);
  const line = launch === undefined ? undefined : readLaunch(launch);
  const principal = principalOf(description.principal ?? USUAL_PRINCIPAL);
  const scope = { account: principal.account, region: description.region ?? line?.region ?? REGION };
  return {
    scope,
    nowMs,
    caller: callerOf(principal, scope, description.delivery, nowMs),
    context: readContext(description.context ?? {}),
    what: line ? { launch: line.request } : actionOf(description, action ?? ''),
  };
}

function actionOf({ resource, request = {}, instance = {} }: Description, action: string): DescribedCall['what'] {
  if (!/^[\w-]+:\w+$/.test(action)) throw new Failure(`\`${action}\` is no action; one is ec2:StartInstances`, 2);
  if (isKnownService(action.split(':')[0] ?? '') && actionsMeant(action).length === 0) {
    const meant = meantBy(
      action,
      allActions().map((facts) => facts.action),
    );
    throw new Failure(`there is no action ${action}${meant ? `; did you mean ${meant}?` : ''}`, 2);
  }
  if (/^ec2:RunInstances$/i.test(action) && resource === undefined) {
    throw new Failure('a launch is asked about several resources: describe it with launch', 2);
  }
  if (resource !== undefined && resource !== '*' && !/^arn:(?:[^:]*:){4}./.test(resource)) {
    throw new Failure(`\`${resource}\` is no ARN`, 2);
  }
  const { HttpPutResponseHopLimit: hops, ...options } = instance;
  return {
    action: findAction(action)?.action ?? action,
    request,
    instance: { ...options, ...(hops !== undefined && { HttpPutResponseHopLimit: Number(hops) }) },
    ...(resource !== undefined && { resource }),
  };
}

function readContext(context: NonNullable<Description['context']>): Keys {
  for (const key of Object.keys(context)) {
    if (!/^[^:\s]+:\S+$/.test(key)) throw new Failure(`\`${key}\` is no condition key; one is aws:SourceIp`, 2);
    const prefix = key.split(':')[0] ?? '';
    if (conditionKeyType(key) === undefined && (prefix === 'aws' || isKnownService(prefix))) {
      throw new Failure(`there is no condition key ${key}`, 2);
    }
  }
  return context;
}

// ─── Who ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

type Principal = Caller['principal'];

const SESSION = 'session';

/** `root`, `user/NAME`, `role/NAME`, or the ARN of one of them or of a session. @throws Failure */
function principalOf(text: string): Principal {
  const [, partition = 'aws', account = ACCOUNT, resource = text] =
    /^arn:(aws[a-z-]*):(?:iam|sts)::(\d{12}):(.+)$/.exec(text) ?? [];
  const arn = (service: string, rest: string) => `arn:${partition}:${service}::${account}:${rest}`;
  if (resource === 'root') return { type: 'root', arn: arn('iam', 'root'), account, id: account };
  const [type = '', ...path] = resource.split('/');
  const name = path.at(-1) ?? '';
  if (name !== '' && type === 'user') {
    return { type: 'user', arn: arn('iam', resource), account, id: 'AIDAEXAMPLE000000000', name };
  }
  if (name !== '' && type === 'role') return sessionOf({ account, arn }, resource, name, SESSION);
  const [role = '', session = '', ...rest] = path;
  if (type === 'assumed-role' && role !== '' && session !== '' && rest.length === 0) {
    return sessionOf({ account, arn }, `role/${role}`, role, session);
  }
  throw new Failure(`\`${text}\` is no principal; one is user/alice, role/app, root, or an ARN`, 2);
}

type Where = { account: string; arn: (service: string, rest: string) => string };

function sessionOf({ account, arn }: Where, role: string, name: string, session: string): Principal {
  return {
    type: 'assumed-role',
    arn: arn('sts', `assumed-role/${name}/${session}`),
    roleArn: arn('iam', role),
    account,
    id: `AROAEXAMPLE000000000:${session}`,
  };
}

const DELIVERIES: Readonly<Record<string, RoleDelivery>> = { '1': '1.0', '1.0': '1.0', '2': '2.0', '2.0': '2.0' };

function callerOf(principal: Principal, scope: Scope, delivery: string | undefined, nowMs: number): Caller {
  if (principal.type !== 'assumed-role') {
    if (delivery !== undefined) throw new Failure('a delivery is of the credentials of a role', 2);
    return { principal };
  }
  if (delivery === undefined) return { principal, session: { issuedAtMs: nowMs } };
  const known = Object.hasOwn(DELIVERIES, delivery) ? DELIVERIES[delivery] : undefined;
  if (!known) throw new Failure(`a delivery is 1.0, by IMDSv1, or 2.0, by IMDSv2, not \`${delivery}\``, 2);
  const partition = principal.arn.split(':')[1];
  // A session of an instance is called as the instance is.
  const InstanceId = /\/(i-[0-9a-f]+)$/.exec(principal.arn)?.[1] ?? INSTANCE_ID;
  const arn = `arn:${partition}:ec2:${scope.region}:${scope.account}:instance/${InstanceId}`;
  const own = principal.arn.replace(/[^/]+$/, InstanceId);
  return {
    principal: { ...principal, arn: own, id: principal.id.replace(/[^:]+$/, InstanceId) },
    session: { issuedAtMs: nowMs, instance: { delivery: known, arn, vpcId: VPC_ID, privateIpv4: PRIVATE_IPV4 } },
  };
}
