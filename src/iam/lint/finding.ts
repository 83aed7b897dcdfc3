/**
 * What a look at a policy can find, and what a rule is.
 *
 *   error    it does not do what it says: it can never match, or always does
 *   warning  it does something that few who write it want
 *   note     worth knowing; nothing is wrong
 */

import type { Place } from '../policy/json.ts';
import type { Subject } from './subject.ts';

export type Severity = 'error' | 'warning' | 'note';

/** What a rule says of a statement. Sentences have no full stop. */
export type Found = {
  severity: Severity;
  /** Offset in the text, or the place itself. */
  at: number | Place;
  says: string;
  /** What would be right, or was meant. */
  hint?: string;
};

export type Rule = (subject: Subject) => Iterable<Found>;

export type Finding = Omit<Found, 'at'> & {
  /** For example `unknown-key`; `grammar` for what AWS would not store. */
  rule: string;
  place: Place;
};
