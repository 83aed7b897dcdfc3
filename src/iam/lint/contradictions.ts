/**
 * Conditions on one key that cannot all hold, so that the statement never matches.
 *
 * It tries them: on every value that could do, and on no value at all. That decides it where a condition leaves only so many
 * values, or where all compare numbers or dates; where neither is so it says nothing.
 */

import { conditionKeyType } from '../condition-keys.ts';
import { contextOf } from '../context.ts';
import { compileCondition, NULL } from '../policy/conditions.ts';
import { clip } from '../policy/json.ts';
import { readDate, readNumber } from '../policy/numbers.ts';
import { OPERATORS } from '../policy/operators.ts';
import type { Condition } from '../policy/policy.ts';
import { variablesIn } from '../policy/variables.ts';
import type { Found } from './finding.ts';
import { knownValues } from './known-values.ts';
import { familyOf } from './operators.ts';
import type { Subject } from './subject.ts';

/** Every value is tried with every condition. */
const MOST = 200;

export function* contradictions({ statement, variables }: Subject): Generator<Found> {
  for (const conditions of Map.groupBy(statement.Condition, ({ key }) => key.toLowerCase()).values()) {
    const [first] = conditions;
    if (!first || conditions.some(isOpen) || (conditions.length === 1 && !isRange(first))) continue;
    const candidates = candidatesFor(first.key, conditions);
    if (candidates === undefined || candidates.length * conditions.length > MOST * MOST) continue;
    const compiled = conditions.map((condition) => compileCondition(condition, variables));
    const holds = (value: string | undefined) => {
      const context = contextOf({ [first.key]: value });
      return compiled.every((each) => each(context));
    };
    if (holds(undefined) || candidates.some(holds)) continue;
    const said = conditions.slice(0, 3).map(({ operator }) => `\`${operator}\``);
    const says =
      conditions.length === 1
        ? `no value of \`${clip(first.key)}\` is as ${said} says; the statement can never match`
        : `${said.join(' and ')} of \`${clip(first.key)}\` cannot hold together; the statement can never match`;
    yield { severity: 'error', at: conditions.at(-1)?.at ?? first.at, says };
  }
}

/** What one condition alone says of a value is for `operators.ts`; but `above 64` is a contradiction in itself. */
function isRange({ comparison, values }: Condition): boolean {
  return /Than/.test(comparison) && values.every(({ text }) => readNumber(text) !== undefined);
}

/** Several values, or values that are only known in a request. */
function isOpen({ key, qualifier, values }: Condition): boolean {
  if (qualifier !== undefined || /^ec2:attribute$/i.test(key) || conditionKeyType(key)?.startsWith('ArrayOf'))
    return true;
  return values.length > MOST || values.some(({ text }) => variablesIn(text).length > 0);
}

/** Values of which one holds if any does; undefined where that cannot be said. */
function candidatesFor(key: string, conditions: readonly Condition[]): readonly string[] | undefined {
  const known = knownValues(key);
  if (known) return known;
  const asked = conditions.filter(({ comparison }) => comparison !== NULL);
  // Without a value, or with any one.
  if (asked.length === 0) return ['any'];
  const exact = asked.find(isExact);
  if (exact) return exact.values.map(({ text }) => text);
  if (asked.length < conditions.length && conditions.some(isMissing)) return [];
  if (asked.every(({ comparison }) => familyOf(comparison) === 'Numeric')) return between(asked, readNumber, String);
  if (asked.every(({ comparison }) => familyOf(comparison) === 'Date')) {
    return between(asked, readDate, (ms) => String(Math.floor(ms / 1000)));
  }
  return undefined;
}

/** It holds for these values only, each as it is written. */
function isExact({ comparison, values }: Condition): boolean {
  if (values.length === 0) return OPERATORS.get(comparison)?.negated === false;
  const isLiteral = values.every(({ text }) => !/[*?]/.test(text));
  return comparison === 'StringEquals' || (/^(?:StringLike|ArnEquals|ArnLike)$/.test(comparison) && isLiteral);
}

function isMissing({ comparison, values }: Condition): boolean {
  return comparison === NULL && values.every(({ text }) => text.toLowerCase() === 'true');
}

/** All bounds, and a value on each side of each of them. */
function between(
  conditions: readonly Condition[],
  read: (text: string) => number | undefined,
  write: (value: number) => string,
): string[] {
  const bounds = conditions
    .flatMap(({ values }) => values.flatMap(({ text }) => read(text) ?? []))
    .sort((a, b) => a - b);
  const middles = bounds.slice(1).map((bound, index) => (bound + (bounds[index] ?? bound)) / 2);
  const [least = 0] = bounds;
  return [least - 1e6, ...bounds, ...middles, (bounds.at(-1) ?? 0) + 1e6].map(write);
}
