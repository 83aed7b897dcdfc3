/**
 * Reads the Condition element of one statement: operators, below each its keys, below each its values.
 *
 * As at AWS an operator that does not exist is an error only where it has keys, and of values only dates are looked at.
 * Numbers and booleans may stand without quotation marks.
 */

import { NULL, readOperator } from './conditions.ts';
import { clip, type JsonObject, type JsonValue, type Member } from './json.ts';
import { readDate } from './numbers.ts';
import { OPERATORS } from './operators.ts';
import type { Condition, Located } from './policy.ts';
import { asObject, below, checkVariables, LEGACY, type Reading, refusal, SYNTAX } from './reading.ts';

/** @param variables whether the version of the policy has them */
export function readCondition(reading: Reading, statement: JsonObject, path: string, variables: boolean): Condition[] {
  const member = statement.members.get('Condition');
  if (!member) return [];
  const own = below(path, 'Condition');
  const operators = asObject(reading, member.value, own, 'a condition');
  return [...operators.members].flatMap(([operator, { keyAt, value }]) =>
    readKeys(reading, operator, { keyAt, value }, below(own, operator), variables),
  );
}

function readKeys(
  reading: Reading,
  operator: string,
  { keyAt, value }: Member,
  path: string,
  variables: boolean,
): Condition[] {
  const keys = asObject(reading, value, path, 'what an operator has');
  const name = readOperator(operator);
  if (!name) {
    if (keys.members.size === 0) return [];
    throw refusal(reading, SYNTAX, keyAt, path, `there is no such operator${suggestion(operator)}`);
  }
  return [...keys.members].map(([key, member]) => {
    const own = below(path, key);
    const values = readValues(reading, member.value, own);
    for (const each of values) checkValue(reading, name.comparison, each, own, variables);
    return { ...name, operator, key, at: member.keyAt, values };
  });
}

function readValues(reading: Reading, value: JsonValue, path: string): Located[] {
  const items = value.kind === 'list' ? value.items : [value];
  return items.map((item) => {
    if ('text' in item) return { text: item.text, at: item.at };
    throw refusal(reading, SYNTAX, item.at, path, 'a value is a string, a number, true or false');
  });
}

function checkValue(reading: Reading, comparison: string, value: Located, path: string, variables: boolean): void {
  if (variables && /^(?:String|Arn|Bool)/.test(comparison)) checkVariables(reading, value, path);
  if (comparison.startsWith('Date') && readDate(value.text) === undefined) {
    throw refusal(reading, LEGACY, value.at, path, `\`${clip(value.text)}\` is no date`);
  }
}

function suggestion(operator: string): string {
  if (/^Null(?=IfExists$)/i.test(operator)) return '; `Null` asks that already';
  const bare = operator.replace(/^.*:|IfExists$/g, '').toLowerCase();
  const meant = [...OPERATORS.keys(), NULL].find((name) => name.toLowerCase() === bare);
  return meant === undefined ? '' : `; it is written \`${meant}\``;
}
