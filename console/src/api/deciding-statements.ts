/**
 * The policy statements that decided a denial, from the encoded message that EC2 sends along, for who may decode it.
 *
 * To whom it is not told, nothing is said of why: AWS leaves it to policies as well who may know.
 */

import type { Api } from './api.ts';
import type { ApiError } from './api-error.ts';

/** A statement in the form of STS, its lists taken out of their `items`. */
export type DecidingStatement = {
  statementId: string;
  effect: 'ALLOW' | 'DENY';
  actions: string[];
  resources: string[];
  conditions: ComparedKey[];
};

/** What a condition compares; with which operator, STS does not tell. */
export type ComparedKey = { key: string; values: string[]; inRequest: string[] | undefined };

export type Denial = {
  action: string;
  resource: string;
  /** Those that deny it; of those that allow it none decided. Empty where one that allows it is missing. */
  statements: DecidingStatement[];
};

type Items<T> = { items: T[] };
type Value = { value: string };

type DecodedMessage = {
  matchedStatements: Items<{
    statementId: string;
    effect: 'ALLOW' | 'DENY';
    actions: Items<Value>;
    resources: Items<Value>;
    conditions: Items<{ key: string; values: Items<Value> }>;
  }>;
  context: { action: string; resource: string; conditions: Items<{ key: string; values: Items<Value> }> };
};

/** @returns undefined where there is nothing to decode or this caller may not: the error's own words must do then */
export async function decidingStatements(api: Api, error: ApiError): Promise<Denial | undefined> {
  const { encodedMessage } = error;
  if (encodedMessage === undefined) return undefined;
  try {
    const { DecodedMessage } = await api.sts('DecodeAuthorizationMessage', { EncodedMessage: encodedMessage });
    return readDenial(JSON.parse(DecodedMessage ?? '{}') as DecodedMessage);
  } catch {
    return undefined;
  }
}

function readDenial({ matchedStatements, context }: DecodedMessage): Denial {
  const { action, resource } = context;
  const asked = new Map(context.conditions.items.map(({ key, values }) => [key.toLowerCase(), textsOf(values)]));
  const denying = matchedStatements.items.filter(({ effect }) => effect === 'DENY');
  const statements = denying.map(({ statementId, effect, actions, resources, conditions }) => ({
    statementId,
    effect,
    actions: textsOf(actions),
    resources: textsOf(resources),
    conditions: conditions.items.map(({ key, values }) => {
      return { key, values: textsOf(values), inRequest: asked.get(key.toLowerCase()) };
    }),
  }));
  return { action, resource, statements };
}

function textsOf({ items }: Items<Value>): string[] {
  return items.map(({ value }) => value);
}
