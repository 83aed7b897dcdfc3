/**
 * A call as the engine is asked about it: who asks and how is known once, what a resource adds comes for each of them.
 *
 * The judge of the API and the rehearsal of policies (`rehearsal/`) both ask like this, so that what is rehearsed is what
 * happens.
 */

import {
  type Caller,
  type Context,
  callerKeys,
  contextOf,
  extendContext,
  resourceOwnerKeys,
  type Wire,
  wireKeys,
} from './context.ts';
import type { ResourceContext } from './ec2-context.ts';
import type { Request } from './evaluate.ts';
import { splitArn } from './policy/arns.ts';

/** Who asks, with the context of the call, which is the same for all of its resources. */
export type Asker = { caller: Caller; context: Context };

export function askerOf(caller: Caller, wire: Wire): Asker {
  return { caller, context: contextOf(callerKeys(caller), wireKeys(wire)) };
}

/** The question about one resource. @param arn `*` for an action without resources */
export function resourceRequest({ caller, context }: Asker, action: string, { arn, keys }: ResourceContext): Request {
  const { principal, organization } = caller;
  const account = splitArn(arn)?.[4] ?? '';
  // Nobody knows here in which organization another account is.
  const owner =
    account === '' ? {} : resourceOwnerKeys(account, account === principal.account ? organization : undefined);
  return { principal, action, resource: arn, context: extendContext(context, owner, keys) };
}
