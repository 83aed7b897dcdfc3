/**
 * Condition keys, and variables, that do not exist; and attributes that a request cannot set.
 *
 * Keys of identity providers and of services that are not in the table are let pass.
 */

import { conditionKeyNames, conditionKeyType, knownServices } from '../condition-keys.ts';
import { clip } from '../policy/json.ts';
import { variablesIn } from '../policy/variables.ts';
import type { Found } from './finding.ts';
import { knownAttributes } from './known-values.ts';
import { isKnownService, type Subject } from './subject.ts';
import { editDistance, meantBy } from './suggestion.ts';

export function* unknownKeys({ statement, variables }: Subject): Generator<Found> {
  for (const { key, at } of statement.Condition) {
    if (isUnknown(key))
      yield { severity: 'error', at, says: `there is no condition key \`${clip(key)}\``, ...hint(key) };
  }
  if (!variables) return;
  const values = statement.Condition.flatMap((condition) => condition.values);
  for (const { text, at } of [...(statement.Resource ?? statement.NotResource ?? []), ...values]) {
    const unknown = variablesIn(text).find(isUnknown);
    if (unknown === undefined) continue;
    const says = `there is no key \`${clip(unknown)}\`, so that this variable has no value and nothing matches`;
    yield { severity: 'error', at, says, ...hint(unknown) };
  }
}

/** Whether a key is one that would be in the table if there were it. */
function isUnknown(key: string): boolean {
  if (conditionKeyType(key) !== undefined) return false;
  const [prefix = '', name] = key.split(':');
  // `accounts.google.com:sub` and the like.
  if (/[./]/.test(prefix)) return false;
  return name === undefined || prefix.toLowerCase() === 'aws' || isKnownService(prefix) || meantKey(key) !== undefined;
}

function hint(key: string): Pick<Found, 'hint'> {
  const meant = meantKey(key);
  return meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` };
}

function meantKey(key: string): string | undefined {
  const [prefix = '', name] = key.toLowerCase().split(':');
  if (name === undefined || prefix === 'aws' || isKnownService(prefix)) return meantBy(key, conditionKeyNames());
  // `e2c:Vpc`; but `s3:Vpc` may well be a key of S3.
  const services = ['aws', ...knownServices()].filter((service) => editDistance(prefix, service, 1) <= 1);
  return services.map((service) => `${service}:${name}`).flatMap((meant) => asSpelled(meant) ?? [])[0];
}

function asSpelled(key: string): string | undefined {
  return conditionKeyNames().find((name) => name.toLowerCase() === key);
}

/** `ec2:Attribute/HttpToken`: any attribute could be asked about, but these calls have but a few. */
export function* unknownAttributes({ statement, actions, elsewhere }: Subject): Generator<Found> {
  const lists = actions.map(({ action }) => knownAttributes(action));
  if (elsewhere || lists.length === 0 || lists.includes(undefined)) return;
  const known = new Set(lists.flatMap((list) => list ?? []));
  const lower = new Set([...known].map((name) => name.toLowerCase()));
  for (const { key, at, values, comparison } of statement.Condition) {
    const [, name] = /^ec2:attribute\/(.*)$/is.exec(key) ?? [];
    if (name !== undefined && !lower.has(name.toLowerCase())) yield noSuch(name, at, known, 'ec2:Attribute/');
    if (!/^ec2:attribute$/i.test(key) || !/^String(?:Not)?Equals$/.test(comparison)) continue;
    for (const value of values) {
      if (!known.has(value.text) && !value.text.includes('${')) yield noSuch(value.text, value.at, known, '');
    }
  }
}

function noSuch(name: string, at: number, known: ReadonlySet<string>, prefix: string): Found {
  const meant = meantBy(name, known);
  const hint = meant ? `did you mean \`${prefix}${meant}\`?` : `there are ${[...known].join(', ')}`;
  return { severity: 'error', at, says: `these actions set no attribute \`${clip(name)}\``, hint };
}
