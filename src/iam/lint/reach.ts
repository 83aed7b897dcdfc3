/**
 * How far a statement reaches: a Deny of everything, and what an Allow in a service control policy means.
 */

import type { Found } from './finding.ts';
import type { Subject } from './subject.ts';

export function* deniesEverything({ policy, statement }: Subject): Generator<Found> {
  const isAll = (element: 'Action' | 'Resource') => statement[element]?.some(({ text }) => text === '*') === true;
  if (statement.Effect !== 'Deny' || statement.Condition.length > 0 || !isAll('Action') || !isAll('Resource')) return;
  const who = policy.kind === 'scp' ? 'everybody in the accounts below it, root included' : 'whoever it is attached to';
  yield { severity: 'warning', at: statement.start, says: `this denies everything to ${who}` };
}

/** An SCP that allows something is a list of all that may be done, if FullAWSAccess does not stay beside it. */
export function* allowsOnlyThis({ policy, statement }: Subject): Generator<Found> {
  if (policy.kind !== 'scp' || statement !== policy.Statement.find(({ Effect }) => Effect === 'Allow')) return;
  if (policy.Statement.some(({ Effect, Action }) => Effect === 'Allow' && Action?.some(({ text }) => text === '*')))
    return;
  const says =
    'an SCP grants nothing: in place of FullAWSAccess this leaves nothing else allowed, beside it this changes nothing';
  yield { severity: 'note', at: statement.start, says };
}
