/**
 * The text of a policy in a request: read, so that a wrong one is refused where it is given and never stored.
 */

import { checkPolicyCharacters, checkPolicySize, type POLICY_LIMITS } from '../../iam/policy/limits.ts';
import type { Policy, PolicyKind } from '../../iam/policy/policy.ts';
import { readPolicy } from '../../iam/policy/read.ts';
import { readText } from './names.ts';

/** What the wire takes; quotas are below. */
const LONGEST = 131_072;

type Use = keyof typeof POLICY_LIMITS;
type Place = {
  kind: PolicyKind;
  use: Use;
  /** `PolicyDocument` where absent. */
  parameter?: string;
  /** For inline policies: who has them, and what else there is. */
  owner?: string;
  others?: readonly string[];
};

/** @throws ValidationError, MalformedPolicyDocument, LimitExceeded */
export function readDocument(
  given: string | undefined,
  { kind, use, parameter = 'PolicyDocument', owner, others = [] }: Place,
): { text: string; policy: Policy } {
  const text = readText(parameter, given, { longest: LONGEST });
  checkPolicyCharacters(text);
  const policy = readPolicy(text, kind);
  checkPolicySize(use, [text, ...others], owner);
  return { text, policy };
}

/** As IAM answers documents: with everything but the plainest characters as `%XX`. */
export function encodeDocument(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
