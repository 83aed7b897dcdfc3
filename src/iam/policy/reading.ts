/**
 * Refusing a policy: AWS's sentence for what is wrong, and the place, which AWS mostly keeps to itself.
 *
 * AWS has one vocabulary for policies of identities and one for trust policies, and Organizations has a single sentence
 * (aws-behaviour 3.1 has the codes; the words are those of recorded answers). What people need is line, column, path and
 * reason, so they follow every sentence, in words of our own.
 */

import { type AwsError, malformedPolicyDocument, malformedPolicyDocumentException } from '../../aws-errors.ts';
import {
  clip,
  JsonError,
  type JsonObject,
  type JsonValue,
  type Member,
  type Place,
  placesIn,
  readJson,
} from './json.ts';
import type { Located, PolicyKind } from './policy.ts';
import { problemWithVariables } from './variables.ts';

/** AWS's sentence; `trust` where a trust policy has another one. */
export type Words = { identity: string; trust?: string };

/** What AWS says when it says no more. */
export const SYNTAX: Words = { identity: 'Syntax errors in policy.' };
/** AWS reads some values a second time, with an older parser. */
export const LEGACY: Words = { identity: 'The policy failed legacy parsing' };

const NOT_JSON: Words = { identity: 'Syntax errors in policy.', trust: 'This policy contains invalid Json' };

/** One policy while it is read. */
export type Reading = {
  kind: PolicyKind;
  place: (at: number) => Place;
};

/** Where a policy is refused and why, in parts: the cause of every refusal, for who shows the place in a way of their own. */
export class Misread extends Error {
  /** Offset in the text. */
  readonly at: number;
  /** For example `Statement[1].Condition`; empty for the whole policy. */
  readonly path: string;
  /** AWS's sentence; absent where it says no more than that something is wrong. */
  readonly words?: string;

  constructor(at: number, path: string, what: string, words?: string) {
    super(what);
    this.name = 'Misread';
    this.at = at;
    this.path = path;
    if (words !== undefined) this.words = words;
  }
}

/** @param path for example `Statement[1].Condition`; empty for the whole policy */
export function refusal(reading: Reading, words: Words, at: number, path: string, what: string): AwsError {
  const { line, column } = reading.place(at);
  const where = `line ${line}, column ${column}${path === '' ? '' : `, at \`${path}\``}: ${what}`;
  const cause = new Misread(at, path, what, specific(reading.kind, words));
  if (reading.kind === 'scp') return malformedPolicyDocumentException(where, cause);
  if (reading.kind !== 'trust') return malformedPolicyDocument(words.identity, where, cause);
  // This one of AWS's sentences has the place in it.
  return malformedPolicyDocument(words.trust ?? `Syntax error at position (${line},${column})`, where, cause);
}

/** Organizations says the same of everything. */
function specific(kind: PolicyKind, { identity, trust }: Words): string | undefined {
  if (kind === 'scp') return undefined;
  if (kind === 'trust') return trust === NOT_JSON.trust ? undefined : trust;
  return identity === SYNTAX.identity || identity === LEGACY.identity ? undefined : identity;
}

/** The JSON of a policy, which is an object. @throws MalformedPolicyDocument */
export function openPolicy(text: string, kind: PolicyKind): { reading: Reading; root: JsonObject } {
  const reading: Reading = { kind, place: placesIn(text) };
  try {
    return { reading, root: asObject(reading, readJson(text), '', 'a policy') };
  } catch (error) {
    if (error instanceof JsonError) throw refusal(reading, NOT_JSON, error.at, '', error.message);
    throw error;
  }
}

export function asObject(reading: Reading, value: JsonValue, path: string, what: string): JsonObject {
  if (value.kind === 'object') return value;
  throw refusal(reading, SYNTAX, value.at, path, `${what} is a JSON object`);
}

export function asString(reading: Reading, value: JsonValue, path: string): Located {
  if (value.kind === 'string') return { text: value.text, at: value.at };
  throw refusal(reading, SYNTAX, value.at, path, 'expected a string');
}

/** One string, or a list of them. */
export function asStrings(reading: Reading, value: JsonValue, path: string): Located[] {
  if (value.kind !== 'list') return [asString(reading, value, path)];
  return value.items.map((item, index) => asString(reading, item, `${path}[${index}]`));
}

/** @throws MalformedPolicyDocument for a variable that cannot be read */
export function checkVariables(reading: Reading, { text, at }: Located, path: string): void {
  const problem = problemWithVariables(text);
  if (problem !== undefined) throw refusal(reading, SYNTAX, at, path, problem);
}

/** The path of a member. */
export function below(path: string, key: string): string {
  return path === '' ? clip(key) : `${path}.${clip(key)}`;
}

/** The path of the n-th string of an element that may also be a single one. */
export function itemPath(value: JsonValue, path: string, index: number): string {
  return value.kind === 'list' ? `${path}[${index}]` : path;
}

/** An element or its Not form, with its name; a statement cannot have both. */
export function oneOf(
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
