/**
 * Operators that do not fit the type of their key, and values that they can never compare.
 *
 * AWS stores such conditions. One that cannot be compared is false, its negation true; text operators on numbers compare
 * digits.
 */

import { parseAddress, parseEnclosingCidr } from '../../cidr.ts';
import { conditionKeyType } from '../condition-keys.ts';
import { contextOf } from '../context.ts';
import { compileCondition, NULL } from '../policy/conditions.ts';
import { clip } from '../policy/json.ts';
import { readNumber } from '../policy/numbers.ts';
import { OPERATORS } from '../policy/operators.ts';
import type { Condition, Located } from '../policy/policy.ts';
import { takeApart, variablesIn } from '../policy/variables.ts';
import type { Found } from './finding.ts';
import { knownValues } from './known-values.ts';
import type { Subject } from './subject.ts';
import { meantBy } from './suggestion.ts';

type Family = 'String' | 'Numeric' | 'Date' | 'Bool' | 'Binary' | 'IpAddress' | 'Arn';

export function familyOf(comparison: string): Family | undefined {
  const [family] = /String|Numeric|Date|Bool|Binary|IpAddress|Arn/.exec(comparison) ?? [];
  return family as Family | undefined;
}

const FAMILY_OF_TYPE: Readonly<Record<string, Family>> = {
  String: 'String',
  Numeric: 'Numeric',
  Date: 'Date',
  Bool: 'Bool',
  IPAddress: 'IpAddress',
  ARN: 'Arn',
};

/** In an example. */
const USUAL: Readonly<Record<Family, string>> = {
  String: 'StringEquals',
  Numeric: 'NumericEquals',
  Date: 'DateEquals',
  Bool: 'Bool',
  Binary: 'BinaryEquals',
  IpAddress: 'IpAddress',
  Arn: 'ArnLike',
};

export function* operatorTypes({ statement }: Subject): Generator<Found> {
  for (const { key, at, comparison, operator } of statement.Condition) {
    const type = conditionKeyType(key)?.replace(/^ArrayOf/, '');
    const wanted = type === undefined ? undefined : FAMILY_OF_TYPE[type];
    const given = familyOf(comparison);
    if (!wanted || !given || given === wanted || isWell(given, wanted, key)) continue;
    const negated = OPERATORS.get(comparison)?.negated === true;
    const says = `\`${clip(key)}\` is of the type ${type}, which \`${operator}\` does not compare`;
    const hint = `use \`${fitting(wanted, negated, comparison)}\``;
    if (given === 'String') {
      const textual = `\`${clip(key)}\` is of the type ${type}, which \`${operator}\` compares as text`;
      yield { severity: 'warning', at, says: textual, hint };
    } else yield { severity: wanted === 'String' ? 'warning' : 'error', at, says, hint };
  }
}

/** Text may be compared with what is text, and the data has some ARNs for text. */
function isWell(given: Family, wanted: Family, key: string): boolean {
  if (given === 'String') return wanted === 'Arn' || wanted === 'IpAddress' || wanted === 'Bool';
  return given === 'Arn' && wanted === 'String' && /arn$/i.test(key);
}

function fitting(wanted: Family, negated: boolean, comparison: string): string {
  const order = /(?:Less|Greater)Than(?:Equals)?$/.exec(comparison)?.[0];
  if (order !== undefined && (wanted === 'Numeric' || wanted === 'Date')) return `${wanted}${order}`;
  if (!negated || wanted === 'Bool' || wanted === 'Binary') return USUAL[wanted];
  return wanted === 'IpAddress' ? 'NotIpAddress' : USUAL[wanted].replace(/(?=Equals|Like)/, 'Not');
}

// ─── Values ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export function* impossibleValues({ statement, variables }: Subject): Generator<Found> {
  for (const condition of statement.Condition) {
    if (condition.values.length === 0) yield withoutValues(condition, variables);
    for (const value of condition.values) {
      if (variables && variablesIn(value.text).length > 0) continue;
      const found = unreadable(condition, value) ?? unknownValue(condition, value) ?? literalWildcard(condition, value);
      if (found) yield { at: value.at, ...found };
    }
  }
}

function withoutValues(condition: Condition, variables: boolean): Found {
  const { key, operator, at } = condition;
  const holds = compileCondition(condition, variables)(contextOf({ [key]: 'any' }));
  const effect = holds ? 'nothing is excluded' : 'the statement can never match';
  return { severity: 'error', at, says: `\`${operator}\` has no value to compare \`${clip(key)}\` with; ${effect}` };
}

type Problem = Omit<Found, 'at'>;

function unreadable({ comparison, operator }: Condition, { text }: Located): Problem | undefined {
  const no = (what: string): Problem => ({
    severity: 'error',
    says: `\`${clip(text)}\` is no ${what} for \`${operator}\``,
  });
  const isBoolean = /^(?:true|false)$/i.test(text);
  if (comparison === NULL || comparison === 'Bool') return isBoolean ? undefined : no('boolean');
  switch (familyOf(comparison)) {
    case 'Numeric':
      return readNumber(text) === undefined ? no('number') : undefined;
    case 'IpAddress':
      return parseAddress(text) || parseEnclosingCidr(text) ? undefined : no('IP address or block');
    case 'Arn':
      return text === '*' || /^(?:arn|\*)(?::[^:]*){4}:/.test(text) ? undefined : no('ARN of six parts');
    default:
      return undefined;
  }
}

/** `Required` where AWS has `required`. */
function unknownValue({ key, comparison, operator }: Condition, { text }: Located): Problem | undefined {
  const known = knownValues(key);
  if (!known || comparison === NULL) return undefined;
  const family = familyOf(comparison);
  if (family === 'Numeric' && /Equals$/.test(comparison) && !/Than/.test(comparison)) {
    const isOne = known.some((value) => Number(value) === Number(text));
    return isOne
      ? undefined
      : { severity: 'error', says: `\`${clip(key)}\` is never ${clip(text)}`, hint: rangeOf(known) };
  }
  if (!/^String(?:Not)?Equals$/.test(comparison) || known.includes(text) || /[*?]/.test(text)) return undefined;
  const meant = known.length > 10 ? undefined : meantBy(text, known);
  return {
    severity: 'error',
    says: `\`${clip(key)}\` is never \`${clip(text)}\`, to which \`${operator}\` compares it`,
    hint: meant ? `did you mean \`${meant}\`?` : rangeOf(known),
  };
}

function rangeOf(known: readonly string[]): string {
  return known.length > 10 ? `it is from ${known[0]} to ${known.at(-1)}` : `it is ${known.join(' or ')}`;
}

/** Only the operators with Like in their name, and those of ARNs, know wildcards. */
function literalWildcard({ key, comparison, operator }: Condition, { text }: Located): Problem | undefined {
  if (!/^String(?:Not)?Equals/.test(comparison) || /^ec2:\w+ID$/i.test(key)) return undefined;
  const wildcard = takeApart(text, true).find((piece) => 'wildcard' in piece);
  if (!wildcard) return undefined;
  const like = operator.replace(/Equals(?:IgnoreCase)?/, 'Like');
  return {
    // What an ARN never has in it. A tag's value may well have.
    severity: conditionKeyType(key) === 'ARN' ? 'error' : 'warning',
    says: `\`${operator}\` takes the \`${wildcard.wildcard}\` of \`${clip(text)}\` for a character`,
    hint: `with \`${like}\` it is a wildcard`,
  };
}
