/**
 * Conditions compiled: whether the request is as one key below one operator says.
 *
 * AWS's rules for all operators alike (aws-behaviour 4.3): a missing key makes an operator false and its negation true;
 * `IfExists` makes both true; several values in the policy are alternatives, for a negation none may match; with several
 * values in the request `ForAllValues:` asks all of them and `ForAnyValue:` one. Without a qualifier, which AWS leaves
 * open, one value has to match, and for a negation none may.
 */

import type { Context } from '../context.ts';
import { OPERATORS, type Operator } from './operators.ts';
import type { Test } from './patterns.ts';
import type { Condition, Qualifier } from './policy.ts';

export type CompiledCondition = (context: Context) => boolean;

/** An operator's name taken apart; undefined for one that there is not. */
export type OperatorName = { comparison: string; qualifier?: Qualifier; ifExists: boolean };

export const NULL = 'Null';
const IF_EXISTS = 'IfExists';

/** `ForAnyValue:StringLikeIfExists` is StringLike, ForAnyValue, IfExists. `Null` cannot have IfExists. */
export function readOperator(name: string): OperatorName | undefined {
  const [, qualifier, rest = ''] = /^(?:(ForAllValues|ForAnyValue):)?(.*)$/s.exec(name) ?? [];
  const ifExists = rest.endsWith(IF_EXISTS);
  const comparison = ifExists ? rest.slice(0, -IF_EXISTS.length) : rest;
  if (comparison === NULL ? ifExists : !OPERATORS.has(comparison)) return undefined;
  return { comparison, ifExists, ...(qualifier !== undefined && { qualifier: qualifier as Qualifier }) };
}

/** @param variables whether the version of the policy has them */
export function compileCondition(condition: Condition, variables: boolean): CompiledCondition {
  const key = condition.key.toLowerCase();
  if (condition.comparison === NULL) return compileNull(key, condition);
  const operator = OPERATORS.get(condition.comparison);
  // The reader lets an unknown operator pass only where it is asked nothing.
  if (!operator) return () => true;
  const tests = condition.values.map(({ text }) => operator.compile(text, variables));
  return (context) => {
    const values = context.get(key)?.values;
    if (values === undefined) return holdsWithoutKey(condition, operator);
    return holds(condition.qualifier, operator, tests, values, context);
  };
}

/** AWS: with a qualifier it is always true or always false. */
function compileNull(key: string, { qualifier, values }: Condition): CompiledCondition {
  if (qualifier !== undefined) return () => qualifier === 'ForAllValues';
  const wanted = values.map(({ text }) => text.toLowerCase());
  return (context) => wanted.includes(String(!context.has(key)));
}

/** rule: missing-keys */
function holdsWithoutKey({ qualifier, ifExists }: Condition, { negated }: Operator): boolean {
  if (ifExists) return true;
  return qualifier === undefined ? negated : qualifier === 'ForAllValues';
}

function holds(
  qualifier: Qualifier | undefined,
  { negated }: Operator,
  tests: readonly Test[],
  values: readonly string[],
  context: Context,
): boolean {
  // AWS: a set of nothing but empty strings is an empty set.
  if (qualifier !== undefined && values.every((value) => value === '')) return qualifier === 'ForAllValues';
  const mustAll = qualifier === undefined ? negated : qualifier === 'ForAllValues';
  for (const value of values) {
    if (isAsOne(tests, value, context) === negated ? mustAll : !mustAll) return !mustAll;
  }
  return mustAll;
}

function isAsOne(tests: readonly Test[], value: string, context: Context): boolean {
  for (const test of tests) if (test(value, context)) return true;
  return false;
}
