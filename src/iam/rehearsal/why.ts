/**
 * A decision in words: which statement made it and where it stands, what its conditions met, and why others did not match.
 *
 * Only words are made here, for people; nothing is decided, and whoever prints them makes them printable.
 */

import type { Decision, MatchedStatement, PolicyType, Request } from '../evaluate.ts';
import type { Statement } from '../policy/policy.ts';
import { MADE_UP } from './rehearse.ts';
import type { ConditionTrial, Trial } from './trials.ts';

const LAYERS: Readonly<Record<PolicyType, string>> = {
  scp: 'service control policy',
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  trust: 'role trust policy',
  resource: 'resource-based policy',
};

export type Placed = Pick<MatchedStatement, 'from' | 'statement' | 'index'>;

/** `policy.json:4:5 RequireImdsV2`. */
export function placeOf({ from, statement, index }: Placed): string {
  const name = statement.Sid || `statement ${index + 1}`;
  if (from.name === MADE_UP) return MADE_UP;
  return `${from.name}:${statement.start.line}:${statement.start.column} ${name}`;
}

/** For a line of a table: `denied by policy.json:4:5 RequireImdsV2`. */
export function decisionInShort({ decision, type, statement }: Decision): string {
  if (!statement)
    return decision === 'allowed' ? 'allowed' : `denied, no ${type === undefined ? 'policy' : LAYERS[type]} allows it`;
  return `${decision === 'allowed' ? 'allowed' : 'denied'} by ${placeOf(statement)}`;
}

/** One sentence, without a full stop. @param place how a statement is called */
export function decisionInWords({ decision, type, statement }: Decision, place = placeOf): string {
  if (decision === 'explicitDeny' && statement)
    return `explicit deny in the ${LAYERS[statement.type]} ${place(statement)}`;
  if (decision === 'allowed') return statement ? `allowed by ${place(statement)}` : 'root needs no policy';
  return `implicit deny: no ${type === undefined ? 'policy' : LAYERS[type]} allows it`;
}

/** `ec2:MetadataHttpTokens is "optional": StringNotEquals "required" holds`. */
export function conditionInWords({ condition, holds, given }: ConditionTrial): string {
  const { key, operator, values } = condition;
  const has = given === undefined ? 'is not in the request' : `is ${several(given)}`;
  return `${key} ${has}: ${operator} ${several(values.map(({ text }) => text))} ${holds ? 'holds' : 'does not hold'}`;
}

/** Why a statement does not match; undefined where it does. */
export function missInWords({ fails, conditions, statement }: Trial, { resource }: Request): string | undefined {
  switch (fails) {
    case undefined:
      return undefined;
    case 'action':
      return 'is about other actions';
    case 'resource':
      return `is about ${resourcesOf(statement)}, not ${shortArn(resource)}`;
    case 'condition':
      return conditions
        .filter(({ holds }) => !holds)
        .slice(0, 2)
        .map(conditionInWords)
        .join('; ');
  }
}

function resourcesOf({ Resource, NotResource }: Statement): string {
  const texts = (Resource ?? NotResource ?? []).map(({ text }) => shortArn(text));
  const shown = texts.slice(0, 2).join(', ');
  return `${NotResource ? 'anything but ' : ''}${shown}${texts.length > 2 ? ', …' : ''}`;
}

/** `instance/i-0…` for the ARN of one: what the parts before say is the same for all. */
export function shortArn(arn: string): string {
  return /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)$/.exec(arn)?.[1] ?? arn;
}

function several(values: readonly string[]): string {
  const shown = values.slice(0, 4).map((value) => JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value));
  return `${shown.join(' or ')}${values.length > 4 ? ' or …' : ''}`;
}
