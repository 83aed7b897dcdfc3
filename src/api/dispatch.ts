/**
 * From an authenticated request to its answer: find the action, read its input, run it in one transaction, write its output.
 *
 * The transaction commits before the answer is written, and a refusal rolls it back, so that what a caller was told is
 * what happened (docs/decisions/0007-one-transaction-for-a-call.md).
 */

import { dryRunOperation, invalidAction, missingAction } from '../aws-errors.ts';
import type { Clock } from '../clock.ts';
import type { OptionRules } from '../model.ts';
import { type Form, readInput } from '../protocol/query-request.ts';
import { writeResponse } from '../protocol/query-response.ts';
import type { Store } from '../store/store.ts';
import { ec2Actions } from './actions/ec2/index.ts';
import type { Caller } from './authenticate.ts';
import { authorize, type Judge } from './authorize.ts';
import type { Call } from './call.ts';

/** What every call is served with. */
export type ControlPlane = {
  store: Store;
  clock: Clock;
  rules: OptionRules;
  judge: Judge;
  /** The host that runs what is launched. */
  host: string;
};

/** The name of the action that a form asks for. @throws MissingAction, InvalidAction */
function actionOf(form: Form): string {
  const name = form.get('Action');
  if (name === undefined || name === '') throw missingAction();
  if (!Object.hasOwn(ec2Actions, name)) throw invalidAction(name);
  return name;
}

/**
 * Runs one EC2 action.
 *
 * @returns the body of the answer, XML
 * @throws AwsError for every "no"; the transaction has then left no trace
 */
export async function dispatch(
  form: Form,
  caller: Pick<Caller, 'principal' | 'region'>,
  requestId: string,
  controlPlane: ControlPlane,
): Promise<string> {
  const name = actionOf(form);
  const input = readInput(name, form);
  const output = await callAction(name, input, { ...caller, requestId }, controlPlane);
  return writeResponse(name, output, requestId);
}

/** Runs one EC2 action whose input has been read already. */
export function callAction(
  name: string,
  input: object,
  { principal, region, requestId }: Pick<Caller, 'principal' | 'region'> & { requestId: string },
  { store, clock, rules, judge, host }: ControlPlane,
): Promise<object> {
  const run = ec2Actions[name];
  if (!run) throw invalidAction(name);
  return store.transaction((tx) => {
    const call: Call = {
      action: name,
      requestId,
      principal,
      scope: { account: principal.account, region },
      nowMs: clock(),
      rules,
      host,
      tx,
      async permit(resources, dryRun) {
        await authorize(judge, { principal, action: `ec2:${name}`, resources });
        if (dryRun) throw dryRunOperation();
      },
    };
    return run(input, call);
  });
}
