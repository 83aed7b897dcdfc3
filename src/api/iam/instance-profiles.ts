/**
 * Instance profiles: the roles in them, and the right to hand a role to an instance.
 */

import type { InstanceProfile as InstanceProfileShape } from '@aws-sdk/client-iam';
import type { IamRole, InstanceProfile } from '../../iam-model.ts';
import type { AccountCall, Call } from '../call.ts';
import { findEntity, resourceOf, roles } from './entities.ts';
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

/** Asks whether the caller may hand this role to EC2 (aws-behaviour 4.3). @throws as `permitAlso` */
export function passRole(
  { scope, partition, permitAlso }: Pick<Call | AccountCall, 'scope' | 'permitAlso'> & Pick<AccountCall, 'partition'>,
  role: IamRole,
): Promise<void> {
  const { arn, keys } = resourceOf({ scope, partition }, roles, role);
  return permitAlso('iam:PassRole', [{ arn, keys: { ...keys, 'iam:PassedToService': `ec2.${DOMAINS[partition]}` } }]);
}

const DOMAINS = { aws: 'amazonaws.com', 'aws-cn': 'amazonaws.com.cn', 'aws-us-gov': 'amazonaws.com' } as const;
