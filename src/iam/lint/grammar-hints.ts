/**
 * What was meant where the reader of policies stops: something else than JSON, something else than a policy, a name misspelt.
 *
 * The reader says what is wrong; it does not guess. Guesses are made here, and a wrong one does no harm.
 */

import { NULL } from '../policy/conditions.ts';
import { OPERATORS } from '../policy/operators.ts';
import type { Misread } from '../policy/reading.ts';
import { meantBy } from './suggestion.ts';

/** At the very beginning of a text. */
const INSTEAD: readonly (readonly [beginning: RegExp, hint: string])[] = [
  [/^(?:---|[A-Za-z_]\w*\s*:)/, 'this looks like YAML; a policy is JSON'],
  [/^%7B/i, 'this is encoded as in a URL, as IAM answers policies'],
];

const WRITTEN: readonly (readonly [at: RegExp, hint: string])[] = [
  [/^'/, 'JSON has double quotation marks only'],
  [/^[\u2018\u2019\u201c\u201d\u201e]/, 'these are quotation marks of a word processor; JSON has `"`'],
  [/^(?:\/[/*]|#)/, 'JSON has no comments'],
  [/^[A-Za-z_]\w*\s*:/, 'names stand in quotation marks'],
  [/^(?:True|False|None)\b/, 'it is written true, false or null'],
];

/** @param at where the text stops to be JSON */
export function jsonHint(text: string, at: number): string | undefined {
  const here = text.slice(at, at + 200);
  const before = text.slice(Math.max(0, at - 200), at).trimEnd();
  const table = before === '' ? [...INSTEAD, ...WRITTEN] : WRITTEN;
  const found = table.find(([pattern]) => pattern.test(here));
  if (found) return found[1];
  return /^[}\]]/.test(here) && before.endsWith(',') ? 'there is a comma too many before it' : undefined;
}

/** JSON that is well and has a policy in it, or is another kind of policy. */
const AROUND: readonly (readonly [member: string, hint: string])[] = [
  ['ec2_attributes', 'this is a declarative policy, which has a grammar of its own'],
  ['PolicyVersion', 'this is an answer of IAM; the policy is its `PolicyVersion.Document`'],
  ['PolicyDocument', 'this is an answer of IAM; the policy is its `PolicyDocument`'],
  ['AssumeRolePolicyDocument', 'this is an answer of IAM; the policy is its `AssumeRolePolicyDocument`'],
];

const ELEMENTS = ['Version', 'Id', 'Statement', 'Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction'];
const NAMES = [...ELEMENTS, 'Resource', 'NotResource', 'Condition'];

export function grammarHint(text: string, { message, path, at }: Misread): string | undefined {
  if (path === '') return jsonHint(text, at);
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (message.includes('written')) return undefined;
  if (message.startsWith('there is no such operator')) return didYouMean(name, [...OPERATORS.keys(), NULL]);
  if (!message.startsWith('there is no such element')) return undefined;
  const around = path.includes('[')
    ? undefined
    : AROUND.find(([member]) => text.slice(0, 2000).includes(`"${member}"`));
  return around?.[1] ?? didYouMean(name, NAMES);
}

function didYouMean(name: string, names: readonly string[]): string | undefined {
  // The qualifier stays as it is, and so does IfExists.
  const [, before = '', bare = '', after = ''] = /^((?:\w+:)?)(.*?)((?:IfExists)?)$/.exec(name) ?? [];
  const meant = meantBy(bare, names);
  return meant === undefined ? undefined : `did you mean \`${before}${meant}${after}\`?`;
}
