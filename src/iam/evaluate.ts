/**
 * May this principal do this to that resource? AWS's order, over policies of every type (aws-behaviour 4.3).
 *
 *   a Deny anywhere          no, whatever else is said
 *   each SCP level           must allow: root, every OU, account
 *   the resource's policy    may allow by itself, a role's trust policy must
 *   identity policies        one must allow; root needs none
 *   boundary, session        each that there is must allow
 *
 * It promises an answer for every request and never throws; the order of policies and statements changes nothing of it but
 * which of several deciding statements is named. The answer names the type of policy that decided, in AWS's words.
 */

import type { Context } from './context.ts';
import { splitArn } from './policy/arns.ts';
import type { CompiledPolicy, Question } from './policy/compile.ts';
import type { Statement } from './policy/policy.ts';
import { meansCaller, type Reach, type RequestPrincipal } from './principals.ts';

export type Request = {
  principal: RequestPrincipal;
  /** For example `ec2:RunInstances`. */
  action: string;
  /** An ARN, or `*` for an action without resources. */
  resource: string;
  context: Context;
};

/** A policy where it is attached. */
export type AttachedPolicy = {
  name: string;
  /** Of a managed policy or an SCP: then messages name it. */
  arn?: string;
  /** Whose it is, as the simulators print it: `user`, `group`, `role`, `aws-managed`, `user-managed`, …. */
  source?: string;
  policy: CompiledPolicy;
};

/** The SCPs of the root, of one OU, or of the account. */
export type ScpLevel = { name: string; policies: readonly AttachedPolicy[] };

/** The policy of what is asked for: a role that is to be assumed, or another resource. `account` owns it. */
export type ResourcePolicy = AttachedPolicy & { kind: 'trust' | 'resource'; account: string };

export type Policies = {
  /** The principal's own and those of its groups. */
  identity: readonly AttachedPolicy[];
  boundary?: AttachedPolicy;
  /** Those passed for a session; absent if none was. One of them has to allow. */
  session?: readonly AttachedPolicy[];
  resource?: ResourcePolicy;
  /** From the root down to the account; absent for the management account and outside of an organization. */
  scps?: readonly ScpLevel[];
};

export type PolicyType = 'scp' | 'trust' | 'resource' | 'identity' | 'boundary' | 'session';

export type MatchedStatement = {
  type: PolicyType;
  /** The level of an SCP. */
  level?: string;
  from: AttachedPolicy;
  /** The statement's place in its policy, from 0, and the statement with its Sid. */
  index: number;
  statement: Statement;
};

export type Decision = {
  /** AWS's words, as the simulators print them. */
  decision: 'allowed' | 'implicitDeny' | 'explicitDeny';
  /** The type of policy that decided; absent where root needed none. */
  type?: PolicyType;
  /** The level whose SCPs do not allow. */
  level?: string;
  /** The statement that decided; absent for an implicit deny, and where root needed none. */
  statement?: MatchedStatement;
  /** What follows `is not authorized to perform: … on resource: …`; empty when allowed. */
  why: string;
  /** Every statement that applies, of all types. */
  matched: readonly MatchedStatement[];
};

// ─── The decision ────────────────────────────────────────────────────────────────────────────────────────────────────

/** rule: explicit-deny. rule: layers-of-policies */
export function evaluate(request: Request, policies: Policies): Decision {
  const layers = layersOf(request, policies);
  const matched = layers.flatMap((layer) => layer.matched);
  const denied = matched.find(({ statement }) => statement.Effect === 'Deny');
  if (denied) {
    return { decision: 'explicitDeny', type: denied.type, statement: denied, why: explicitly(denied), matched };
  }
  const lacking = lackingLayer(request, policies, layers);
  if (lacking) {
    const { type, level } = lacking;
    const why = `because no ${NAMES[type].none} allows the ${request.action} action`;
    return { decision: 'implicitDeny', type, ...(level !== undefined && { level }), why, matched };
  }
  const statement = matched.find(({ type }) => type === 'identity') ?? matched.find(({ type }) => isOfResource(type));
  return { decision: 'allowed', ...(statement && { type: statement.type, statement }), why: '', matched };
}

/** Policies of one type that stand together: one of them has to allow. */
type Layer = { type: PolicyType; level?: string; matched: MatchedStatement[]; reach?: Reach | undefined };

/** In the order in which a refusal is blamed on them. */
function layersOf(request: Request, { scps = [], resource, identity, boundary, session }: Policies): Layer[] {
  const question = questionOf(request);
  const layers = scps.map(({ name, policies }) => layerOf('scp', policies, question, name));
  if (resource) layers.push(resourceLayer(layerOf(resource.kind, [resource], question), request.principal));
  layers.push(layerOf('identity', identity, question));
  if (boundary) layers.push(layerOf('boundary', [boundary], question));
  if (session) layers.push(layerOf('session', session, question));
  return layers;
}

/** As statements are asked. */
export function questionOf({ action, resource, context }: Request): Question {
  const arn = splitArn(resource);
  return { action: action.toLowerCase(), resource, context, ...(arn && { arn }) };
}

function layerOf(type: PolicyType, policies: readonly AttachedPolicy[], question: Question, level?: string): Layer {
  const matched: MatchedStatement[] = [];
  for (const from of policies) {
    for (const { index, statement } of from.policy.matching(question)) {
      matched.push(level === undefined ? { type, from, index, statement } : { type, level, from, index, statement });
    }
  }
  return level === undefined ? { type, matched } : { type, level, matched };
}

/** Of a resource's policy only what means the caller counts, and how far its Allow reaches. */
function resourceLayer(layer: Layer, principal: RequestPrincipal): Layer {
  const meant = layer.matched.flatMap((match) => {
    const reach = meansCaller(match.statement, principal);
    return reach === undefined ? [] : [{ match, reach }];
  });
  const allows = meant.filter(({ match }) => match.statement.Effect === 'Allow').map(({ reach }) => reach);
  const reach = (['direct', 'role', 'account'] as const).find((candidate) => allows.includes(candidate));
  return { ...layer, matched: meant.map(({ match }) => match), reach };
}

/**
 * The first layer that would have to allow and does not.
 *
 * In one account the Allow of a resource to the caller itself needs nothing else, one to its role only boundary and
 * session; from another account both sides have to allow. A trust policy has to allow in any case. Whoever has no account,
 * such as a service of AWS, has no policies of its own.
 */
function lackingLayer({ principal }: Request, { resource }: Policies, layers: readonly Layer[]): Layer | undefined {
  const scp = layers.find((layer) => layer.type === 'scp' && !allows(layer));
  if (scp) return scp;
  const ofResource = layers.find(({ type }) => isOfResource(type));
  const isOther = resource !== undefined && resource.account !== principal.account;
  if (ofResource && !ofResource.reach && (ofResource.type === 'trust' || isOther)) return ofResource;
  const isAbroad = isOther && principal.account !== '';
  if (ofResource?.reach === 'direct' && !isAbroad) return undefined;
  const roleIsEnough = ofResource?.reach === 'role' && !isAbroad;
  const needed = (type: PolicyType) =>
    type === 'boundary' || type === 'session' || (type === 'identity' && principal.type !== 'root' && !roleIsEnough);
  return layers.find((layer) => needed(layer.type) && !allows(layer));
}

function isOfResource(type: PolicyType): boolean {
  return type === 'trust' || type === 'resource';
}

function allows({ matched }: Layer): boolean {
  return matched.some(({ statement }) => statement.Effect === 'Allow');
}

// ─── In AWS's words ──────────────────────────────────────────────────────────────────────────────────────────────────

const NAMES: Readonly<Record<PolicyType, { none: string; denies: string }>> = {
  scp: { none: 'service control policy', denies: 'a service control policy' },
  trust: { none: 'role trust policy', denies: 'the role trust policy' },
  resource: { none: 'resource-based policy', denies: 'a resource-based policy' },
  identity: { none: 'identity-based policy', denies: 'an identity-based policy' },
  boundary: { none: 'permissions boundary', denies: 'a permissions boundary' },
  session: { none: 'session policy', denies: 'a session policy' },
};

/** Since 2026 AWS names the policy where it has an ARN. */
function explicitly({ type, from }: MatchedStatement): string {
  return `with an explicit deny in ${NAMES[type].denies}${from.arn === undefined ? '' : `: ${from.arn}`}`;
}
