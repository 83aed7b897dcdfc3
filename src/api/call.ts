/**
 * One API call, as an action sees it: who asks, where, when, and the transaction in which all of it happens.
 *
 * Every action runs in one transaction of the store, so that a call happens wholly or not at all. An action does, in
 * this order (aws-behaviour 3.4): look up what the request names, `permit`, then refuse for state, then change.
 */

import { partitionOf } from '../catalogue/regions.ts';
import type { OptionRules, Principal, Scope } from '../model.ts';
import type { Transaction } from '../store/store.ts';

export type Call = {
  /** For example `RunInstances`. */
  action: string;
  requestId: string;
  principal: Principal;
  scope: Scope;
  nowMs: number;
  rules: OptionRules;
  /** The host that runs what is launched. */
  host: string;
  tx: Transaction;
  /**
   * Asks whether the caller may do this action to these resources (ARNs; `*` for an action without resources).
   *
   * @throws UnauthorizedOperation, and DryRunOperation when `dryRun` is set and the caller may.
   */
  permit(resources: string[], dryRun: boolean | undefined): Promise<void>;
};

export type Action = (input: object, call: Call) => Promise<object>;

/**
 * An action from its implementation. The parser has given `input` the shape `I`, because both come from AWS's model.
 */
export function action<I extends object, O extends object>(run: (input: I, call: Call) => Promise<O>): Action {
  return (input, call) => run(input as I, call);
}

/** The ARN of an EC2 resource, for example `arn:aws:ec2:us-east-1:000000000000:instance/i-0…`. */
export function ec2Arn(scope: Scope, type: string, id: string): string {
  return `arn:${partitionOf(scope.region)}:ec2:${scope.region}:${scope.account}:${type}/${id}`;
}
