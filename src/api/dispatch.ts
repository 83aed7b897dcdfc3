/**
 * From an authenticated request to its answer: find the action, read its input, run it in one transaction, write its output.
 *
 * The transaction commits before the answer is written, and a refusal rolls it back, so that what a caller was told is
 * what happened (docs/decisions/0007-one-transaction-for-a-call.md).
 */

import { dryRunOperation, invalidAction, missingAction } from '../aws-errors.ts';
import type { Clock } from '../clock.ts';
import type { Wire } from '../iam/context.ts';
import type { OptionRules } from '../model.ts';
import { type Form, readInput } from '../protocol/query-request.ts';
import { writeResponse } from '../protocol/query-response.ts';
import type { Store } from '../store/store.ts';
import { ec2Actions } from './actions/ec2/index.ts';
import type { Caller } from './authenticate.ts';
import { asked, authorize, type Judge } from './authorize.ts';
import type { Call } from './call.ts';
import { createdTagResources, ec2Resources } from './ec2-resource-keys.ts';
import type { QueryService } from './query-services.ts';

/** What every call is served with. */
export type ControlPlane = {
  store: Store;
  clock: Clock;
  rules: OptionRules;
  judge: Judge;
  /** The host that runs what is launched. */
  host: string;
};

/** Who calls, from where, and as which request. */
export type CallerOf = Pick<Caller, 'principal' | 'region' | 'connection'> & { requestId: string };

/**
 * Runs one action of a service of the Query protocol.
 *
 * @returns the body of the answer, XML
 * @throws AwsError for every "no"; the transaction has then left no trace
 */
export async function dispatch(
  service: QueryService,
  form: Form,
  caller: CallerOf,
  controlPlane: ControlPlane,
): Promise<string> {
  const name = form.get('Action');
  if (name === undefined || name === '') throw missingAction();
  const input = readInput(name, form, service.model);
  const output = await service.call(name, input, caller, controlPlane);
  return writeResponse(name, output, caller.requestId, service.model);
}

/** What conditions can ask about the request as such. */
export function wireOf({ region, connection }: Pick<CallerOf, 'region' | 'connection'>, nowMs: number): Wire {
  return { secureTransport: false, ...connection, region, nowMs };
}

/** Runs one EC2 action whose input has been read already. */
export function callAction(
  name: string,
  input: object,
  caller: CallerOf,
  { store, clock, rules, judge, host }: ControlPlane,
): Promise<object> {
  const run = ec2Actions[name];
  if (!run) throw invalidAction(name);
  const { principal, region, requestId } = caller;
  return store.transaction((tx) => {
    const nowMs = clock();
    const scope = { account: principal.account, region };
    const wire = wireOf(caller, nowMs);
    const call: Call = {
      ...{ action: name, requestId, principal, scope, nowMs, rules, host, tx },
      async permit(resources, dryRun, also) {
        const action = `ec2:${name}`;
        const about = ec2Resources({ action, scope, tx }, resources, input);
        await authorize(judge, { principal, action, ...about, wire, tx });
        const tagged = createdTagResources({ scope, tx }, name, input);
        if (tagged.length > 0) await call.permitAlso('ec2:CreateTags', tagged);
        await also?.();
        if (dryRun) throw dryRunOperation();
      },
      permitAlso: (action, resources) => authorize(judge, { principal, action, ...asked(resources), wire, tx }),
    };
    return run(input, call);
  });
}
