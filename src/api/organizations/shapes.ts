/**
 * How Organizations writes what an organization has: its ARNs, paths and structures, in AWS's model's members.
 *
 * The model's names come from the SDK's types; times are seconds since 1970, as JSON 1.1 has them.
 */

import type * as sdk from '@aws-sdk/client-organizations';
import { type Partition, partitionOf } from '../../catalogue/regions.ts';
import type { MemberAccount, Organization, OrganizationalUnit, PolicyType, Scope } from '../../model.ts';

/** A shape of the SDK's as JSON has it. */
export type Wire<T> = T extends Date
  ? number
  : T extends (infer E)[]
    ? Wire<E>[]
    : T extends object
      ? { [K in keyof T]: Wire<T[K]> }
      : T;

/** What ARNs begin with. */
export type Place = { partition: Partition; organization: Pick<Organization, 'Id' | 'MasterAccountId' | 'RootId'> };

export function placeOf({ region }: Scope, organization: Organization): Place {
  return { partition: partitionOf(region), organization };
}

/** @param type for example `ou`; `id` is none where the organization itself is meant */
function arn({ partition, organization }: Place, type: string, id?: string): string {
  const parts = [type, organization.Id, ...(id === undefined ? [] : [id])];
  return `arn:${partition}:organizations::${organization.MasterAccountId}:${parts.join('/')}`;
}

/** Of a root, an OU or an account, which their ids tell apart. */
export function targetArn(place: Place, id: string): string {
  return arn(place, targetTypeOf(id).arn, id);
}

/** How AWS calls what has an id. */
export function targetTypeOf(id: string): { arn: string; type: 'ROOT' | 'ORGANIZATIONAL_UNIT' | 'ACCOUNT' } {
  if (id.startsWith('r-')) return { arn: 'root', type: 'ROOT' };
  return id.startsWith('ou-') ? { arn: 'ou', type: 'ORGANIZATIONAL_UNIT' } : { arn: 'account', type: 'ACCOUNT' };
}

/** @param id `p-*` for one that is to be made */
export function policyArn(place: Place, type: PolicyType, id: string): string {
  return arn(place, 'policy', `${type.toLowerCase()}/${id}`);
}

// ─── Structures ──────────────────────────────────────────────────────────────────────────────────────────────────────

export function describeOrganization(
  place: Place,
  { Id, FeatureSet, MasterAccountId }: Organization,
  MasterAccountEmail: string,
): Wire<sdk.Organization> {
  return {
    Id,
    Arn: arn(place, 'organization'),
    FeatureSet,
    MasterAccountArn: targetArn(place, MasterAccountId),
    MasterAccountId,
    MasterAccountEmail,
    // AWS has kept this one as it was when there was no other type, and says to look at the root instead.
    AvailablePolicyTypes: FeatureSet === 'ALL' ? [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] : [],
  };
}

export function describeRoot(place: Place, { RootId, policyTypes }: Organization): Wire<sdk.Root> {
  return {
    Id: RootId,
    Arn: targetArn(place, RootId),
    Name: ROOT_NAME,
    PolicyTypes: policyTypes.map((Type) => ({ Type, Status: 'ENABLED' })),
  };
}

export const ROOT_NAME = 'Root';

/** @param ancestors the ids from the root to the parent */
export function describeUnit(
  place: Place,
  { Id, Name }: OrganizationalUnit,
  ancestors: readonly string[],
): Wire<sdk.OrganizationalUnit> {
  return { Id, Arn: targetArn(place, Id), Name, Path: pathOf(place, [...ancestors, Id]) };
}

/** @param ancestors the ids from the root to the parent */
export function describeAccount(
  place: Place,
  { Id, Email, Name, JoinedMethod, JoinedTimestamp }: MemberAccount,
  ancestors: readonly string[],
): Wire<sdk.Account> {
  return {
    Id,
    Arn: targetArn(place, Id),
    Email,
    Name,
    // Of one meaning here, where no account is closed.
    Status: 'ACTIVE',
    State: 'ACTIVE',
    Paths: [pathOf(place, [...ancestors, Id])],
    JoinedMethod,
    JoinedTimestamp,
  };
}

/** As `aws:PrincipalOrgPaths` has it, with what it leads to. */
function pathOf({ organization }: Place, ids: readonly string[]): string {
  return `${[organization.Id, ...ids].join('/')}/`;
}
