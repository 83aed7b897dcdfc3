/**
 * The nouns of IAM and STS, as the store keeps them and as the API passes them on: types only, as in model.ts.
 *
 * INVARIANT: whoever is in an account's IAM is in no Region, so that its scope is the account alone. ARNs of managed
 * policies are kept in the partition `aws`; an answer has those of the caller's partition.
 */

import type { Tag } from './model.ts';

export type InlinePolicy = {
  PolicyName: string;
  /** As it was given. */
  PolicyDocument: string;
};

/** What users, groups and roles have alike. Times are ISO 8601 in UTC with seconds. */
type Identity = {
  /** `/`, or `/…/`. */
  Path: string;
  CreateDate: string;
  /** Inline ones. */
  Policies: InlinePolicy[];
  /** ARNs of managed ones, in the order in which they were attached. */
  AttachedPolicies: string[];
};

type Bounded = {
  /** The ARN of a managed policy. */
  PermissionsBoundary?: string | undefined;
  Tags: Tag[];
};

export type IamUser = Identity &
  Bounded & {
    UserName: string;
    /** `AIDA…`: never given twice, also where a name is. */
    UserId: string;
    /** Names of groups. */
    Groups: string[];
    /** In the order in which they were made. */
    AccessKeyIds: string[];
  };

export type IamGroup = Identity & { GroupName: string; GroupId: string };

export type IamRole = Identity &
  Bounded & {
    RoleName: string;
    RoleId: string;
    AssumeRolePolicyDocument: string;
    Description?: string;
    /** Seconds, 3,600 to 43,200. */
    MaxSessionDuration: number;
  };

export type InstanceProfile = {
  InstanceProfileName: string;
  InstanceProfileId: string;
  Path: string;
  CreateDate: string;
  /** The name of the role, or none. */
  Roles: string[];
  Tags: Tag[];
};

export type PolicyVersion = { VersionId: string; Document: string; CreateDate: string };

export type ManagedPolicy = {
  PolicyName: string;
  PolicyId: string;
  Path: string;
  Description?: string;
  CreateDate: string;
  UpdateDate: string;
  /** Oldest first; one of them is the default. */
  Versions: PolicyVersion[];
  DefaultVersionId: string;
  /** Of `v1`, `v2` …: numbers are not used again. */
  nextVersion: number;
  Tags: Tag[];
};

/** How a request for credentials was made: IMDSv1 or IMDSv2 (`ec2:RoleDelivery`, aws-behaviour 2.1). */
export type RoleDelivery = '1.0' | '2.0';

/** Temporary credentials, as their token says and nothing else remembers. */
export type Session = {
  issuedAtMs: number;
  expiresAtMs: number;
  /** Passed for this session: a policy's text, and ARNs of managed policies. */
  Policy?: string;
  PolicyArns?: string[];
  Tags?: Tag[];
  /** Keys of those tags which go on to sessions that this one makes. */
  TransitiveTagKeys?: string[];
  SourceIdentity?: string;
  /** Made on an instance for the role of its profile: which one, and how they were asked for. */
  instance?: { InstanceId: string; region: string; delivery: RoleDelivery };
};
