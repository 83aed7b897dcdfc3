/**
 * The instance profile of an instance: its ARN, and how far its association has come.
 *
 *   associated ──> associating ── host acknowledges that revision, or the instance does not run ──> associated
 *
 * Pure. What the profile's role may is the business of IAM (`api/iam/`); its credentials are made in `imds/`.
 */

import type { Instance, ProfileAssociation, Scope } from '../model.ts';
import { iamArn } from './iam-arn.ts';

/** For example `arn:aws:iam::123456789012:instance-profile/web`. */
export function instanceProfileArn(
  scope: Scope,
  { Path, InstanceProfileName: name }: Pick<ProfileAssociation, 'Path' | 'InstanceProfileName'>,
): string {
  return iamArn(scope, 'instance-profile', { Path, name });
}

/** API/IamInstanceProfileAssociation. Nobody waits for an instance that does not run. */
export function associationState(
  { State, appliedRevision }: Pick<Instance, 'State' | 'appliedRevision'>,
  { revision }: Pick<ProfileAssociation, 'revision'>,
): 'associating' | 'associated' {
  const runs = State === 'pending' || State === 'running';
  return runs && appliedRevision < revision ? 'associating' : 'associated';
}
