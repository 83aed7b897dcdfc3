/**
 * What the actions of EC2, EC2 Instance Connect, IAM, Organizations and STS can be asked about: access level, types of
 * resources, condition keys, from the public authorisation data in condition-keys.json.
 *
 * Facts only. All actions of these services are in the table, also those that are not offered here, so that a policy about
 * them can be checked. Names of services, actions and keys are looked up without regard to case.
 */

import file from './condition-keys.json' with { type: 'json' };
import { takeApart } from './policy/variables.ts';
import { matcherOf, type TextMatcher } from './policy/wildcards.ts';

/** How the file is laid out. A name of a resource type that ends in `*` is required. A number is an index of `lists`. */
export type ConditionKeyTable = {
  source: string;
  actions: Record<string, [accessLevel: string, keys: number, resourceTypes: Record<string, number>]>;
  /** ARN formats, for example `arn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId}`. */
  resources: Record<string, string>;
  /** Types of values: String, Numeric, Bool, Date, ARN, IPAddress, and ArrayOf… for several. */
  keys: Record<string, string>;
  lists: string[][];
};

export type ActionResourceType = {
  /** For example `instance`. */
  type: string;
  required: boolean;
  conditionKeys: readonly string[];
};

export type ActionFacts = {
  /** As AWS spells it, for example `ec2:RunInstances`. */
  action: string;
  /** `List`, `Read`, `Write`, `Tagging`, `Permissions management`, or several. */
  accessLevel: string;
  /** Those of the action itself, whatever the resource. */
  conditionKeys: readonly string[];
  /** Empty for an action that is only ever asked about with `*`. */
  resourceTypes: readonly ActionResourceType[];
};

const table = file as unknown as ConditionKeyTable;

const actions = new Map(Object.keys(table.actions).map((action) => [action.toLowerCase(), action]));
const keys = new Map(Object.entries(table.keys).map(([key, type]) => [key.toLowerCase(), type]));
const templates = [...keys].flatMap(([key, type]) => (key.includes('${') ? [{ matches: template(key), type }] : []));

/** Undefined for an action that these services do not have. @param action for example `ec2:RunInstances` */
export function findAction(action: string): ActionFacts | undefined {
  const name = actions.get(action.toLowerCase());
  const entry = name === undefined ? undefined : table.actions[name];
  if (name === undefined || !entry) return undefined;
  const [accessLevel, list, types] = entry;
  return {
    action: name,
    accessLevel,
    conditionKeys: listAt(list),
    resourceTypes: Object.entries(types).map(([type, index]) => ({
      type: type.replace(/\*$/, ''),
      required: type.endsWith('*'),
      conditionKeys: listAt(index),
    })),
  };
}

/** Every action of a service, as AWS spells it. @param service for example `ec2` */
export function actionsOf(service: string): string[] {
  return Object.keys(table.actions).filter((action) => action.startsWith(`${service.toLowerCase()}:`));
}

/** The services that the table knows. */
export function knownServices(): string[] {
  return [...new Set(Object.keys(table.actions).map((action) => action.split(':')[0] ?? ''))];
}

/** The type of a key's values; undefined for a key that there is not. @param key for example `aws:RequestTag/team` */
export function conditionKeyType(key: string): string | undefined {
  const lower = key.toLowerCase();
  return keys.get(lower) ?? templates.find(({ matches }) => matches(lower))?.type;
}

/** Every key, as AWS spells it; those with a variable stand for many. */
export function conditionKeyNames(): string[] {
  return Object.keys(table.keys);
}

/** For example `arn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId}`. @param type for example `ec2:instance` */
export function arnFormat(type: string): string | undefined {
  return Object.hasOwn(table.resources, type) ? table.resources[type] : undefined;
}

/**
 * Whether an action has a key of its service on a type of resource, by itself or by the resource.
 *
 * Keys that are everywhere, such as `aws:PrincipalArn`, are not asked for here.
 */
export function hasConditionKey(action: string, resourceType: string | undefined, key: string): boolean {
  const lower = key.toLowerCase();
  const known = keysOn(action.toLowerCase(), resourceType ?? '');
  return known.exact.has(lower) || known.templates.some((matches) => matches(lower));
}

type KnownKeys = { exact: ReadonlySet<string>; templates: readonly TextMatcher[] };

/** What was looked up before. It holds no more than there are actions and types in the table. */
const looked = new Map<string, KnownKeys>();

function keysOn(action: string, resourceType: string): KnownKeys {
  const question = `${action} ${resourceType}`;
  const before = looked.get(question);
  if (before) return before;
  const facts = findAction(action);
  const type = facts?.resourceTypes.find((candidate) => candidate.type === resourceType);
  const names = [...(facts?.conditionKeys ?? []), ...(type?.conditionKeys ?? [])].map((name) => name.toLowerCase());
  const known = {
    exact: new Set(names.filter((name) => !name.includes('${'))),
    templates: names.filter((name) => name.includes('${')).map(template),
  };
  if (facts && (type || resourceType === '')) looked.set(question, known);
  return known;
}

function listAt(index: number): readonly string[] {
  return table.lists[index] ?? [];
}

/** `aws:requesttag/${tagkey}` matches whatever stands for the variable. */
function template(key: string): TextMatcher {
  return matcherOf(takeApart(key, true).map((piece) => ('key' in piece ? { wildcard: '*' as const } : piece)));
}
