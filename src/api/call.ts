/**
 * One API call, as an action sees it: who asks, where, when, and the transaction in which all of it happens.
 *
 * Every action runs in one transaction of the store, so that a call happens wholly or not at all. An action does, in
 * this order (aws-behaviour 3.4): look up what the request names, `permit`, then refuse for state, then change.
 */

import { type Partition, partitionOf } from '../catalogue/regions.ts';
import type { ResourceContext } from '../iam/ec2-context.ts';
import type { ResourcePolicy } from '../iam/evaluate.ts';
import type { OptionRules, Principal, Scope } from '../model.ts';
import type { Transaction } from '../store/store.ts';

/** What a call of any service is about. */
export type AnyCall = {
  /** For example `RunInstances`. */
  action: string;
  requestId: string;
  principal: Principal;
  scope: Scope;
  nowMs: number;
  tx: Transaction;
};

/** A call of EC2. */
export type Call = AnyCall & {
  rules: OptionRules;
  /** The host that runs what is launched. */
  host: string;
  /**
   * Asks whether the caller may do this action to these resources (`*` for an action without resources). Of an ARN alone
   * the resource and the request are looked at; what exists not yet is given with what conditions can ask about it.
   *
   * @param also asks what else the request needs; a dry run needs it too
   * @throws UnauthorizedOperation, and DryRunOperation when `dryRun` is set and the caller may.
   */
  permit(
    resources: (string | ResourceContext)[],
    dryRun: boolean | undefined,
    also?: () => Promise<void>,
  ): Promise<void>;
  /** Asks the same of another action that this one needs too, for example `iam:PassRole`. @throws UnauthorizedOperation */
  permitAlso(action: string, resources: ResourceContext[]): Promise<void>;
};

export type Action = (input: object, call: Call) => Promise<object>;

/**
 * An action from its implementation. The parser has given `input` the shape `I`, because both come from AWS's model.
 */
export function action<I extends object, O extends object>(run: (input: I, call: Call) => Promise<O>): Action {
  return (input, call) => run(input as I, call);
}

/** A call of IAM or STS, which know accounts and no Regions: `scope` has none. */
export type AccountCall = AnyCall & {
  /** That of the caller's Region, for the ARNs of the answer. */
  partition: Partition;
  /** The Region of the signature. */
  region: string;
  /**
   * Asks whether the caller may do this action to these resources.
   *
   * @param policy that of the resource, where it has one
   * @throws AccessDenied
   */
  permit(resources: ResourceContext[], policy?: ResourcePolicy): Promise<void>;
  /** The same of another action that this one needs too, for example `iam:PassRole`. */
  permitAlso(action: string, resources: ResourceContext[], policy?: ResourcePolicy): Promise<void>;
};

export type AccountAction = (input: object, call: AccountCall) => Promise<object>;

/** As `action`, of IAM and STS. An action that answers only that it succeeded may return nothing. */
export function accountAction<I extends object, O extends object = object>(
  // biome-ignore lint/suspicious/noConfusingVoidType: what an async function without a result returns
  run: (input: I, call: AccountCall) => Promise<O | void>,
): AccountAction {
  return async (input, call) => (await run(input as I, call)) ?? {};
}

/** The ARN of an EC2 resource, for example `arn:aws:ec2:us-east-1:000000000000:instance/i-0…`. */
export function ec2Arn(scope: Scope, type: string, id: string): string {
  return `arn:${partitionOf(scope.region)}:ec2:${scope.region}:${scope.account}:${type}/${id}`;
}
