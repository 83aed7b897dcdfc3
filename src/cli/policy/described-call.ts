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
import type { DescribedCall } from '../../iam/rehearsal/call.ts';
import { callerOf, principalNamed } from '../../iam/rehearsal/callers.ts';
import type { RoleDelivery } from '../../iam-model.ts';
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
const REGION = 'us-east-1';

/** @throws Failure for what cannot be such a call */
export function readDescription(description: Description, nowMs: number): DescribedCall {
  const { launch, action } = description;
  if ((launch === undefined) === (action === undefined)) throw new Failure('say either a launch or an action', 2);
  const line = launch === undefined ? undefined : readLaunch(launch);
  const principal = readPrincipal(description.principal ?? USUAL_PRINCIPAL);
  const scope = { account: principal.account, region: description.region ?? line?.region ?? REGION };
  return {
    scope,
    nowMs,
    caller: callerOf(principal, scope, { ...deliveryOf(description, principal), nowMs }),
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

/** `root`, `user/NAME`, `role/NAME`, or the ARN of one of them or of a session. @throws Failure */
function readPrincipal(text: string): Caller['principal'] {
  const principal = principalNamed(text);
  if (principal) return principal;
  throw new Failure(`\`${text}\` is no principal; one is user/alice, role/app, root, or an ARN`, 2);
}

const DELIVERIES: Readonly<Record<string, RoleDelivery>> = { '1': '1.0', '1.0': '1.0', '2': '2.0', '2.0': '2.0' };

/** @throws Failure */
function deliveryOf({ delivery }: Description, { type }: Caller['principal']): { delivery?: RoleDelivery } {
  if (delivery === undefined) return {};
  if (type !== 'assumed-role') throw new Failure('a delivery is of the credentials of a role', 2);
  const known = Object.hasOwn(DELIVERIES, delivery) ? DELIVERIES[delivery] : undefined;
  if (known) return { delivery: known };
  throw new Failure(`a delivery is 1.0, by IMDSv1, or 2.0, by IMDSv2, not \`${delivery}\``, 2);
}
