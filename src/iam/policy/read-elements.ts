/**
 * Reads Action, Resource and Principal, and their Not forms, of one statement.
 *
 * The checks are those that AWS makes when it stores a policy: the form of actions, ARNs and principals, not whether they
 * exist. A trust policy has a Principal and no Resource, a policy of an identity the other way round, and so has a service
 * control policy, for which the whole language has been open since 2025.
 */

import { ANY_PART, splitParts } from './arns.ts';
import { clip, type JsonObject, type JsonValue, type Member } from './json.ts';
import type { Located, PrincipalElement, PrincipalType, Statement } from './policy.ts';
import { asStrings, below, checkVariables, LEGACY, type Reading, refusal, SYNTAX, type Words } from './reading.ts';

type Elements<K extends keyof Statement> = Pick<Statement, K>;

/** Both forms in one statement contradict each other. */
function oneOf(
  reading: Reading,
  statement: JsonObject,
  element: string,
  path: string,
): (Member & { name: string }) | undefined {
  const plain = statement.members.get(element);
  const negated = statement.members.get(`Not${element}`);
  if (plain && negated) {
    const at = Math.max(plain.keyAt, negated.keyAt);
    throw refusal(reading, SYNTAX, at, path, `\`${element}\` and \`Not${element}\` exclude each other`);
  }
  if (plain) return { name: element, ...plain };
  return negated && { name: `Not${element}`, ...negated };
}

// ─── Actions ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const NO_ACTIONS: Words = {
  identity: 'Policy statement must contain actions.',
  trust: 'Missing required field Action',
};

export function readActions(
  reading: Reading,
  statement: JsonObject,
  path: string,
): Elements<'Action'> | Elements<'NotAction'> {
  const member = oneOf(reading, statement, 'Action', path);
  if (!member) throw refusal(reading, NO_ACTIONS, statement.at, path, 'there is neither `Action` nor `NotAction`');
  const own = below(path, member.name);
  const actions = asStrings(reading, member.value, own);
  if (actions.length === 0) throw refusal(reading, NO_ACTIONS, member.value.at, own, 'there is no action');
  actions.forEach((action, index) => {
    checkAction(reading, action, itemPath(member.value, own, index));
  });
  return { [member.name]: actions };
}

function checkAction(reading: Reading, { text, at }: Located, path: string): void {
  const refuse = (words: string, what: string) => refusal(reading, { identity: words, trust: words }, at, path, what);
  const said = `\`${clip(text)}\``;
  if (reading.kind === 'trust' && !/^sts:/i.test(text)) {
    throw refuse('AssumeRole policy may only specify STS AssumeRole actions.', `${said} is not an action of sts`);
  }
  if (text === '*') return;
  const [vendor = '', ...names] = text.split(':');
  if (names.length === 0) {
    const words = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
    throw refuse(words, `${said} has no colon`);
  }
  if (names.length > 1) throw refuse('Actions/Condition can contain only one colon.', `${said} has more`);
  if (vendor !== '*' && !/^[a-zA-Z0-9.-]+$/.test(vendor)) {
    throw refuse(`Vendor ${clip(vendor)} is not valid`, `${said} does not begin with the name of a service`);
  }
}

// ─── Resources ───────────────────────────────────────────────────────────────────────────────────────────────────────

const NO_RESOURCES: Words = { identity: 'Policy statement must contain resources.' };

/** @param variables whether the version of the policy has them */
export function readResources(
  reading: Reading,
  statement: JsonObject,
  path: string,
  variables: boolean,
): Elements<'Resource'> | Elements<'NotResource'> | object {
  const member = oneOf(reading, statement, 'Resource', path);
  if (reading.kind === 'trust') {
    if (!member) return {};
    const words =
      member.name === 'Resource' ? 'Has prohibited field Resource' : 'AssumeRole policy must not contain resources.';
    throw refusal(
      reading,
      { ...SYNTAX, trust: words },
      member.keyAt,
      below(path, member.name),
      'the role is the resource',
    );
  }
  if (!member) {
    if (reading.kind === 'resource') return {};
    throw refusal(reading, NO_RESOURCES, statement.at, path, 'there is neither `Resource` nor `NotResource`');
  }
  const own = below(path, member.name);
  const resources = asStrings(reading, member.value, own);
  if (resources.length === 0) throw refusal(reading, NO_RESOURCES, member.value.at, own, 'there is no resource');
  resources.forEach((resource, index) => {
    const itsPath = itemPath(member.value, own, index);
    if (variables) checkVariables(reading, resource, itsPath);
    checkResource(reading, resource, itsPath, variables);
  });
  return { [member.name]: resources };
}

const IAM_PATHS = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];

function checkResource(reading: Reading, { text, at }: Located, path: string, variables: boolean): void {
  const refuse = (identity: string, what: string) => refusal(reading, { identity }, at, path, what);
  const said = clip(text);
  if (text === '*') return;
  const parts = splitParts(text, variables);
  const [arn = '', partition = '', service, region = '', , resource] = parts;
  if (parts.length === 1) throw refuse(`Resource ${said} must be in ARN format or "*".`, 'there is no colon');
  if (!isPartition(partition)) {
    const shown = [1, 2, 3, 4, 5].map((index) => clip(parts[index] ?? ANY_PART));
    const words = `Partition "${clip(partition)}" is not valid for resource "arn:${shown.join(':')}".`;
    throw refuse(words, `there is no partition \`${clip(partition)}\``);
  }
  if (arn !== 'arn') throw refuse(`Resource ${said} must be in ARN format or "*".`, 'an ARN begins with `arn:`');
  if (service === undefined || (reading.kind !== 'scp' && /[*?]/.test(service))) {
    const words = 'Resource vendor must be fully qualified and cannot contain regexes.';
    throw refuse(words, 'the third part of an ARN is the name of a service, without wildcards');
  }
  // What is left out at the end stands for anything, but then nothing before it may be empty.
  if (service === '' || (parts.length < 6 && parts.includes(''))) {
    throw refuse(LEGACY.identity, 'an ARN has six parts: `arn:partition:service:region:account:resource`');
  }
  if (service === 'iam') checkIamResource(refuse, said, region, resource);
}

function checkIamResource(
  refuse: (words: string, what: string) => Error,
  said: string,
  region: string,
  resource = ANY_PART,
): void {
  if (region !== '' && region !== '*') {
    throw refuse(`IAM resource ${said} cannot contain region information.`, 'the fourth part is empty in ARNs of iam');
  }
  const known =
    ['*', 'root'].includes(resource) ||
    resource.startsWith('${') ||
    IAM_PATHS.some((path) => resource.startsWith(path));
  if (known) return;
  const words = `IAM resource path must either be "*", root, or start with ${IAM_PATHS.join(', ')}.`;
  throw refuse(words, `\`${clip(resource)}\` does neither`);
}

function isPartition(text: string): boolean {
  return /^aws(?:-[a-z0-9-]+)?$/.test(text) || /[*?]|\$\{/.test(text);
}

// ─── Principals ──────────────────────────────────────────────────────────────────────────────────────────────────────

const PRINCIPAL_TYPES: readonly PrincipalType[] = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

/** A role's trust policy and the policy of a resource say whom they are about; all others are about whom they belong to. */
export function readPrincipals(
  reading: Reading,
  statement: JsonObject,
  path: string,
): Elements<'Principal'> | Elements<'NotPrincipal'> | object {
  const member = oneOf(reading, statement, 'Principal', path);
  if (reading.kind !== 'trust' && reading.kind !== 'resource') {
    if (!member) return {};
    const words = { identity: 'Policy document should not specify a principal.' };
    throw refusal(reading, words, member.keyAt, below(path, member.name), 'this kind of policy has no principals');
  }
  if (!member) {
    const words = { ...SYNTAX, trust: 'Missing required field Principal' };
    throw refusal(reading, words, statement.at, path, 'there is no `Principal`');
  }
  const own = below(path, member.name);
  if (reading.kind === 'trust' && member.name === 'NotPrincipal') {
    const words = { ...SYNTAX, trust: 'AssumeRole policy must not contain NotPrincipal field.' };
    throw refusal(reading, words, member.keyAt, own, 'name whom the role trusts');
  }
  return { [member.name]: readPrincipalMap(reading, member.value, own) };
}

function readPrincipalMap(reading: Reading, value: JsonValue, path: string): PrincipalElement {
  if (value.kind === 'string' && value.text === '*') {
    if (reading.kind !== 'trust') return [{ type: 'AWS', text: '*', at: value.at }];
    const words = { ...SYNTAX, trust: 'AssumeRolepolicy contained an invalid principal: "STAR":"*".' };
    throw refusal(reading, words, value.at, path, 'write `{"AWS": "*"}`');
  }
  if (value.kind !== 'object') throw refusal(reading, SYNTAX, value.at, path, 'expected `"*"` or a JSON object');
  if (value.members.size === 0) {
    const words = { ...SYNTAX, trust: 'Missing required field Principal cannot be empty!' };
    throw refusal(reading, words, value.at, path, 'there is no principal');
  }
  return [...value.members].flatMap(([key, member]) => {
    const own = below(path, key);
    const type = PRINCIPAL_TYPES.find((candidate) => candidate === key);
    if (!type) throw refusal(reading, SYNTAX, member.keyAt, own, `principals are ${PRINCIPAL_TYPES.join(', ')}`);
    return asStrings(reading, member.value, own).map((principal, index) => {
      checkPrincipal(reading, type, principal, itemPath(member.value, own, index));
      return { type, ...principal };
    });
  });
}

const ACCOUNT = /^\d{12}$/;
const UNIQUE_ID = /^A(?:IDA|ROA|GPA|NPA|KIA|SIA)[A-Z0-9]{4,}$/;
const PRINCIPAL_ARN =
  /^arn:aws(?:-[a-z0-9-]+)?:(?:iam::\d{12}:(?:root|(?:user|role)\/[^*?]+)|sts::\d{12}:(?:assumed-role\/[^*?/]+\/[^*?]+|federated-user\/[^*?]+))$/;
const SERVICE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i;

/** Nothing but `*` alone is a wildcard in a principal. */
function checkPrincipal(reading: Reading, type: PrincipalType, { text, at }: Located, path: string): void {
  const isGood = {
    AWS: () => text === '*' || ACCOUNT.test(text) || UNIQUE_ID.test(text) || PRINCIPAL_ARN.test(text),
    Service: () => SERVICE.test(text),
    Federated: () => text !== '',
    CanonicalUser: () => reading.kind !== 'trust' && text !== '',
  }[type];
  if (isGood()) return;
  const words = `Invalid principal in policy: "${type}":"${clip(text)}"`;
  throw refusal(reading, { identity: words, trust: words }, at, path, 'there can be no such principal');
}

/** The path of the n-th string of an element that may also be a single one. */
function itemPath(value: JsonValue, path: string, index: number): string {
  return value.kind === 'list' ? `${path}[${index}]` : path;
}
