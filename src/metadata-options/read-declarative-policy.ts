/**
 * The grammar of declarative policies for EC2, and which values may stand in one.
 *
 * Of what AWS lets them set, only `instance_metadata_defaults` and `exception_message` have to do with metadata; the values
 * of these are checked. The other attributes are taken as they are. A refusal says line, column and path.
 *
 * rule: declarative-policy-values
 *   Values are those of ModifyInstanceMetadataDefaults, but for `no_preference` with an underscore; the hop limit is -1 or 1
 *   to 64, as a number or as text (aws-behaviour 4.4).
 */

import { type AwsError, malformedPolicyDocumentException } from '../aws-errors.ts';
import {
  clip,
  JsonError,
  type JsonObject,
  type JsonValue,
  type Place,
  placesIn,
  readJson,
} from '../iam/policy/json.ts';
import { type PolicyNode, VALUE_OPERATORS, type ValueOperator } from './policy-inheritance.ts';
import { HTTP_TOKENS, isHopLimit, SWITCH } from './values.ts';

const NO_PREFERENCE = 'no_preference';
const NO_HOP_PREFERENCE = '-1';

const CONTROL = '@@operators_allowed_for_child_policies';

/** What AWS's EC2 policies can set (Organizations UG/orgs_manage_policies_ec2_syntax). */
const ATTRIBUTES = [
  'exception_message',
  'vpc_block_public_access',
  'serial_console_access',
  'image_block_public_access',
  'allowed_images_settings',
  'instance_metadata_defaults',
  'snapshot_block_public_access',
  'vpc_encryption_control',
];

/** The settings of `instance_metadata_defaults`, each with what it may be and how to say that. */
const DEFAULTS: Readonly<Record<string, { legal: (value: string) => boolean; said: string }>> = {
  http_tokens: oneOf(...HTTP_TOKENS, NO_PREFERENCE),
  http_put_response_hop_limit: {
    legal: (value) => value === NO_HOP_PREFERENCE || (/^[1-9]\d?$/.test(value) && isHopLimit(Number(value))),
    said: '1 to 64, or -1 for no preference',
  },
  http_endpoint: oneOf(...SWITCH, NO_PREFERENCE),
  instance_metadata_tags: oneOf(...SWITCH, NO_PREFERENCE),
  http_tokens_enforced: oneOf(...SWITCH, NO_PREFERENCE),
};

function oneOf(...choices: string[]) {
  return { legal: (value: string) => choices.includes(value), said: `one of ${choices.join(', ')}` };
}

/** A policy while it is read. */
type Reading = { place: (at: number) => Place };

/** @throws MalformedPolicyDocumentException with the place */
export function readDeclarativePolicy(text: string): PolicyNode {
  const reading: Reading = { place: placesIn(text) };
  const root = readNode(reading, jsonOf(reading, text), '');
  for (const name of root.children.keys()) {
    if (name !== 'ec2_attributes') throw unknown(reading, root, name, '', ['ec2_attributes']);
  }
  const attributes = root.children.get('ec2_attributes');
  if (!attributes) throw refusal(reading, root.at, '', 'there is no `ec2_attributes`');
  checkAttributes(reading, attributes);
  return root;
}

function jsonOf(reading: Reading, text: string): JsonValue {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw refusal(reading, error.at, '', error.message);
    throw error;
  }
}

/** A node with the places that a refusal names. */
type Located = Omit<PolicyNode, 'children'> & { at: number; json: JsonObject; children: Map<string, Located> };

function readNode(reading: Reading, json: JsonValue, path: string): Located {
  if (json.kind !== 'object') {
    throw refusal(reading, json.at, path, 'expected an object, with operators such as `@@assign` or with settings');
  }
  const node: Located = { at: json.at, json, children: new Map() };
  for (const [name, { keyAt, value }] of json.members) {
    const here = path === '' ? name : `${path}.${name}`;
    if (!name.startsWith('@@')) node.children.set(name, readNode(reading, value, here));
    else Object.assign(node, readOperator(reading, { name, keyAt, value, path: here }));
  }
  if (node.children.size > 0 && VALUE_OPERATORS.some((operator) => json.members.has(operator))) {
    throw refusal(reading, json.at, path, 'a setting that has a value has no settings below it');
  }
  return node;
}

function readOperator(
  reading: Reading,
  { name, keyAt, value, path }: { name: string; keyAt: number; value: JsonValue; path: string },
): Partial<PolicyNode> {
  switch (name) {
    case CONTROL:
      return { allowed: readAllowed(reading, value, path) };
    case '@@assign':
      return { assign: value.kind === 'list' ? readList(reading, value, path) : readScalar(reading, value, path) };
    case '@@append':
      return { append: readList(reading, value, path) };
    case '@@remove':
      return { remove: readList(reading, value, path) };
    default:
      throw refusal(
        reading,
        keyAt,
        path,
        `there is no such operator; there are ${[...VALUE_OPERATORS, CONTROL].join(', ')}`,
      );
  }
}

function readAllowed(reading: Reading, value: JsonValue, path: string): ReadonlySet<ValueOperator> {
  const names = readList(reading, value, path);
  if (names.length === 1 && names[0] === '@@all') return new Set(VALUE_OPERATORS);
  if (names.length === 1 && names[0] === '@@none') return new Set();
  const allowed = VALUE_OPERATORS.filter((operator) => names.includes(operator));
  if (names.length > 0 && allowed.length === new Set(names).size) return new Set(allowed);
  throw refusal(reading, value.at, path, `expected ["@@all"], ["@@none"], or some of ${VALUE_OPERATORS.join(', ')}`);
}

function readList(reading: Reading, value: JsonValue, path: string) {
  if (value.kind !== 'list') throw refusal(reading, value.at, path, 'expected a list');
  return value.items.map((item, index) => readScalar(reading, item, `${path}[${index}]`));
}

function readScalar(reading: Reading, value: JsonValue, path: string): string | number | boolean {
  if (value.kind === 'string') return value.text;
  if (value.kind === 'number') return Number(value.text);
  if (value.kind === 'boolean') return value.text === 'true';
  throw refusal(reading, value.at, path, 'expected text, a number or a boolean');
}

function checkAttributes(reading: Reading, attributes: Located): void {
  const path = 'ec2_attributes';
  expectGroup(reading, attributes, path);
  for (const [name, attribute] of attributes.children) {
    if (!ATTRIBUTES.includes(name)) throw unknown(reading, attributes, name, path, ATTRIBUTES);
    if (name === 'exception_message') checkSetting(reading, attribute, `${path}.${name}`, ANY_TEXT);
  }
  const defaults = attributes.children.get('instance_metadata_defaults');
  if (defaults) checkDefaults(reading, defaults, `${path}.instance_metadata_defaults`);
}

function checkDefaults(reading: Reading, defaults: Located, path: string): void {
  expectGroup(reading, defaults, path);
  for (const [name, setting] of defaults.children) {
    const rule = Object.hasOwn(DEFAULTS, name) ? DEFAULTS[name] : undefined;
    if (!rule) throw unknown(reading, defaults, name, path, Object.keys(DEFAULTS));
    checkSetting(reading, setting, `${path}.${name}`, rule);
  }
}

/** Settings below a name, which has no value itself. */
function expectGroup(reading: Reading, { json }: Located, path: string): void {
  const operator = VALUE_OPERATORS.map((name) => json.members.get(name)).find((member) => member !== undefined);
  if (operator) throw refusal(reading, operator.keyAt, path, 'expected settings, not a value');
}

const ANY_TEXT = { legal: () => true, said: 'text' };

/** A setting with one value. */
function checkSetting(reading: Reading, node: Located, path: string, { legal, said }: (typeof DEFAULTS)[string]): void {
  const [name] = node.children.keys();
  if (name !== undefined) throw refusal(reading, node.at, path, 'expected `@@assign`, not settings below it');
  if (node.append || node.remove) throw refusal(reading, node.at, path, 'of operators for values only `@@assign` fits');
  if (node.assign === undefined) return;
  const at = node.json.members.get('@@assign')?.value.at ?? node.at;
  const isNumber = typeof node.assign === 'number';
  if (typeof node.assign !== 'string' && !(isNumber && path.endsWith('hop_limit'))) {
    throw refusal(reading, at, path, `expected ${said}`);
  }
  if (!legal(String(node.assign))) throw refusal(reading, at, path, `expected ${said}`);
}

function unknown(reading: Reading, { json }: Located, name: string, path: string, known: readonly string[]): AwsError {
  const at = json.members.get(name)?.keyAt ?? json.at;
  const here = path === '' ? name : `${path}.${name}`;
  return refusal(reading, at, here, `there is no such setting; there is ${known.join(', ')}`);
}

function refusal(reading: Reading, at: number, path: string, what: string): AwsError {
  const { line, column } = reading.place(at);
  const where = path === '' ? '' : `, at \`${clip(path)}\``;
  return malformedPolicyDocumentException(`line ${line}, column ${column}${where}: ${what}`);
}
