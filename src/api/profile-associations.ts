/**
 * Instance profiles of instances: which profile a request means, whether the caller may hand its role to EC2, and the
 * association as EC2 describes it.
 *
 * rule: pass-role
 *   Who gives an instance a role, at its launch or later, needs `iam:PassRole` on that role, for EC2.
 */

import type { IamInstanceProfileAssociation, IamInstanceProfileSpecification } from '@aws-sdk/client-ec2';
import {
  invalidAssociationIdNotFound,
  invalidInstanceProfile,
  invalidParameterCombination,
  missingParameter,
  profileWithoutRole,
} from '../aws-errors.ts';
import { partitionOf } from '../catalogue/regions.ts';
import { isoSeconds } from '../clock.ts';
import { newInstanceProfileKeys } from '../iam/ec2-context.ts';
import { associationState, instanceProfileArn } from '../iam/instance-profile.ts';
import type { IamRole, InstanceProfile } from '../iam-model.ts';
import { newId } from '../ids.ts';
import type { Instance, ProfileAssociation } from '../model.ts';
import { type Call, ec2Arn } from './call.ts';
import { existingInstance } from './ec2-resource-keys.ts';
import { entityArn, findEntity, instanceProfiles, roles } from './iam/entities.ts';
import { passRole } from './iam/instance-profiles.ts';

/** A profile that an instance may have: there is a role in it. */
export type FoundProfile = { profile: InstanceProfile; role: IamRole; arn: string };

/** @throws MissingParameter, InvalidParameterCombination, InvalidParameterValue */
export async function findProfile(
  call: Pick<Call, 'tx' | 'scope'>,
  given: IamInstanceProfileSpecification | undefined,
): Promise<FoundProfile> {
  const { Arn, Name } = given ?? {};
  if (Arn === undefined && Name === undefined) throw missingParameter('IamInstanceProfile');
  if (Arn !== undefined && Name !== undefined) {
    throw invalidParameterCombination(
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    );
  }
  const where = { ...call, partition: partitionOf(call.scope.region) };
  const name = Name ?? Arn?.slice(Arn.lastIndexOf('/') + 1) ?? '';
  const profile = await findEntity(call.tx, call.scope.account, instanceProfiles, name);
  const arn = profile && entityArn(where, instanceProfiles, profile);
  if (!profile || arn === undefined || (Arn !== undefined && Arn !== arn)) {
    throw Arn === undefined ? invalidInstanceProfile('name', name) : invalidInstanceProfile('arn', Arn);
  }
  const role = await findEntity(call.tx, call.scope.account, roles, profile.Roles[0] ?? '');
  if (!role) throw profileWithoutRole(arn);
  return { profile, role, arn };
}

/** @param InstanceId `*` for those that are to be made @throws UnauthorizedOperation */
export function passRoleOf({ role }: FoundProfile, call: Call, InstanceId: string): Promise<void> {
  const { scope } = call;
  return passRole({ ...call, partition: partitionOf(scope.region) }, role, ec2Arn(scope, 'instance', InstanceId));
}

/** @param revision the one with which the instance's host hears of it */
export function associationWith({ profile }: FoundProfile, { nowMs }: Call, revision: number): ProfileAssociation {
  const { InstanceProfileName, InstanceProfileId, Path } = profile;
  const AssociationId = newId('iip-assoc');
  return { AssociationId, InstanceProfileName, InstanceProfileId, Path, Timestamp: isoSeconds(nowMs), revision };
}

/** The profile that an instance is to get, once the caller may give it. @throws as `findProfile`, UnauthorizedOperation */
export async function permittedProfile(
  instance: Instance,
  given: IamInstanceProfileSpecification | undefined,
  call: Call,
): Promise<FoundProfile> {
  const found = await findProfile(call, given);
  await call.permit([await existingInstance(call, instance, newInstanceProfileKeys(found.arn))], undefined);
  await passRoleOf(found, call, instance.InstanceId);
  return found;
}

/** Gives an instance a profile, in the place of any that it has. @returns the association, which has just begun */
export async function associate(
  instance: Instance,
  found: FoundProfile,
  call: Call,
): Promise<IamInstanceProfileAssociation> {
  const revision = await call.tx.nextRevision();
  const association = associationWith(found, call, revision);
  const changed = { ...instance, revision, IamInstanceProfile: association };
  await call.tx.instances.update([changed]);
  return { ...describeAssociation(changed, association), State: 'associating' };
}

/** The instance with this association. @throws MissingParameter, InvalidAssociationID.NotFound */
export async function findAssociation(
  { tx, scope }: Pick<Call, 'tx' | 'scope'>,
  AssociationId: string | undefined,
): Promise<Instance> {
  if (AssociationId === undefined) throw missingParameter('AssociationId');
  const query = { region: scope.region, associations: [AssociationId], limit: 1 };
  const [instance] = (await tx.instances.withProfile(scope.account, query)).instances;
  if (!instance) throw invalidAssociationIdNotFound(AssociationId);
  return instance;
}

/** @param state where it is neither of those in which an association is that lasts */
export function describeAssociation(
  instance: Instance,
  association: ProfileAssociation,
  state?: 'disassociating',
): IamInstanceProfileAssociation & { Timestamp: Date } {
  return {
    AssociationId: association.AssociationId,
    InstanceId: instance.InstanceId,
    IamInstanceProfile: describeProfileOf(instance, association),
    State: state ?? associationState(instance, association),
    Timestamp: new Date(association.Timestamp),
  };
}

/** As DescribeInstances has it too. */
export function describeProfileOf(instance: Instance, association: ProfileAssociation): { Arn: string; Id: string } {
  return { Arn: instanceProfileArn(instance, association), Id: association.InstanceProfileId };
}
