/**
 * Reads a policy: its text becomes a Policy, or an error with AWS's sentence and the place.
 *
 * It promises that the whole grammar of AWS's policy language is read, and for each kind of policy no more than that kind
 * may say; whatever the text is, only AwsError is thrown, in a time that is linear in the text. It does not ask whether
 * actions, resources or condition keys exist: AWS stores such policies too. Sizes are the business of limits.ts.
 */

import { clip, type JsonObject, type JsonValue, type Member } from './json.ts';
import type { Policy, PolicyKind, Statement, Version } from './policy.ts';
import { readCondition } from './read-condition.ts';
import { readActions, readResources } from './read-elements.ts';
import { readPrincipals } from './read-principals.ts';
import { asObject, asString, below, openPolicy, type Reading, refusal, SYNTAX, type Words } from './reading.ts';

const VERSIONS: readonly Version[] = ['2008-10-17', '2012-10-17'];
const OF_POLICY = ['Version', 'Id', 'Statement'];
const OF_STATEMENT = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

/** @throws MalformedPolicyDocument; for a service control policy MalformedPolicyDocumentException, as Organizations has it */
export function readPolicy(text: string, kind: PolicyKind): Policy {
  const { reading, root } = openPolicy(text, kind);
  refuseUnknown(reading, root, OF_POLICY, '');
  const version = readVersion(reading, root.members.get('Version'));
  const id = root.members.get('Id');
  return {
    kind,
    Version: version,
    ...(id && { Id: asString(reading, id.value, 'Id').text }),
    Statement: readStatements(reading, root, version),
  };
}

function readVersion(reading: Reading, member: Member | undefined): Version {
  if (!member) return '2008-10-17';
  const { text, at } = asString(reading, member.value, 'Version');
  const version = VERSIONS.find((candidate) => candidate === text);
  if (version) return version;
  const words = { ...SYNTAX, trust: 'The policy must contain a valid version string' };
  throw refusal(reading, words, at, 'Version', `\`${clip(text)}\` is neither ${VERSIONS.join(' nor ')}`);
}

function readStatements(reading: Reading, root: JsonObject, version: Version): Statement[] {
  const member = root.members.get('Statement');
  if (!member) throw refusal(reading, missing('Statement'), root.at, '', 'there is no `Statement`');
  const { value } = member;
  if (value.kind !== 'list') return [readStatement(reading, value, 'Statement', version)];
  if (value.items.length === 0) {
    const words = { ...SYNTAX, trust: 'Could not parse the policy: Statement is empty!' };
    throw refusal(reading, words, value.at, 'Statement', 'there is no statement');
  }
  const statements = value.items.map((item, index) => readStatement(reading, item, `Statement[${index}]`, version));
  refuseSameSids(reading, statements, value.items);
  return statements;
}

function readStatement(reading: Reading, value: JsonValue, path: string, version: Version): Statement {
  const statement = asObject(reading, value, path, 'a statement');
  refuseUnknown(reading, statement, OF_STATEMENT, path);
  const sid = statement.members.get('Sid');
  const variables = version === '2012-10-17';
  return {
    ...(sid && { Sid: readSid(reading, sid.value, `${path}.Sid`) }),
    Effect: readEffect(reading, statement, path),
    ...readPrincipals(reading, statement, path),
    ...readActions(reading, statement, path),
    ...readResources(reading, statement, path, variables),
    Condition: readCondition(reading, statement, path, variables),
    start: reading.place(statement.at),
    end: reading.place(statement.end - 1),
  };
}

/** Services that have resource policies allow more in a Sid, and Organizations says nothing of it. */
function readSid(reading: Reading, value: JsonValue, path: string): string {
  const { text, at } = asString(reading, value, path);
  if (reading.kind === 'resource' || reading.kind === 'scp' || /^[0-9A-Za-z]*$/.test(text)) return text;
  const words =
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*';
  throw refusal(reading, { identity: words, trust: words }, at, path, 'letters and digits only');
}

function readEffect(reading: Reading, statement: JsonObject, path: string): Statement['Effect'] {
  const member = statement.members.get('Effect');
  if (!member) throw refusal(reading, missing('Effect'), statement.at, path, 'there is no `Effect`');
  const { text, at } = asString(reading, member.value, `${path}.Effect`);
  if (text === 'Allow' || text === 'Deny') return text;
  const inOtherCase = /^(?:allow|deny)$/i.test(text);
  const words: Words = {
    identity: inOtherCase ? 'The policy failed legacy parsing' : SYNTAX.identity,
    trust: `Invalid effect: ${clip(text)}`,
  };
  throw refusal(reading, words, at, `${path}.Effect`, 'an effect is `Allow` or `Deny`');
}

/** An empty Sid is none. */
function refuseSameSids(reading: Reading, statements: readonly Statement[], items: readonly JsonValue[]): void {
  if (reading.kind === 'resource') return;
  const seen = new Set<string>();
  statements.forEach(({ Sid }, index) => {
    if (Sid === undefined || Sid === '') return;
    if (seen.has(Sid)) {
      const words = {
        identity: 'Statement IDs (SID) in a single policy must be unique.',
        trust: 'The Statement Ids in the policy are not unique',
      };
      const what = `another statement has the Sid \`${clip(Sid)}\``;
      throw refusal(reading, words, items[index]?.at ?? 0, `Statement[${index}]`, what);
    }
    seen.add(Sid);
  });
}

function refuseUnknown(reading: Reading, object: JsonObject, known: readonly string[], path: string): void {
  for (const [key, { keyAt }] of object.members) {
    if (known.includes(key)) continue;
    const meant = known.find((candidate) => candidate.toLowerCase() === key.toLowerCase());
    const what = meant ? `there is no such element; it is written \`${meant}\`` : 'there is no such element';
    throw refusal(reading, { ...SYNTAX, trust: `Unknown field ${clip(key)}` }, keyAt, below(path, key), what);
  }
}

function missing(element: string): Words {
  return { ...SYNTAX, trust: `Missing required field ${element}` };
}
