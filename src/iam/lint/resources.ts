/**
 * Resources that none of the statement's actions has, and actions that no resource of the statement is for.
 *
 * An action without resources, such as ModifyInstanceMetadataDefaults, is asked about with `*` and matches nothing else.
 */

import { arnFormat } from '../condition-keys.ts';
import { splitParts } from '../policy/arns.ts';
import { clip } from '../policy/json.ts';
import type { Located } from '../policy/policy.ts';
import type { Found } from './finding.ts';
import { couldBe, type Subject, typeName } from './subject.ts';
import { meantBy } from './suggestion.ts';

export function* resources(subject: Subject): Generator<Found> {
  const { statement, elsewhere, actions } = subject;
  if (!statement.Resource || elsewhere || actions.length === 0 || actions.every(hasNone)) {
    yield* onlyStar(subject);
    return;
  }
  const formats = formatsOf(subject);
  for (const resource of statement.Resource) {
    if (resource.text !== '*' && !formats.some((format) => couldBe(resource.text, format, subject.variables))) {
      yield noSuchResource(subject, resource, formats);
    }
  }
  yield* actionsWithout(subject);
}

function hasNone({ resourceTypes }: { resourceTypes: readonly unknown[] }): boolean {
  return resourceTypes.length === 0;
}

/** The ARN formats of everything that the actions can be asked about. */
function formatsOf({ actions }: Subject): (string | undefined)[] {
  return [
    ...new Set(actions.flatMap((facts) => facts.resourceTypes.map(({ type }) => arnFormat(typeName(facts, type))))),
  ];
}

function noSuchResource({ actions }: Subject, { text, at }: Located, formats: (string | undefined)[]): Found {
  const [first] = actions;
  const who = actions.length === 1 && first ? `\`${first.action}\` is` : 'these actions are';
  const says = `${who} never asked about \`${clip(text)}\``;
  const known = formats.filter((format) => format !== undefined);
  const meant = closestFormat(text, known) ?? (known.length === 1 ? known[0] : undefined);
  return {
    severity: 'error',
    at,
    says,
    ...(meant !== undefined && { hint: `its resources are as \`${asPattern(meant)}\`` }),
  };
}

/** By the type of the resource, which is what people misspell, or forget the `/*` after. */
function closestFormat(text: string, formats: readonly string[]): string | undefined {
  const typeOf = (arn: string) => (splitParts(arn, true)[5] ?? '').split('/')[0] ?? '';
  const types = new Map(formats.map((format) => [typeOf(format), format]));
  const meant = meantBy(typeOf(text), types.keys());
  return types.get(typeOf(text)) ?? (meant === undefined ? undefined : types.get(meant));
}

function asPattern(format: string): string {
  return format.replace(/^arn:[^:]*/, 'arn:aws').replace(/\$\{\w+\}/g, '*');
}

/** An action that is written in full beside others, and none of the resources is one of its own. */
function* actionsWithout({ statement, named, asked, actions }: Subject): Generator<Found> {
  if (statement.Resource?.some(({ text }) => text === '*')) return;
  const possible = new Set(asked().map(({ facts }) => facts));
  // Where there is none at all, each of the resources has been found.
  if (possible.size === 0 && !actions.some(hasNone)) return;
  for (const { text, at } of statement.Action ?? []) {
    const facts = actions.find(({ action }) => action.toLowerCase() === text.toLowerCase());
    if (!facts || !named.has(text.toLowerCase()) || possible.has(facts)) continue;
    yield hasNone(facts)
      ? {
          severity: 'error',
          at,
          says: `\`${facts.action}\` has no resources, so that only \`*\` is it`,
          hint: 'give it a statement with `"Resource": "*"`',
        }
      : { severity: 'error', at, says: `\`${facts.action}\` is never asked about any of these resources` };
  }
}

/** Every action of the statement has none. */
function* onlyStar({ statement, elsewhere, actions }: Subject): Generator<Found> {
  if (!statement.Resource || elsewhere || actions.length === 0) return;
  if (statement.Resource.some(({ text }) => text === '*')) return;
  const [first] = statement.Resource;
  const who = actions.length === 1 ? `\`${actions[0]?.action}\` has no resources` : 'these actions have no resources';
  const says = `${who}, so that the statement can never match`;
  yield { severity: 'error', at: first?.at ?? statement.start, says, hint: 'write `"Resource": "*"`' };
}
