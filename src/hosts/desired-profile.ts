/**
 * What a host is told of the instance profile of an instance: who is in it, and with which key it makes credentials.
 *
 * Profile and role are looked up by name and told by id. Whether the role trusts EC2 is decided here, whenever the instance
 * is described: the host has no policies. IAM's actions have those instances described again whose answer may change.
 */

import { iamArn } from '../iam/iam-arn.ts';
import { instanceProfileArn } from '../iam/instance-profile.ts';
import { compilePolicy } from '../iam/policy/compile.ts';
import { readPolicy } from '../iam/policy/read.ts';
import { trustsEc2 } from '../iam/role-trust.ts';
import { roleCredentialsKey } from '../iam/sts-session.ts';
import type { IamRole } from '../iam-model.ts';
import type { DesiredProfile, Instance } from '../model.ts';
import type { Transaction } from '../store/store.ts';
import { findOnce } from './find-once.ts';

/** Describes the profiles of instances of one account; what many of them have alike is read once. */
export function profileDescriber(
  tx: Transaction,
  { account, installationKey, nowMs }: { account: string; installationKey: Uint8Array; nowMs: number },
): (instance: Instance) => Promise<DesiredProfile | undefined> {
  const find = findOnce(tx, { account, region: '' });
  const trusts = new Map<string, ReturnType<typeof compilePolicy>>();

  const trustOf = ({ AssumeRolePolicyDocument: text }: IamRole) => {
    const known = trusts.get(text) ?? compilePolicy(readPolicy(text, 'trust'));
    trusts.set(text, known);
    return known;
  };

  const describeRole = (instance: Instance, role: IamRole): NonNullable<DesiredProfile['role']> => {
    const { RoleName, RoleId, Path } = role;
    const { InstanceId } = instance;
    const roleArn = iamArn(instance, 'role', { Path, name: RoleName });
    if (!trustsEc2({ roleArn, trust: trustOf(role), instance, nowMs })) return { RoleName, RoleId };
    const credentialsKey = roleCredentialsKey(installationKey, { account, InstanceId, RoleId });
    return { RoleName, RoleId, credentialsKey };
  };

  return async (instance) => {
    const { IamInstanceProfile: associated } = instance;
    if (!associated) return undefined;
    const found = await find('iam-instance-profile', associated.InstanceProfileName.toLowerCase());
    const profile = found?.InstanceProfileId === associated.InstanceProfileId ? found : undefined;
    const [name] = profile?.Roles ?? [];
    const role = name === undefined ? undefined : await find('iam-role', name.toLowerCase());
    return {
      InstanceProfileArn: instanceProfileArn(instance, associated),
      InstanceProfileId: associated.InstanceProfileId,
      Timestamp: associated.Timestamp,
      exists: profile !== undefined,
      ...(role && { role: describeRole(instance, role) }),
    };
  };
}
