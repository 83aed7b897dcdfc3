/**
 * Reads Action and Resource, and their Not forms, of one statement.
 *
 * The checks are those that AWS makes when it stores a policy: the form of actions and ARNs, not whether they exist. A trust
 * policy has no Resource; for a service control policy the whole language has been open since 2025.
 */

import { ANY_PART, splitParts } from './arns.ts';
import { clip, type JsonObject } from './json.ts';
import type { Located, Statement } from './policy.ts';
import {
  asStrings,
  below,
  checkVariables,
  itemPath,
  LEGACY,
  oneOf,
  type Reading,
  refusal,
  SYNTAX,
  type Words,
} from './reading.ts';

type Elements<K extends keyof Statement> = Pick<Statement, K>;

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
