/**
 * MetadataOptions.State: whether the instance's host has brought its options about.
 *
 * It is derived from revisions and never stored, so that it cannot disagree with them.
 *
 * rule: options-state
 *   A change to a running instance is pending until its host has applied it, without a restart; one to a stopped instance
 *   is pending until its next start.
 */

import type { Instance } from '../model.ts';

/**
 * A terminated instance says `pending`, as 18 of 19 recordings do (aws-behaviour 3.4): nothing applies its options.
 */
export function optionsState({
  State,
  optionsRevision,
  appliedRevision,
}: Pick<Instance, 'State' | 'optionsRevision' | 'appliedRevision'>): 'pending' | 'applied' {
  return State !== 'terminated' && appliedRevision >= optionsRevision ? 'applied' : 'pending';
}
