/**
 * A statement as the rules look at it: which actions of the table it is about, and which of their resources.
 *
 * Of services that are not in the table nothing is known, so that a statement about them too is judged by what is known of
 * the others only where that decides. What patterns mean is kept while one policy is looked at.
 */

import {
  type ActionFacts,
  actionsOf,
  arnFormat,
  findAction,
  hasConditionKey,
  knownServices,
} from '../condition-keys.ts';
import { ANY_PART, splitParts } from '../policy/arns.ts';
import { hasVariables, type Policy, type Statement } from '../policy/policy.ts';
import { takeApart, takeApartFixed } from '../policy/variables.ts';
import { matcherOf } from '../policy/wildcards.ts';

/** An action on one type of its resources; `undefined` where it is asked about with `*`. */
export type Asked = { facts: ActionFacts; type: string | undefined; required: boolean };

export type Subject = {
  policy: Policy;
  statement: Statement;
  /** Whether the version of the policy has variables. */
  variables: boolean;
  /** Those of the table. */
  actions: readonly ActionFacts[];
  /** In lower case: those that are written without wildcards. */
  named: ReadonlySet<string>;
  /** It is also about services that the table does not know, or may be. */
  elsewhere: boolean;
  /** The questions that the statement is about, as far as the table knows. */
  asked(): readonly Asked[];
};

/** Makes subjects of the statements of one policy. */
export function* subjectsOf(policy: Policy): Generator<Subject> {
  const variables = hasVariables(policy);
  const actionsBy = remembered(actionsMatching);
  const typesBy = remembered((pattern: string) => typesMatching(pattern, variables));
  for (const statement of policy.Statement) yield subjectOf(statement);

  function subjectOf(statement: Statement): Subject {
    const patterns = (statement.Action ?? statement.NotAction ?? []).map(({ text }) => text.toLowerCase());
    const matched = new Set(patterns.flatMap((pattern) => actionsBy(pattern)));
    const actions = statement.Action ? [...matched] : allActions().filter((facts) => !matched.has(facts));
    let asked: Asked[] | undefined;
    return {
      policy,
      statement,
      variables,
      actions,
      named: new Set(statement.Action ? patterns.filter((pattern) => !/[*?]/.test(pattern)) : []),
      elsewhere: !statement.Action || patterns.some(isElsewhere),
      asked: () => (asked ??= actions.flatMap((facts) => askedOf(facts, statement, typesBy))),
    };
  }
}

function remembered<T>(find: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text) ?? find(text);
    known.set(text, found);
    return found;
  };
}

// ─── Actions ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const SERVICES = new Set(knownServices());

let all: readonly ActionFacts[] | undefined;

/** Every action of the table. */
export function allActions(): readonly ActionFacts[] {
  all ??= [...SERVICES].flatMap(actionsOf).flatMap((action) => findAction(action) ?? []);
  return all;
}

export function isKnownService(service: string): boolean {
  return SERVICES.has(service.toLowerCase());
}

/** @param pattern in lower case */
function actionsMatching(pattern: string): readonly ActionFacts[] {
  const matches = matcherOf(takeApartFixed(pattern));
  if (!/[*?]/.test(pattern)) return [findAction(pattern) ?? []].flat();
  return allActions().filter(({ action }) => matches(action.toLowerCase()));
}

function isElsewhere(pattern: string): boolean {
  return !isKnownService(pattern.split(':')[0] ?? '');
}

/** Actions of the table that a pattern of a policy means. */
export function actionsMeant(pattern: string): readonly ActionFacts[] {
  return actionsMatching(pattern.toLowerCase());
}

// ─── Resources ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Types of resources as `ec2:instance`; `everything` for `*`, which is also what has no resource. */
type Types = 'everything' | ReadonlySet<string>;

function askedOf(facts: ActionFacts, { Resource }: Statement, typesBy: (pattern: string) => Types): Asked[] {
  const meant = Resource?.map(({ text }) => typesBy(text));
  const isMeant = (type: string) =>
    meant === undefined || meant.some((types) => types === 'everything' || types.has(typeName(facts, type)));
  if (facts.resourceTypes.length === 0) {
    const isStar = meant === undefined || meant.includes('everything');
    return isStar ? [{ facts, type: undefined, required: true }] : [];
  }
  return facts.resourceTypes
    .filter(({ type }) => isMeant(type))
    .map(({ type, required }) => ({ facts, type, required }));
}

export function typeName({ action }: ActionFacts, type: string): string {
  return `${action.split(':')[0]}:${type}`;
}

/** Whether the action has the key on this type of resource. */
export function hasKey({ facts, type }: Asked, key: string): boolean {
  return hasConditionKey(facts.action, type, key);
}

function typesMatching(pattern: string, variables: boolean): Types {
  if (pattern === '*') return 'everything';
  const names = new Set(allActions().flatMap((facts) => facts.resourceTypes.map(({ type }) => typeName(facts, type))));
  return new Set([...names].filter((name) => couldBe(pattern, arnFormat(name), variables)));
}

/**
 * Whether a pattern can match ARNs of a format. Beginnings are compared, up to the first wildcard, part by part; it may say
 * yes too often, and never no.
 */
export function couldBe(pattern: string, format: string | undefined, variables: boolean): boolean {
  if (format === undefined) return true;
  const given = splitParts(pattern, variables);
  const wanted = splitParts(format, true);
  return wanted.every((part, index) => couldMeet(given[index] ?? ANY_PART, part, variables));
}

function couldMeet(given: string, wanted: string, variables: boolean): boolean {
  const [a, b] = [beginning(given, variables), beginning(wanted, true)];
  if (a.whole && b.whole) return a.text === b.text;
  if (a.whole) return a.text.startsWith(b.text);
  if (b.whole) return b.text.startsWith(a.text);
  return a.text.startsWith(b.text) || b.text.startsWith(a.text);
}

/** The text before the first wildcard or variable. */
function beginning(part: string, variables: boolean): { text: string; whole: boolean } {
  let text = '';
  for (const piece of takeApart(part, variables)) {
    if (!('text' in piece)) return { text, whole: false };
    text += piece.text;
  }
  return { text, whole: true };
}
