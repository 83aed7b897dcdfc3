/**
 * The one place where "may this principal do this to these resources?" is asked.
 *
 * Every action reaches it through `permit`. What a judge has to know beyond names it looks up itself, in the call's own
 * transaction, and only where it matters: root needs none of it. Who judges is in policy-judge.ts.
 */

import { type AwsError, unauthorizedOperation } from '../aws-errors.ts';
import type { Keys, Wire } from '../iam/context.ts';
import type { ResourceContext } from '../iam/ec2-context.ts';
import type { ResourcePolicy } from '../iam/evaluate.ts';
import type { Principal } from '../model.ts';
import type { Transaction } from '../store/store.ts';

export type Question = {
  principal: Principal;
  /** For example `ec2:RunInstances`. */
  action: string;
  /** ARNs, or `*`; the principal must be allowed on each of them. Two that are to be made may have the same. */
  resources: string[];
  /** What conditions can ask about one of the resources, and about what the request wants of it. @param index of it */
  keysOf(index: number): Promise<Keys>;
  /** The policy of the resource itself, where it has one: a role that is to be assumed. */
  resourcePolicy?: ResourcePolicy;
  wire: Wire;
  tx: Transaction;
};

export type Decision =
  | { allowed: true }
  | {
      allowed: false;
      resource: string;
      /** What follows `… on resource: …`. */
      why: string;
      /** All of it for who may decode it. */
      encoded?: string;
    };

/** Answers a question; it never throws for a "no". */
export type Judge = (question: Question) => Promise<Decision>;

/** How a service says no, in AWS's words. */
type Refuse = (principalArn: string, action: string, resource: string, why: string, encoded?: string) => AwsError;

/** @throws UnauthorizedOperation, or what `refuse` makes of it, when the judge says no. */
export async function authorize(
  judge: Judge,
  question: Question,
  refuse: Refuse = unauthorizedOperation,
): Promise<void> {
  const decision = await judge(question);
  if (decision.allowed) return;
  const { resource, why, encoded } = decision;
  throw refuse(question.principal.arn, question.action, resource, why, encoded);
}

/** Resources of which is known what conditions can ask about them, for a question. */
export function asked(resources: readonly ResourceContext[]): Pick<Question, 'resources' | 'keysOf'> {
  return { resources: resources.map(({ arn }) => arn), keysOf: async (index) => resources[index]?.keys ?? {} };
}
