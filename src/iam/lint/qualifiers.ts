/**
 * `ForAllValues:` and `ForAnyValue:` where they do what few expect, and keys of several values without either.
 */

import { conditionKeyType } from '../condition-keys.ts';
import { NULL } from '../policy/conditions.ts';
import { clip } from '../policy/json.ts';
import type { Condition, Statement } from '../policy/policy.ts';
import type { Found } from './finding.ts';
import type { Subject } from './subject.ts';

export function* qualifiers({ statement }: Subject): Generator<Found> {
  for (const condition of statement.Condition) {
    const { key, at, operator, qualifier, comparison } = condition;
    if (qualifier !== undefined && comparison === NULL) {
      const says = `\`${operator}\` is always ${qualifier === 'ForAllValues'}, whatever there is`;
      yield { severity: 'error', at, says, hint: 'write `Null`' };
    } else if (qualifier === 'ForAllValues' && statement.Effect === 'Allow' && !isAskedFor(statement, condition)) {
      const says = `\`${operator}\` is true where there is no \`${clip(key)}\`, and then this allows`;
      yield { severity: 'warning', at, says, hint: `add \`"Null": {"${clip(key)}": "false"}\`` };
    } else if (qualifier === undefined && isList(condition)) {
      const says = `\`${clip(key)}\` has several values, and \`${operator}\` without a qualifier leaves open how many have to be so`;
      yield {
        severity: 'warning',
        at,
        says,
        hint: `write \`ForAnyValue:${operator}\` or \`ForAllValues:${operator}\``,
      };
    }
  }
}

function isList({ key, comparison }: Condition): boolean {
  return comparison !== NULL && conditionKeyType(key)?.startsWith('ArrayOf') === true;
}

/** `Null: false` beside it. */
function isAskedFor({ Condition }: Statement, { key }: Condition): boolean {
  return Condition.some(
    (other) =>
      other.comparison === NULL &&
      other.key.toLowerCase() === key.toLowerCase() &&
      other.values.every(({ text }) => text.toLowerCase() === 'false'),
  );
}
