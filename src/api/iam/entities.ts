/**
 * What IAM finds by name: users, groups, roles, managed policies and instance profiles.
 *
 * `open` is how an action begins: it finds what is named, asks `permit`, and only then says that there is no such thing, so
 * that who may not learns nothing of what exists. Names are unique without regard to case and found with regard to it.
 */

import { entityAlreadyExists, noSuchEntity, quotaExceeded } from '../../aws-errors.ts';
import { type Keys, tagKeys } from '../../iam/context.ts';
import type { ResourceContext } from '../../iam/ec2-context.ts';
import type { Tag } from '../../model.ts';
import type { Documents, Transaction } from '../../store/store.ts';
import type { AccountCall } from '../call.ts';
import { readName } from './names.ts';

export type EntityKind = 'iam-user' | 'iam-group' | 'iam-role' | 'iam-policy' | 'iam-instance-profile';

/** Those that have policies of their own. */
export type OwnerKind = 'iam-user' | 'iam-group' | 'iam-role';

/** What is different from kind to kind. */
export type Kind<K extends EntityKind> = {
  kind: K;
  /** As ARNs have it. */
  type: 'user' | 'group' | 'role' | 'policy' | 'instance-profile';
  nameParameter: string;
  longestName: number;
  nameOf(entity: Documents[K]): string;
  /** AWS's sentences. */
  notFound(name: string): string;
  exists(name: string): string;
  quota: { name: string; limit: number };
};

export const users: Kind<'iam-user'> = {
  ...{ kind: 'iam-user', type: 'user', nameParameter: 'UserName', longestName: 64 },
  nameOf: ({ UserName }) => UserName,
  notFound: (name) => `The user with name ${name} cannot be found.`,
  exists: (name) => `User with name ${name} already exists.`,
  quota: { name: 'UsersPerAccount', limit: 5000 },
};

export const groups: Kind<'iam-group'> = {
  ...{ kind: 'iam-group', type: 'group', nameParameter: 'GroupName', longestName: 128 },
  nameOf: ({ GroupName }) => GroupName,
  notFound: (name) => `The group with name ${name} cannot be found.`,
  exists: (name) => `Group with name ${name} already exists.`,
  quota: { name: 'GroupsPerAccount', limit: 300 },
};

export const roles: Kind<'iam-role'> = {
  ...{ kind: 'iam-role', type: 'role', nameParameter: 'RoleName', longestName: 64 },
  nameOf: ({ RoleName }) => RoleName,
  notFound: (name) => `The role with name ${name} cannot be found.`,
  exists: (name) => `Role with name ${name} already exists.`,
  quota: { name: 'RolesPerAccount', limit: 1000 },
};

export const policies: Kind<'iam-policy'> = {
  ...{ kind: 'iam-policy', type: 'policy', nameParameter: 'PolicyName', longestName: 128 },
  nameOf: ({ PolicyName }) => PolicyName,
  notFound: (name) => `Policy ${name} does not exist or is not attachable.`,
  exists: (name) => `A policy called ${name} already exists. Duplicate names are not allowed.`,
  quota: { name: 'CustomerManagedPoliciesPerAccount', limit: 1500 },
};

export const instanceProfiles: Kind<'iam-instance-profile'> = {
  ...{ kind: 'iam-instance-profile', type: 'instance-profile', nameParameter: 'InstanceProfileName', longestName: 128 },
  nameOf: ({ InstanceProfileName }) => InstanceProfileName,
  notFound: (name) => `Instance Profile ${name} cannot be found.`,
  exists: (name) => `Instance Profile ${name} already exists.`,
  quota: { name: 'InstanceProfilesPerAccount', limit: 1000 },
};

// ─── Finding ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Nobody's permission is asked. */
export async function findEntity<K extends EntityKind>(
  tx: Transaction,
  account: string,
  { kind, nameOf }: Pick<Kind<K>, 'kind' | 'nameOf'>,
  name: string,
): Promise<Documents[K] | undefined> {
  const found = await tx.documents.find(kind, { account, region: '' }, name.toLowerCase());
  return found && nameOf(found) === name ? found : undefined;
}

/** As `findEntity`, of many at once: those that there are, in the order of the names. */
export async function findEntities<K extends EntityKind>(
  tx: Transaction,
  account: string,
  { kind, nameOf }: Pick<Kind<K>, 'kind' | 'nameOf'>,
  names: readonly string[],
): Promise<Documents[K][]> {
  const ids = names.map((name) => name.toLowerCase());
  const found = await tx.documents.get(kind, { account, region: '' }, ids);
  return names.flatMap((name) => {
    const entity = found.get(name.toLowerCase());
    return entity && nameOf(entity) === name ? [entity] : [];
  });
}

/**
 * The entity with this name, once the caller may do this to it.
 *
 * @param keys what conditions can ask about the request
 * @throws ValidationError, AccessDenied, NoSuchEntity
 */
export async function open<K extends EntityKind>(
  call: AccountCall,
  kind: Kind<K>,
  given: string | undefined,
  keys: Keys = {},
): Promise<Documents[K]> {
  const name = readName(kind.nameParameter, given, kind.longestName);
  const found = await findEntity(call.tx, call.scope.account, kind, name);
  await call.permit([found ? resourceOf(call, kind, found, keys) : { arn: arnOf(call, kind, '/', name), keys }]);
  if (!found) throw noSuchEntity(kind.notFound(name));
  return found;
}

/** In order of their names. */
export async function listEntities<K extends EntityKind>(
  { tx, scope }: Pick<AccountCall, 'tx' | 'scope'>,
  { kind, nameOf }: Kind<K>,
): Promise<Documents[K][]> {
  const found = await tx.documents.list(kind, scope);
  return found.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

// ─── Changing ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What is to be made: how it is called and where, and what conditions can ask about the request. */
type New<K extends EntityKind> = {
  name: string | undefined;
  Path: string;
  keys: Keys;
  /** What else is read of the request is read once the caller may. */
  make(name: string): Promise<Documents[K]>;
};

/**
 * Makes and keeps an entity, once the caller may.
 *
 * @throws ValidationError, AccessDenied, EntityAlreadyExists, LimitExceeded, and what `make` throws
 */
export async function create<K extends EntityKind>(
  call: AccountCall,
  kind: Kind<K>,
  { name: given, Path, keys, make }: New<K>,
): Promise<Documents[K]> {
  const { tx, scope } = call;
  const name = readName(kind.nameParameter, given, kind.longestName);
  await call.permit([{ arn: arnOf(call, kind, Path, name), keys }]);
  if (await tx.documents.find(kind.kind, scope, name.toLowerCase())) throw entityAlreadyExists(kind.exists(name));
  const { quota } = kind;
  if ((await tx.documents.count(kind.kind, scope)) >= quota.limit) throw quotaExceeded(quota.name, quota.limit);
  const entity = await make(name);
  await save(call, kind, entity);
  return entity;
}

/** Replaces an entity of the same name, or keeps a new one. */
export function save<K extends EntityKind>(
  { tx, scope }: Pick<AccountCall, 'tx' | 'scope'>,
  { kind, nameOf }: Kind<K>,
  entity: Documents[K],
): Promise<void> {
  return tx.documents.put(kind, scope, nameOf(entity).toLowerCase(), entity);
}

/**
 * Keeps an entity under another name or path. The caller needs the right to both, the one that there is and the one that comes
 * of it: `open` has asked for the first.
 *
 * @throws AccessDenied, EntityAlreadyExists
 */
export async function rename<K extends EntityKind>(
  call: AccountCall,
  kind: Kind<K>,
  { from, to }: { from: Documents[K]; to: Documents[K] },
): Promise<void> {
  await call.permit([{ arn: entityArn(call, kind, to), keys: {} }]);
  const name = kind.nameOf(to);
  if (name.toLowerCase() !== kind.nameOf(from).toLowerCase()) {
    const taken = await call.tx.documents.find(kind.kind, call.scope, name.toLowerCase());
    if (taken) throw entityAlreadyExists(kind.exists(name));
    await remove(call, kind, from);
  }
  await save(call, kind, to);
}

export function remove<K extends EntityKind>(
  { tx, scope }: Pick<AccountCall, 'tx' | 'scope'>,
  { kind, nameOf }: Kind<K>,
  entity: Documents[K],
): Promise<void> {
  return tx.documents.remove(kind, scope, nameOf(entity).toLowerCase());
}

// ─── As policies see them ────────────────────────────────────────────────────────────────────────────────────────────

/** For example `arn:aws:iam::123456789012:user/division/bob`. */
export function arnOf<K extends EntityKind>(
  { partition, scope }: Pick<AccountCall, 'partition' | 'scope'>,
  { type }: Pick<Kind<K>, 'type'>,
  Path: string,
  name: string,
): string {
  return `arn:${partition}:iam::${scope.account}:${type}${Path}${name}`;
}

export function entityArn<K extends EntityKind>(
  call: Pick<AccountCall, 'partition' | 'scope'>,
  kind: Kind<K>,
  entity: Documents[K],
): string {
  return arnOf(call, kind, entity.Path, kind.nameOf(entity));
}

/** @param keys of the request; they stand above those of the entity */
export function resourceOf<K extends EntityKind>(
  call: Pick<AccountCall, 'partition' | 'scope'>,
  kind: Kind<K>,
  entity: Documents[K],
  keys: Keys = {},
): ResourceContext {
  const { Tags = [], PermissionsBoundary } = entity as { Tags?: Tag[]; PermissionsBoundary?: string };
  const own = {
    ...resourceTagKeys(Tags),
    'iam:PermissionsBoundary': PermissionsBoundary && inPartition(call, PermissionsBoundary),
  };
  return { arn: entityArn(call, kind, entity), keys: { ...own, ...keys } };
}

export function resourceTagKeys(tags: readonly Tag[]): Keys {
  return { ...tagKeys('aws:ResourceTag', tags), ...tagKeys('iam:ResourceTag', tags) };
}

/** An ARN as the store has it, for a caller. */
export function inPartition({ partition }: Pick<AccountCall, 'partition'>, arn: string): string {
  return arn.replace(/^arn:aws:/, `arn:${partition}:`);
}
