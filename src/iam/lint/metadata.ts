/**
 * What people get wrong about the keys of metadata options (aws-behaviour 4.1, 4.2).
 *
 * On an existing instance they say how it is, not what a request wants; at a launch they are there only if the request or its
 * launch template gives the option.
 */

import { contextOf } from '../context.ts';
import { compileCondition } from '../policy/conditions.ts';
import { clip } from '../policy/json.ts';
import { OPERATORS } from '../policy/operators.ts';
import type { Condition } from '../policy/policy.ts';
import type { Found } from './finding.ts';
import { STATE_KEYS } from './known-values.ts';
import type { Subject } from './subject.ts';

const MODIFY = 'ec2:modifyinstancemetadataoptions';
const LAUNCH = 'ec2:runinstances';

/** rule: state-is-not-request. A Deny of ModifyInstanceMetadataOptions while the instance is open keeps it open. */
export function* deniesTheFix({ statement, named, variables }: Subject): Generator<Found> {
  if (statement.Effect !== 'Deny' || !named.has(MODIFY)) return;
  for (const condition of statement.Condition) {
    const state = stateOf(condition);
    if (!state) continue;
    const holds = (value: string) => compileCondition(condition, variables)(contextOf({ [condition.key]: value }));
    if (!holds(state.open) || holds(state.closed)) continue;
    const says = `\`${clip(condition.key)}\` says how the instance is, so that this denies the very call which would change it from ${state.open} to ${state.closed}`;
    const hint = `what a call asks for is \`ec2:Attribute/${attributeOf(condition.key)}\``;
    yield { severity: 'warning', at: condition.at, says, hint };
  }
}

/** A Deny of launches whose condition needs the key: one that does not name the option is let pass. */
export function* letsPassWhatIsNotSaid({ statement, named }: Subject): Generator<Found> {
  if (statement.Effect !== 'Deny' || !named.has(LAUNCH)) return;
  for (const condition of statement.Condition) {
    if (!stateOf(condition) || condition.ifExists || OPERATORS.get(condition.comparison)?.negated !== false) continue;
    const says = `a launch that does not name ${attributeOf(condition.key)} has no \`${clip(condition.key)}\` and is not denied, whatever the account or the AMI makes of it`;
    yield { severity: 'note', at: condition.at, says };
  }
}

function stateOf({ key }: Condition): { open: string; closed: string } | undefined {
  const lower = key.toLowerCase();
  return Object.hasOwn(STATE_KEYS, lower) ? STATE_KEYS[lower] : undefined;
}

function attributeOf(key: string): string {
  return key.replace(/^ec2:(?:Metadata(?=Http))?/i, '');
}
