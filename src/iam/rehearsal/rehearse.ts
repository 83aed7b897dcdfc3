/**
 * What policies decide of a described call: the engine's answer for each question, and for the call as a whole.
 *
 *   DescribedCall ── questionsOf ──> Request ── evaluate ──> Decision;  one that is not allowed denies the call
 *
 * `arrange` says where policies are attached. What only takes away needs something that gives: beside policies without any
 * Allow everything is allowed, unless that is not wanted, and the answer says so.
 */

import { type AttachedPolicy, type Decision, evaluate, type Policies, type Request } from '../evaluate.ts';
import { compilePolicy } from '../policy/compile.ts';
import { readPolicy } from '../policy/read.ts';
import { type DescribedCall, questionsOf } from './call.ts';

export type Answer = { request: Request; decision: Decision };

export type Rehearsal = {
  allowed: boolean;
  /** Those that were asked. */
  policies: Policies;
  answers: readonly Answer[];
  /** The one that decides: the first that is not allowed, else the first. INVARIANT: among `answers`. */
  deciding: Answer;
};

/** @throws InvalidParameterValue for an illegal metadata option */
export function rehearse(call: DescribedCall, arranged: Policies): Rehearsal {
  const { scps } = arranged;
  // Nothing can be attached to root: what binds it are SCPs.
  const policies = call.caller.principal.type === 'root' ? { identity: [], ...(scps && { scps }) } : arranged;
  const answers = questionsOf(call).map((request) => ({ request, decision: evaluate(request, policies) }));
  const denied = answers.find(({ decision }) => decision.decision !== 'allowed');
  const deciding = denied ?? answers[0];
  // Cannot happen: a call is asked about one resource at least.
  if (!deciding) throw new Error('a call without questions');
  return { allowed: denied === undefined, policies, answers, deciding };
}

// ─── Where policies are attached ─────────────────────────────────────────────────────────────────────────────────────

export type Given = {
  identity: readonly AttachedPolicy[];
  scps: readonly AttachedPolicy[];
  boundary?: AttachedPolicy;
  session?: AttachedPolicy;
};

/** `everything` stands where a policy that allows everything was put beside the given ones. */
export type Arranged = { policies: Policies; everything: readonly ('identity' | 'scp')[] };

/** In AWS's own managed policies this is AdministratorAccess, and FullAWSAccess among SCPs. */
const ALLOW_ALL =
  '{"Version": "2012-10-17", "Statement": {"Sid": "AllowEverything", "Effect": "Allow", "Action": "*", "Resource": "*"}}';

/** How policies that are made up are called. */
export const MADE_UP = 'AllowEverything';

/** @param alone nothing is put beside the given policies */
export function arrange({ identity, scps, boundary, session }: Given, alone: boolean): Arranged {
  const needs = { identity: !alone && !identity.some(allows), scp: !alone && scps.length > 0 && !scps.some(allows) };
  const level = needs.scp ? [allowAll('scp'), ...scps] : scps;
  return {
    policies: {
      identity: needs.identity ? [...identity, allowAll('identity')] : identity,
      ...(scps.length > 0 && { scps: [{ name: 'the account', policies: level }] }),
      ...(boundary && { boundary }),
      ...(session && { session: [session] }),
    },
    everything: (['identity', 'scp'] as const).filter((type) => needs[type]),
  };
}

function allows({ policy }: AttachedPolicy): boolean {
  return policy.policy.Statement.some(({ Effect }) => Effect === 'Allow');
}

function allowAll(kind: 'identity' | 'scp'): AttachedPolicy {
  return { name: MADE_UP, policy: compilePolicy(readPolicy(ALLOW_ALL, kind)) };
}
