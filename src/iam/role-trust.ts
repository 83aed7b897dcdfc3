/**
 * Does a role trust EC2? Only then does an instance with the role in its profile get credentials of it (aws-behaviour 2.1).
 *
 * rule: instance-role-trust
 *   EC2 assumes the role for the instance, as a service: the role's trust policy has to allow it. Policies of the account and
 *   its organization do not stand against a service.
 */

import type { Scope } from '../model.ts';
import { callerKeys, contextOf, resourceOwnerKeys, wireKeys } from './context.ts';
import { ec2Arn } from './ec2-context.ts';
import { evaluate } from './evaluate.ts';
import type { CompiledPolicy } from './policy/compile.ts';

/** EC2's names in trust policies; the second one is used in China beside the first. */
const EC2 = ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'];

type Assumption = {
  roleArn: string;
  /** The role's trust policy. */
  trust: CompiledPolicy;
  instance: Scope & { InstanceId: string };
  nowMs: number;
};

/**
 * Whether EC2 may assume the role for the instance. Conditions can ask about `aws:SourceAccount` and `aws:SourceArn`, as for
 * any service that acts for a resource.
 */
export function trustsEc2({ roleArn, trust, instance, nowMs }: Assumption): boolean {
  const { account, region, InstanceId } = instance;
  const names = region.startsWith('cn-') ? EC2 : EC2.slice(0, 1);
  return names.some((name) => {
    const principal = { type: 'service', arn: name, account: '', id: name } as const;
    const context = contextOf(
      callerKeys({ principal }),
      wireKeys({ secureTransport: true, region, nowMs }),
      resourceOwnerKeys(account),
      {
        'aws:SourceAccount': account,
        'aws:SourceArn': ec2Arn(instance, 'instance', InstanceId),
        'sts:RoleSessionName': InstanceId,
      },
    );
    const request = { principal, action: 'sts:AssumeRole', resource: roleArn, context };
    const resource = { kind: 'trust', account, name: 'trust', policy: trust } as const;
    return evaluate(request, { identity: [], resource }).decision === 'allowed';
  });
}
