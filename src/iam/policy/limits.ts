/**
 * What a policy has to keep to beside its grammar, as a table and the checks that the actions call: how large it may be, which
 * characters IAM takes, and the version of managed policies.
 *
 * IAM counts the policies of one owner together where they are inline, and does not count white space; Organizations and
 * sessions count every character. Quotas that AWS raises on request have their default here.
 */

import {
  type AwsError,
  constraintViolation,
  limitExceeded,
  malformedPolicyDocument,
  validationError,
} from '../../aws-errors.ts';
import type { Policy } from './policy.ts';

type Limit = {
  characters: number;
  whiteSpace: 'counted' | 'free';
  /** @param owner the name of whom inline policies belong to */
  exceeded(characters: number, owner: string): AwsError;
};

const inline = (kind: string, characters: number): Limit => ({
  characters,
  whiteSpace: 'free',
  exceeded: (limit, owner) => limitExceeded(`Maximum policy size of ${limit} bytes exceeded for ${kind} ${owner}`),
});

export const POLICY_LIMITS = {
  managed: {
    characters: 6144,
    whiteSpace: 'free',
    exceeded: (limit) => limitExceeded(`Cannot exceed quota for PolicySize: ${limit}`),
  },
  'inline-user': inline('user', 2048),
  'inline-group': inline('group', 5120),
  'inline-role': inline('role', 10_240),
  trust: {
    characters: 2048,
    whiteSpace: 'free',
    exceeded: (limit) => limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${limit}`),
  },
  session: {
    characters: 2048,
    whiteSpace: 'counted',
    exceeded: (limit) =>
      validationError(
        `1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to ${limit}`,
      ),
  },
  scp: {
    // 5,120 until May 2026.
    characters: 10_240,
    whiteSpace: 'counted',
    exceeded: () => constraintViolation('POLICY_CONTENT_LIMIT_EXCEEDED'),
  },
} as const satisfies Record<string, Limit>;

export type PolicyUse = keyof typeof POLICY_LIMITS;

/** How many characters of a policy count. */
export function policySize(text: string, use: PolicyUse): number {
  return POLICY_LIMITS[use].whiteSpace === 'counted' ? text.length : text.replace(/[ \t\n\r]+/g, '').length;
}

/**
 * @param texts the policy, and for inline ones all others of the same owner
 * @param owner the name of whom inline policies belong to
 * @throws LimitExceeded, ValidationError for a session, ConstraintViolationException for an SCP
 */
export function checkPolicySize(use: PolicyUse, texts: readonly string[], owner = ''): void {
  const { characters, exceeded }: Limit = POLICY_LIMITS[use];
  const size = texts.reduce((sum, text) => sum + policySize(text, use), 0);
  if (size > characters) throw exceeded(characters, owner);
}

/** IAM's and STS's policies are Latin-1 with tabs and line ends; AWS calls it ASCII. @throws ValidationError */
export function checkPolicyCharacters(text: string): void {
  if (/^[\t\n\r\u0020-\u00ff]+$/.test(text)) return;
  throw validationError(
    'The specified value for policyDocument is invalid. It must contain only printable ASCII characters.',
  );
}

/** IAM keeps the older version alive where policies are inline or of a trust, but stores no managed policy in it. */
export function checkManagedVersion({ Version }: Pick<Policy, 'Version'>): void {
  if (Version === '2012-10-17') return;
  const where = `at \`Version\`: a managed policy without it, or of ${Version}, is not stored`;
  throw malformedPolicyDocument('Policy document must be version 2012-10-17 or greater.', where);
}
