/**
 * What conditions can ask about the resources of a call.
 */

import type { Keys } from '../iam/context.ts';
import type { ResourceContext } from '../iam/ec2-context.ts';
import type { Scope } from '../model.ts';
import type { Transaction } from '../store/store.ts';

export function resourceKeys(
  _call: { action: string; scope: Scope; tx: Transaction },
  _input: object = {},
  _given: readonly (string | ResourceContext)[] = [],
): (arn: string) => Promise<Keys> {
  return async () => ({});
}
