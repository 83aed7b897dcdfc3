/**
 * The instance profile of an instance: its ARN, and how far its association has come.
 *
 *   associated ──> associating ── host acknowledges that revision, or the instance does not run ──> associated
 *
 * Pure. What the profile's role may is the business of IAM (`api/iam/`); its credentials are made in `imds/`.
 */

import { partitionOf } from '../catalogue/regions.ts';
import type { Instance, ProfileAssociation, Scope } from '../model.ts';

/** For example `arn:aws:iam::123456789012:instance-profile/web`. */
export function instanceProfileArn(
  { account, region }: Scope,
  { Path, InstanceProfileName }: Pick<ProfileAssociation, 'Path' | 'InstanceProfileName'>,
): string {
  return `arn:${partitionOf(region)}:iam::${account}:instance-profile${Path}${InstanceProfileName}`;
}

/** API/IamInstanceProfileAssociation. Nobody waits for an instance that does not run. */
export function associationState(
  { State, appliedRevision }: Pick<Instance, 'State' | 'appliedRevision'>,
  { revision }: Pick<ProfileAssociation, 'revision'>,
): 'associating' | 'associated' {
  const runs = State === 'pending' || State === 'running';
  return runs && appliedRevision < revision ? 'associating' : 'associated';
}
