/**
 * Policies compiled, kept by their text: the same policy is attached in many places, and asked on every request.
 *
 * It holds so many and no more; what was not asked longest goes first.
 */

import { type CompiledPolicy, compilePolicy } from '../iam/policy/compile.ts';
import type { PolicyKind } from '../iam/policy/policy.ts';
import { readPolicy } from '../iam/policy/read.ts';

/** Of each kind. */
const MOST = 1000;

/**
 * From the one that was not asked longest. The text is the key as it is: one made of it would have to be hashed again for each
 * question, which takes longer than the answer.
 */
const byKind: Readonly<Record<PolicyKind, Map<string, CompiledPolicy>>> = {
  identity: new Map(),
  boundary: new Map(),
  session: new Map(),
  trust: new Map(),
  resource: new Map(),
  scp: new Map(),
};

/** @param text of a policy that was read when it was stored @throws Error for one that cannot be read any more, a bug */
export function compiledPolicy(text: string, kind: PolicyKind): CompiledPolicy {
  const kept = byKind[kind];
  const policy = kept.get(text) ?? compile(text, kind);
  kept.delete(text);
  kept.set(text, policy);
  const [oldest] = kept.size > MOST ? kept.keys() : [];
  if (oldest !== undefined) kept.delete(oldest);
  return policy;
}

function compile(text: string, kind: PolicyKind): CompiledPolicy {
  try {
    return compilePolicy(readPolicy(text, kind));
  } catch (cause) {
    throw new Error('a stored policy cannot be read', { cause });
  }
}
