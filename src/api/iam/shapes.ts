/**
 * What the store has of IAM, in the shapes that answers have.
 *
 * Lists have less than a Get: no tags, no boundary, as at AWS.
 */

import type {
  AttachedPermissionsBoundary,
  Group,
  InstanceProfile as InstanceProfileShape,
  Policy,
  Role,
  User,
  PolicyVersion as VersionShape,
} from '@aws-sdk/client-iam';
import type { IamGroup, IamRole, IamUser, InstanceProfile, ManagedPolicy, PolicyVersion } from '../../iam-model.ts';
import type { AccountCall } from '../call.ts';
import type { PolicyUsage } from './attachments.ts';
import { entityArn, groups, inPartition, instanceProfiles, roles, users } from './entities.ts';
import type { FoundPolicy } from './managed-policies.ts';
import { encodeDocument } from './policy-documents.ts';

type Where = Pick<AccountCall, 'partition' | 'scope'>;

export function listedUser(call: Where, user: IamUser): User {
  const { Path, UserName, UserId } = user;
  return { Path, UserName, UserId, Arn: entityArn(call, users, user), CreateDate: new Date(user.CreateDate) };
}

export function describeUser(call: Where, user: IamUser): User {
  return { ...listedUser(call, user), ...describeBounded(call, user) };
}

export function describeGroup(call: Where, group: IamGroup): Group {
  const { Path, GroupName, GroupId } = group;
  return { Path, GroupName, GroupId, Arn: entityArn(call, groups, group), CreateDate: new Date(group.CreateDate) };
}

/** As a list and an instance profile have it. */
export function listedRole(call: Where, role: IamRole): Role {
  const { Path, RoleName, RoleId, Description, MaxSessionDuration } = role;
  return {
    ...{ Path, RoleName, RoleId, Arn: entityArn(call, roles, role), CreateDate: new Date(role.CreateDate) },
    AssumeRolePolicyDocument: encodeDocument(role.AssumeRolePolicyDocument),
    Description,
    MaxSessionDuration,
  };
}

export function describeRole(call: Where, role: IamRole): Role {
  // AWS follows sessions for months, which nothing here does.
  return { ...listedRole(call, role), ...describeBounded(call, role), RoleLastUsed: {} };
}

/** @param named the roles of the account by name */
export function describeInstanceProfile(
  call: Where,
  profile: InstanceProfile,
  named: ReadonlyMap<string, IamRole>,
): InstanceProfileShape {
  const { Path, InstanceProfileName, InstanceProfileId } = profile;
  const found = profile.Roles.flatMap((name) => named.get(name) ?? []);
  return {
    ...{ Path, InstanceProfileName, InstanceProfileId },
    Arn: entityArn(call, instanceProfiles, profile),
    CreateDate: new Date(profile.CreateDate),
    Roles: found.map((role) => listedRole(call, role)),
    ...(profile.Tags.length > 0 && { Tags: profile.Tags }),
  };
}

export function listedPolicy(call: Where, { arn, policy }: FoundPolicy, usage: PolicyUsage | undefined): Policy {
  const { PolicyName, PolicyId, Path, DefaultVersionId } = policy;
  return {
    ...{ PolicyName, PolicyId, Path, Arn: inPartition(call, arn), DefaultVersionId },
    AttachmentCount: usage?.attachments ?? 0,
    PermissionsBoundaryUsageCount: usage?.boundaries ?? 0,
    IsAttachable: true,
    CreateDate: new Date(policy.CreateDate),
    UpdateDate: new Date(policy.UpdateDate),
  };
}

export function describePolicy(call: Where, found: FoundPolicy, usage: PolicyUsage | undefined): Policy {
  const { Description, Tags } = found.policy;
  return { ...listedPolicy(call, found, usage), Description, Tags };
}

export function describeVersion({ DefaultVersionId }: ManagedPolicy, version: PolicyVersion): VersionShape {
  const { VersionId, Document, CreateDate } = version;
  return {
    Document: encodeDocument(Document),
    VersionId,
    IsDefaultVersion: VersionId === DefaultVersionId,
    CreateDate: new Date(CreateDate),
  };
}

export function describeBounded(
  call: Where,
  { PermissionsBoundary, Tags }: Pick<IamUser, 'PermissionsBoundary' | 'Tags'>,
): { PermissionsBoundary?: AttachedPermissionsBoundary; Tags?: IamUser['Tags'] } {
  return {
    ...(PermissionsBoundary !== undefined && {
      PermissionsBoundary: {
        // What AWS answers; its model has another word, which nothing reads.
        PermissionsBoundaryType: 'Policy' as never,
        PermissionsBoundaryArn: inPartition(call, PermissionsBoundary),
      },
    }),
    ...(Tags.length > 0 && { Tags }),
  };
}
