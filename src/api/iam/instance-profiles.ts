/**
 * Instance profiles: the roles in them, the right to hand a role to an instance, and who is to hear of a change.
 *
 * Instances with a profile are in any Region of the account. Which of them have it is in the store (`withProfile`).
 */

import type { InstanceProfile as InstanceProfileShape } from '@aws-sdk/client-iam';
import type { IamRole, InstanceProfile } from '../../iam-model.ts';
import type { AccountCall, Call } from '../call.ts';
import { findEntity, instanceProfiles, listEntities, resourceOf, roles } from './entities.ts';
import { describeInstanceProfile } from './shapes.ts';

/** Those that exist. */
export async function rolesByName(
  { tx, scope }: Pick<AccountCall, 'tx' | 'scope'>,
  names: readonly string[],
): Promise<Map<string, IamRole>> {
  const found = new Map<string, IamRole>();
  for (const name of new Set(names)) {
    const role = await findEntity(tx, scope.account, roles, name);
    if (role) found.set(name, role);
  }
  return found;
}

export async function describeProfiles(
  call: AccountCall,
  profiles: readonly InstanceProfile[],
): Promise<InstanceProfileShape[]> {
  const named = await rolesByName(
    call,
    profiles.flatMap(({ Roles }) => Roles),
  );
  return profiles.map((profile) => describeInstanceProfile(call, profile, named));
}

/**
 * Asks whether the caller may hand this role to EC2 (aws-behaviour 4.3).
 *
 * @param instanceArn of the instance that gets it, where it is known @throws as `permitAlso`
 */
export function passRole(
  { scope, partition, permitAlso }: Pick<Call | AccountCall, 'scope' | 'permitAlso'> & Pick<AccountCall, 'partition'>,
  role: IamRole,
  instanceArn?: string,
): Promise<void> {
  const keys = {
    'iam:PassedToService': `ec2.${DOMAINS[partition]}`,
    'iam:AssociatedResourceArn': instanceArn,
  };
  return permitAlso('iam:PassRole', [resourceOf({ scope, partition }, roles, role, keys)]);
}

const DOMAINS = { aws: 'amazonaws.com', 'aws-cn': 'amazonaws.com.cn', 'aws-us-gov': 'amazonaws.com' } as const;

/** As many as one revision has at most, so that no host is told more at once. */
const AT_ONCE = 500;

/**
 * Has hosts told again what instances with this profile get. To be called by whatever changes the profile, who is in it, or
 * whom its role trusts, in the same transaction.
 */
export async function retellInstances(
  { tx, scope }: Pick<AccountCall, 'tx' | 'scope'>,
  InstanceProfileName: string,
): Promise<void> {
  let after: number | undefined = 0;
  while (after !== undefined) {
    const { instances, next } = await tx.instances.withProfile(scope.account, {
      InstanceProfileName,
      after,
      limit: AT_ONCE,
    });
    const revision = instances.length > 0 ? await tx.nextRevision() : 0;
    await tx.instances.update(instances.map((instance) => ({ ...instance, revision })));
    after = next;
  }
}

/** The same for every profile that the role is in. */
export async function retellInstancesOf(call: AccountCall, { RoleName }: IamRole): Promise<void> {
  for (const { InstanceProfileName, Roles } of await listEntities(call, instanceProfiles)) {
    if (Roles.includes(RoleName)) await retellInstances(call, InstanceProfileName);
  }
}
