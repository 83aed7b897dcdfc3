/**
 * ListEntitiesForPolicy: which users, groups and roles have a managed policy, or have it as their boundary.
 */

import type { ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse } from '@aws-sdk/client-iam';
import type { AccountCall } from '../../call.ts';
import { accountAction } from '../../call.ts';
import { groups, listEntities, roles, users } from '../../iam/entities.ts';
import { openPolicy } from '../../iam/managed-policies.ts';
import { readPathPrefix, readWord } from '../../iam/names.ts';
import { pageOf } from '../../iam/pages.ts';

/** API/ListEntitiesForPolicy. */
export const listEntitiesForPolicy = accountAction<ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse>(
  async (input, call) => {
    const filter = readWord('EntityFilter', input.EntityFilter, FILTERS);
    const use = readWord('PolicyUsageFilter', input.PolicyUsageFilter, ['PermissionsPolicy', 'PermissionsBoundary']);
    const prefix = readPathPrefix(input.PathPrefix);
    const { arn } = await openPolicy(call, input.PolicyArn);
    const found = (await entitiesOf(call)).filter(
      (each) =>
        (filter === undefined || filter === each.kind) &&
        each.Path.startsWith(prefix) &&
        ((use !== 'PermissionsBoundary' && each.AttachedPolicies.includes(arn)) ||
          (use !== 'PermissionsPolicy' && each.PermissionsBoundary === arn)),
    );
    const { items, ...page } = pageOf(call, found, input, ({ kind, name }) => `${kind} ${name}`);
    const of = (kind: string) => items.filter((each) => each.kind === kind);
    return {
      PolicyGroups: of('Group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of('User').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of('Role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...page,
    };
  },
);

const FILTERS = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const;

type Entity = {
  kind: 'User' | 'Role' | 'Group';
  name: string;
  id: string;
  Path: string;
  AttachedPolicies: string[];
  PermissionsBoundary?: string | undefined;
};

async function entitiesOf(call: AccountCall): Promise<Entity[]> {
  return [
    ...(await listEntities(call, users)).map((e): Entity => ({ ...e, kind: 'User', name: e.UserName, id: e.UserId })),
    ...(await listEntities(call, groups)).map(
      (e): Entity => ({ ...e, kind: 'Group', name: e.GroupName, id: e.GroupId }),
    ),
    ...(await listEntities(call, roles)).map((e): Entity => ({ ...e, kind: 'Role', name: e.RoleName, id: e.RoleId })),
  ];
}
