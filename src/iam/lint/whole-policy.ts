/**
 * What concerns a policy as a whole: its size, its characters, its version.
 *
 * AWS's limits are those of `policy/limits.ts`, by which the API refuses too.
 */

import { POLICY_LIMITS, type PolicyUse, policySize } from '../policy/limits.ts';
import { hasVariables, type Policy, type PolicyKind } from '../policy/policy.ts';
import type { Found } from './finding.ts';
import { jsonHint } from './grammar-hints.ts';
import type { Subject } from './subject.ts';

const START = 0;

/** What a policy of a kind is stored as: the first that it fits is well, none an error. */
const USES: Readonly<Record<PolicyKind, readonly PolicyUse[]>> = {
  identity: ['managed', 'inline-role'],
  boundary: ['managed'],
  session: ['session'],
  trust: ['trust'],
  scp: ['scp'],
  resource: [],
};

export function* tooLarge(text: string, kind: PolicyKind): Generator<Found> {
  const [usual, ...others] = USES[kind];
  if (usual === undefined || fits(text, usual)) return;
  const [size, most] = [policySize(text, usual), POLICY_LIMITS[usual].characters].map((count) =>
    count.toLocaleString('en'),
  );
  const counted = POLICY_LIMITS[usual].whiteSpace === 'free' ? ' without white space' : '';
  const says = `the policy has ${size} characters${counted}; AWS takes ${most}`;
  const other = others.find((use) => fits(text, use));
  if (other)
    yield {
      severity: 'warning',
      at: START,
      says: `${says} in a managed policy`,
      hint: 'as a role’s inline policy it is stored',
    };
  else yield { severity: kind === 'trust' ? 'warning' : 'error', at: START, says };
}

function fits(text: string, use: PolicyUse): boolean {
  return policySize(text, use) <= POLICY_LIMITS[use].characters;
}

/** IAM and STS take Latin-1 alone. */
export function* characters(text: string, kind: PolicyKind): Generator<Found> {
  if (text.startsWith('\ufeff')) {
    const says = 'the text begins with a byte order mark, which is no JSON';
    yield { severity: 'error', at: START, says, hint: 'save it as UTF-8 without one' };
    return;
  }
  if (kind === 'scp' || kind === 'resource') return;
  const at = text.search(/[^\t\n\r\u0020-\u00ff]/);
  if (at < 0) return;
  const code = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const hint = jsonHint(text, at);
  const says = `IAM stores no policy with the character U+${code}`;
  yield { severity: 'error', at, says, ...(hint !== undefined && { hint }) };
}

export function* olderVersion({ Version, kind }: Policy): Generator<Found> {
  if (Version === '2012-10-17' || kind === 'resource') return;
  const says = `without \`"Version": "2012-10-17"\` the policy has no variables${kind === 'identity' || kind === 'boundary' ? ', and is not stored as a managed one' : ''}`;
  yield { severity: 'warning', at: START, says };
}

/** Variables in the older version of the language. */
export function* variablesAreText({ policy, statement }: Subject): Generator<Found> {
  if (hasVariables(policy)) return;
  const values = statement.Condition.flatMap((condition) => condition.values);
  const texts = [...(statement.Resource ?? statement.NotResource ?? []), ...values];
  const written = texts.find(({ text }) => /\$\{[\w*?$]/.test(text));
  if (!written) return;
  const says = 'a policy of this version has no variables, so that this is compared as text';
  yield { severity: 'error', at: written.at, says, hint: 'begin the policy with `"Version": "2012-10-17"`' };
}
