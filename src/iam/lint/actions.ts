/**
 * Actions that do not exist.
 *
 * Of services that are not in the table only what looks like one that is there, misspelt, is found.
 */

import { actionsOf, knownServices } from '../condition-keys.ts';
import { clip } from '../policy/json.ts';
import type { Located } from '../policy/policy.ts';
import type { Found } from './finding.ts';
import { actionsMeant, allActions, isKnownService, type Subject } from './subject.ts';
import { editDistance, meantBy } from './suggestion.ts';

export function* unknownActions({ statement }: Subject): Generator<Found> {
  for (const action of statement.Action ?? statement.NotAction ?? []) {
    const found = unknownAction(action);
    if (found) yield found;
  }
}

function unknownAction({ text, at }: Located): Found | undefined {
  const [service = '', name = ''] = text.split(':');
  if (text === '*' || /[*?]/.test(service)) return undefined;
  if (!isKnownService(service)) return misspeltService({ text, at }, service, name);
  if (actionsMeant(text).length > 0) return undefined;
  const says = /[*?]/.test(name)
    ? `no action of ${clip(service)} is like \`${clip(text)}\``
    : `there is no action \`${clip(text)}\``;
  const meant = meantBy(text, actionsOf(service));
  return { severity: 'error', at, says, ...(meant !== undefined && { hint: `did you mean \`${meant}\`?` }) };
}

/** `e2c:RunInstances`: another service would hardly have an action of this name. */
function misspeltService({ text, at }: Located, service: string, name: string): Found | undefined {
  const meant = knownServices().find((known) => editDistance(service.toLowerCase(), known, 1) <= 1);
  const exists = allActions().find(({ action }) => action.toLowerCase() === `${meant}:${name.toLowerCase()}`);
  if (!exists) return undefined;
  const says = `\`${clip(text)}\` is no action that is known here`;
  return { severity: 'warning', at, says, hint: `did you mean \`${exists.action}\`?` };
}
