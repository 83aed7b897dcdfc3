/**
 * The one place where "may this principal do this to these resources?" is asked.
 *
 * Every action reaches it through `Call.permit`. Today every principal is the root of its account, and root may do
 * everything in it; users, roles and policies will be judged here and nowhere else.
 */

import { type AwsError, unauthorizedOperation } from '../aws-errors.ts';
import type { Principal } from '../model.ts';

export type Question = {
  principal: Principal;
  /** For example `ec2:RunInstances`. */
  action: string;
  /** ARNs; the principal must be allowed on each of them. */
  resources: string[];
};

export type Decision = { allowed: true } | { allowed: false; resource: string; why: string };

/** Answers a question; it never throws for a "no". */
export type Judge = (question: Question) => Promise<Decision>;

/** The root of an account may do everything in it. */
export const rootMayEverything: Judge = async ({ principal }) =>
  principal.kind === 'root'
    ? { allowed: true }
    : { allowed: false, resource: '*', why: 'because no identity-based policy allows it' };

/** How a service says no, in AWS's words. */
type Refuse = (principalArn: string, action: string, resource: string, why: string) => AwsError;

/** @throws UnauthorizedOperation, or what `refuse` makes of it, when the judge says no. */
export async function authorize(
  judge: Judge,
  question: Question,
  refuse: Refuse = unauthorizedOperation,
): Promise<void> {
  const decision = await judge(question);
  if (decision.allowed) return;
  throw refuse(question.principal.arn, question.action, decision.resource, decision.why);
}
