/**
 * Which keys of a request a policy asks for: in its conditions, and as variables.
 *
 * What GetContextKeysForCustomPolicy answers, and what the simulators miss in a request.
 */

import { hasVariables, type Policy, type Statement } from './policy.ts';
import { variablesIn } from './variables.ts';

/** As first written, each once whatever its case. */
export function contextKeysOf(policy: Policy): string[] {
  const variables = hasVariables(policy);
  const keys = new Map<string, string>();
  for (const key of policy.Statement.flatMap((statement) => keysOfStatement(statement, variables))) {
    const lower = key.toLowerCase();
    if (!keys.has(lower)) keys.set(lower, key);
  }
  return [...keys.values()];
}

function keysOfStatement({ Condition, Resource, NotResource }: Statement, variables: boolean): string[] {
  const texts = [...(Resource ?? NotResource ?? []), ...Condition.flatMap(({ values }) => values)];
  return [...Condition.map(({ key }) => key), ...(variables ? texts.flatMap(({ text }) => variablesIn(text)) : [])];
}
