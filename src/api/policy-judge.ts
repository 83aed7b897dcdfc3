/**
 * Who judges: the policies of the caller, its groups, boundary, session and organization, and of the resource.
 *
 *   authorize ──> policyJudge ── callerPolicies (store) ──> evaluate (iam/) ──> allowed, or why not
 *
 * Policies are read in the transaction of the call, so that a change counts from the next call on. What root may is not
 * looked up. It promises an answer, never a guess: a stored policy that cannot be read is a bug, and denies as one.
 */

import { type Asker, askerOf, resourceRequest } from '../iam/call-context.ts';
import { evaluate, type Policies, type ScpLevel } from '../iam/evaluate.ts';
import { encodeAuthorizationMessage } from './authorization-message.ts';
import type { Decision, Judge, Question } from './authorize.ts';
import { callerPolicies } from './caller-policies.ts';
import { compiledPolicy } from './compiled-policies.ts';
import { organizationOf as organizationInStore, type ScpTexts } from './service-control-policies.ts';

type JudgeSettings = {
  /** Of the installation: what encoded messages are made with. */
  installationKey: Uint8Array;
  /** What to ask about organizations, where that is not the store. */
  organizationOf?: typeof organizationInStore;
};

/** Judges everybody by policies. */
export function policyJudge({ installationKey, organizationOf = organizationInStore }: JudgeSettings): Judge {
  return async (question) => {
    const { principal, tx, resourcePolicy, wire } = question;
    const { place, scps } = (await organizationOf(tx, principal.account, wire.region)) ?? {};
    // Nothing could deny it.
    if (principal.kind === 'root' && !scps && !resourcePolicy) return { allowed: true };
    const caller = await callerPolicies(tx, principal);
    const policies: Policies = {
      ...caller.policies,
      ...(scps && { scps: scps.map(compileLevel) }),
      ...(resourcePolicy && { resource: resourcePolicy }),
    };
    const who = {
      principal: caller.principal,
      ...(caller.session && { session: caller.session }),
      ...(place && { organization: place }),
    };
    const asked: Asked = { asker: askerOf(who, wire), policies };
    for (const index of question.resources.keys()) {
      const denied = await judgeResource(question, index, asked);
      if (denied) return refusal(question, denied, installationKey);
    }
    return { allowed: true };
  };
}

function compileLevel({ name, policies }: ScpTexts): ScpLevel {
  return {
    name,
    policies: policies.map(({ text, ...about }) => ({ ...about, policy: compiledPolicy(text, 'scp') })),
  };
}

type Asked = { asker: Asker; policies: Policies };
type Denied = ReturnType<typeof evaluate> & { request: Parameters<typeof evaluate>[0] };

/** @returns undefined where the caller may */
async function judgeResource(
  { action, resources, keysOf }: Question,
  index: number,
  { asker, policies }: Asked,
): Promise<Denied | undefined> {
  const request = resourceRequest(asker, action, { arn: resources[index] ?? '*', keys: await keysOf(index) });
  const decision = evaluate(request, policies);
  return decision.decision === 'allowed' ? undefined : { ...decision, request };
}

/** EC2 alone says more in a message that not everybody can read, and asks about this action of IAM's too. */
function refusal({ action }: Question, denied: Denied, installationKey: Uint8Array): Decision {
  const encoded = (action.startsWith('ec2:') || action === 'iam:PassRole') && {
    encoded: encodeAuthorizationMessage(installationKey, denied.request, denied),
  };
  return { allowed: false, resource: denied.request.resource, why: denied.why, ...encoded };
}
