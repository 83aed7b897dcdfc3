/**
 * What people give instead of a policy in JSON, or write instead of JSON, where the reader stops at it.
 */

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

/** @param path of the member that a policy does not have */
export function aroundHint(text: string, path: string): string | undefined {
  if (path.includes('.') || path.includes('[')) return undefined;
  return AROUND.find(([member]) => text.slice(0, 2000).includes(`"${member}"`))?.[1];
}
