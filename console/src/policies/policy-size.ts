/** How large a policy is, and how large it may be where policies of its kind are stored. */

import { POLICY_LIMITS, type PolicyUse, policySize } from '../../../src/iam/policy/limits.ts';
import type { PolicyKind } from '../../../src/iam/policy/policy.ts';

const STORED_AS: Readonly<Record<PolicyKind, PolicyUse | undefined>> = {
  identity: 'managed',
  boundary: 'managed',
  session: 'session',
  trust: 'trust',
  scp: 'scp',
  resource: undefined,
};

export function sizeInWords(text: string, kind: PolicyKind): string {
  const use = STORED_AS[kind];
  if (use === undefined) return `${text.length} characters.`;
  const { characters, whiteSpace } = POLICY_LIMITS[use];
  const size = policySize(text, use).toLocaleString('en');
  return `${size} of ${characters.toLocaleString('en')} characters, ${whiteSpace === 'free' ? 'without' : 'with'} white space.`;
}
