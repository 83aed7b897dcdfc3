/**
 * Keys that exist, but not where the statement asks for them: no action of it has the key, or not on these resources.
 *
 * RunInstances is asked about each resource by itself (aws-behaviour 4.3). Where a key is not there a negated operator is
 * true, so that a Deny on `*` "unless" some key of instances denies every launch through its image. Only keys of services
 * and of tags are judged: the others are there whatever is called.
 */

import { type ActionFacts, conditionKeyType } from '../condition-keys.ts';
import { contextOf } from '../context.ts';
import { compileCondition } from '../policy/conditions.ts';
import { clip } from '../policy/json.ts';
import type { Condition, Statement } from '../policy/policy.ts';
import type { Found } from './finding.ts';
import { counterpart } from './known-values.ts';
import { type Asked, allActions, couldBe, hasKey, isKnownService, type Subject } from './subject.ts';

/** With any call that is signed by an instance's credentials, of whatever service. */
const GLOBAL_LIKE = new Set(['ec2:roledelivery', 'ec2:sourceinstancearn']);
const OF_TAGS = /^aws:(?:resourcetag\/|requesttag\/|tagkeys$)/;
/** Nobody writes more into one statement, and each is looked at on each resource of each action. */
const MOST_CONDITIONS = 100;
const NOTHING = contextOf();

export function* keysOfRequests(subject: Subject): Generator<Found> {
  const conditions = subject.statement.Condition.slice(0, MOST_CONDITIONS).filter(({ key }) => isJudged(key));
  if (conditions.length === 0) return;
  const nowhere = subject.elsewhere
    ? []
    : conditions.filter(({ key }) => !subject.asked().some((on) => hasKey(on, key)));
  if (subject.asked().length === 0) return;
  for (const condition of nowhere) yield neverThere(subject, condition);
  const somewhere = conditions.filter((condition) => !nowhere.includes(condition));
  if (subject.statement.Effect === 'Deny') yield* deniesTooMuch(subject, somewhere);
  else yield* allowsTooLittle(subject, somewhere);
}

function isJudged(key: string): boolean {
  const lower = key.toLowerCase();
  if (conditionKeyType(key) === undefined || GLOBAL_LIKE.has(lower)) return false;
  return OF_TAGS.test(lower) || isKnownService(lower.split(':')[0] ?? '');
}

function holdsWithout(condition: Condition, variables: boolean): boolean {
  return compileCondition(condition, variables)(NOTHING);
}

// ─── Nowhere ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function neverThere({ statement, actions, variables }: Subject, condition: Condition): Found {
  const { key, operator, at } = condition;
  const always = holdsWithout(condition, variables);
  const effect = `so \`${operator}\` is always ${always}${always ? '' : ' and the statement can never match'}`;
  const onOthers = actions.flatMap((facts) =>
    facts.resourceTypes.filter(({ type, required }) => hasKey({ facts, type, required }, key)).map(({ type }) => type),
  );
  if (onOthers.length > 0) {
    const types = [...new Set(onOthers)];
    const says = `\`${clip(key)}\` is a key of ${list(types)}, which ${resourceOf(statement)} does not name, ${effect}`;
    return { severity: 'error', at, says };
  }
  const who = actions.length === 1 ? `\`${actions[0]?.action}\` has no key` : 'none of these actions has the key';
  return { severity: 'error', at, says: `${who} \`${clip(key)}\`, ${effect}`, ...insteadOf(key, actions) };
}

function resourceOf({ NotResource }: Statement): string {
  return NotResource ? '`NotResource`' : '`Resource`';
}

/** The key that these actions have for the same option, or the actions that have this one. */
function insteadOf(key: string, actions: Subject['actions']): Pick<Found, 'hint'> {
  const other = counterpart(key);
  const isThere = other !== undefined && actions.some((facts) => typesOf(facts).some((on) => hasKey(on, other)));
  return isThere ? { hint: `what these have is \`${other}\`` } : whoHasIt(key);
}

/** Everything that an action can be asked about, whatever a statement says. */
function typesOf(facts: ActionFacts): Asked[] {
  const types = [undefined, ...facts.resourceTypes.map(({ type }) => type)];
  return types.map((type) => ({ facts, type, required: true }));
}

function whoHasIt(key: string): Pick<Found, 'hint'> {
  const having = allActions().filter((facts) => typesOf(facts).some((on) => hasKey(on, key)));
  if (having.length === 0) return {};
  // The ones that people mean come first.
  const known = having.filter(({ action }) => /:(?:RunInstances|ModifyInstanceMetadata\w+)$/.test(action));
  const shown = [...new Set([...known, ...having])].slice(0, 3).map(({ action }) => `\`${action}\``);
  const more = having.length - shown.length;
  return {
    hint: `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${having.length === 1 ? 'has' : 'have'} it`,
  };
}

// ─── Not everywhere ──────────────────────────────────────────────────────────────────────────────────────────────────

/** What the statement is asked about and the key is not there: then the rest of the statement decides alone. */
type Bare = { on: Asked; condition: Condition };

/** Where a key is missing and every condition whose key is missing holds all the same. */
function bareOf({ asked, variables }: Subject, conditions: readonly Condition[], holds: boolean): Bare[] {
  const bare = conditions.map((condition) => ({ condition, holds: holdsWithout(condition, variables) }));
  return asked().flatMap((on) => {
    const lacking = bare.filter(({ condition }) => !hasKey(on, condition.key));
    const [first] = lacking.filter((each) => each.holds === holds);
    return first && (!holds || lacking.every((each) => each.holds)) ? [{ on, condition: first.condition }] : [];
  });
}

function* deniesTooMuch(subject: Subject, conditions: readonly Condition[]): Generator<Found> {
  const bare = bareOf(subject, conditions, true);
  for (const condition of new Set(bare.map((each) => each.condition))) {
    const of = bare.filter((each) => each.condition === condition).map(({ on }) => on);
    const named = of.filter(({ facts, required }) => required && subject.named.has(facts.action.toLowerCase()));
    const [first] = named;
    if (first) yield deniesAlways(subject, condition, named, first);
    else if (of.some(({ required }) => required)) yield deniesOthers(condition, of);
  }
}

function deniesAlways(subject: Subject, { key, operator, at }: Condition, bare: Asked[], { facts }: Asked): Found {
  const types = bare.filter((on) => on.facts === facts).flatMap(({ type }) => type ?? []);
  const having = subject
    .asked()
    .filter((on) => on.facts === facts && hasKey(on, key))
    .flatMap(({ type }) => type ?? []);
  const lacks = types.length > 0 ? `on ${list(types)}` : 'at all';
  const says = `\`${facts.action}\` has no key \`${clip(key)}\` ${lacks}; \`${operator}\` is true there, so this denies every \`${facts.action}\``;
  const [type] = having;
  const hint =
    type === undefined
      ? 'give the other actions a statement of their own'
      : `name what has the key: \`"Resource": "arn:aws:${facts.action.split(':')[0]}:*:*:${type}/*"\``;
  return { severity: 'error', at, says, hint };
}

function deniesOthers({ key, operator, at }: Condition, bare: Asked[]): Found {
  const actions = [...new Set(bare.filter(({ required }) => required).map(({ facts }) => facts.action))];
  const shown = actions.slice(0, 2).map((action) => `\`${action}\``);
  const more = actions.length > 2 ? ` and ${actions.length - 2} more` : '';
  const says = `where there is no key \`${clip(key)}\`, \`${operator}\` is true, so this also denies ${shown.join(', ')}${more}`;
  return { severity: 'warning', at, says, hint: 'name the actions and resources that have the key' };
}

function* allowsTooLittle(subject: Subject, conditions: readonly Condition[]): Generator<Found> {
  const bare = bareOf(subject, conditions, false).filter(
    ({ on }) => on.required && subject.named.has(on.facts.action.toLowerCase()),
  );
  for (const condition of new Set(bare.map((each) => each.condition))) {
    const of = bare.filter((each) => each.condition === condition).map(({ on }) => on);
    const [first] = of;
    if (!first || isAllowedElsewhere(subject, first)) continue;
    const types = of.filter((on) => on.facts === first.facts).flatMap(({ type }) => type ?? []);
    const lacks = types.length > 0 ? `on ${list(types)}` : 'at all';
    const says = `\`${first.facts.action}\` has no key \`${clip(condition.key)}\` ${lacks}, and is not allowed there`;
    const hint =
      types.length > 0 ? `another statement has to allow it on ${list(types)}` : 'another statement has to allow it';
    yield { severity: 'warning', at: condition.at, says, hint };
  }
}

/** Whether another statement of the policy allows the action on this type of resource. */
function isAllowedElsewhere({ policy, statement, variables }: Subject, { facts, type }: Asked): boolean {
  const action = facts.action.toLowerCase();
  const format = `arn:aws:${action.split(':')[0]}:*:*:${type}/*`;
  return policy.Statement.some(
    (other) =>
      other !== statement &&
      other.Effect === 'Allow' &&
      other.Action?.some(({ text }) => text === '*' || couldBeAction(text.toLowerCase(), action)) &&
      other.Resource?.some(({ text }) => text === '*' || couldBe(text, format, variables)),
  );
}

function couldBeAction(pattern: string, action: string): boolean {
  const [start = ''] = pattern.split(/[*?]/);
  return pattern === action || (pattern !== start && action.startsWith(start));
}

/** `image, subnet and security-group`. */
function list(types: readonly string[]): string {
  const unique = [...new Set(types)];
  const shown = unique.slice(0, 5).map((type) => `\`${type}\``);
  if (unique.length > 5) return `${shown.join(', ')} and ${unique.length - 5} more`;
  const last = shown.pop() ?? '';
  return shown.length > 0 ? `${shown.join(', ')} and ${last}` : last;
}
