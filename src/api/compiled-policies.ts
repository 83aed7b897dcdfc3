/**
 * Policies compiled, kept by their text: the same policy is attached in many places, and asked on every request.
 *
 * It holds so many and no more; what was not asked longest goes first.
 */

import { type CompiledPolicy, compilePolicy } from '../iam/policy/compile.ts';
import type { PolicyKind } from '../iam/policy/policy.ts';
import { readPolicy } from '../iam/policy/read.ts';

const MOST = 1000;

/** From the one that was not asked longest. */
const kept = new Map<string, CompiledPolicy>();

/** @param text of a policy that was read when it was stored @throws Error for one that cannot be read any more, a bug */
export function compiledPolicy(text: string, kind: PolicyKind): CompiledPolicy {
  const key = `${kind} ${text}`;
  const policy = kept.get(key) ?? compile(text, kind);
  kept.delete(key);
  kept.set(key, policy);
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
