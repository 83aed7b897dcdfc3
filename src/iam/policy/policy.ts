/**
 * What a policy is, once read: AWS's elements with AWS's names, each value with its offset in the text.
 *
 * INVARIANT: a Policy has passed `readPolicy`, so the grammar of its kind holds: of Action and NotAction, of Resource and
 * NotResource, of Principal and NotPrincipal exactly one or none is there as the kind demands, and no list that must have
 * something is empty. Whether a value can ever match is nobody's promise.
 */

import type { Place } from './json.ts';

/** What a policy is attached to, which decides what it may say. A boundary and a session's policy are written alike. */
export type PolicyKind = 'identity' | 'boundary' | 'session' | 'trust' | 'resource' | 'scp';

/** Without a version a policy is of the older one, which has no variables. */
export type Version = '2008-10-17' | '2012-10-17';

/** A value as it was written, and the offset where it begins. */
export type Located = { text: string; at: number };

export type PrincipalType = 'AWS' | 'Service' | 'Federated' | 'CanonicalUser';

/** `"*"` is read as `{"AWS": "*"}`, which means the same. */
export type PrincipalElement = readonly (Located & { type: PrincipalType })[];

export type Qualifier = 'ForAllValues' | 'ForAnyValue';

/** One key below one operator: `"StringEquals": {"ec2:MetadataHttpTokens": "required"}`. */
export type Condition = {
  /** As written, with qualifier and IfExists. */
  operator: string;
  /** Without them, for example `StringEquals`. */
  comparison: string;
  qualifier?: Qualifier;
  ifExists: boolean;
  /** As written; AWS compares keys without regard to case. */
  key: string;
  /** Offset of the key. */
  at: number;
  values: readonly Located[];
};

export type Statement = {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: PrincipalElement;
  NotPrincipal?: PrincipalElement;
  Action?: readonly Located[];
  NotAction?: readonly Located[];
  Resource?: readonly Located[];
  NotResource?: readonly Located[];
  /** All of them must hold; empty without a Condition element. */
  Condition: readonly Condition[];
  /** Where it stands, as the simulators print it. */
  start: Place;
  end: Place;
};

export type Policy = {
  kind: PolicyKind;
  Version: Version;
  Id?: string;
  Statement: readonly Statement[];
};

/** Variables are text in the older version. */
export function hasVariables({ Version }: Pick<Policy, 'Version'>): boolean {
  return Version === '2012-10-17';
}
