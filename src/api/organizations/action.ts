/** An action of Organizations from what its input may be and what it does. */

import type { JsonAction, JsonCall } from '../json-call.ts';
import { type Input, type Members, readMembers } from './members.ts';

export function action<M extends Members, O extends object>(
  members: M,
  run: (input: Input<M>, call: JsonCall) => Promise<O>,
): JsonAction {
  return (body, call) => run(readMembers(body, members), call);
}

/** What actions answer that have nothing to say. */
export const DONE = {};
