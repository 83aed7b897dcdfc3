/**
 * Reads Principal and NotPrincipal of one statement.
 *
 * A role's trust policy and the policy of a resource say whom they are about; every other policy is about whom it is attached
 * to. Only the form of a principal is looked at; IAM also asks whether users and roles exist, which is the action's affair.
 */

import { clip, type JsonObject, type JsonValue } from './json.ts';
import type { Located, PrincipalElement, PrincipalType, Statement } from './policy.ts';
import { asStrings, below, itemPath, oneOf, type Reading, refusal, SYNTAX } from './reading.ts';

type Elements<K extends keyof Statement> = Pick<Statement, K>;

const PRINCIPAL_TYPES: readonly PrincipalType[] = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

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
