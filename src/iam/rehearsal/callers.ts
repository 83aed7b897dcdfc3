/**
 * Who makes a call that nobody makes, from a name such as people write: `user/alice`, `role/app`, `root`, or an ARN.
 *
 * Ids are made up, always the same. A role is one that somebody assumed, or that of an instance, whose credentials know how
 * they were asked for.
 */

import type { RoleDelivery } from '../../iam-model.ts';
import type { Scope } from '../../model.ts';
import type { Caller } from '../context.ts';
import { INSTANCE_ID, PRIVATE_IPV4, VPC_ID } from './call.ts';

type Principal = Caller['principal'];

/** Where a name says nothing of an account. */
const ACCOUNT = '123456789012';
const SESSION = 'session';

/**
 * The principal of a name, or of the ARN of a user, a role, a root or a session.
 *
 * @returns undefined for what is none
 */
export function principalNamed(text: string, usualAccount = ACCOUNT): Principal | undefined {
  const [, partition = 'aws', account = usualAccount, resource = text] =
    /^arn:(aws[a-z-]*):(?:iam|sts)::(\d{12}):(.+)$/.exec(text) ?? [];
  const arn = (service: string, rest: string) => `arn:${partition}:${service}::${account}:${rest}`;
  if (resource === 'root') return { type: 'root', arn: arn('iam', 'root'), account, id: account };
  const [type = '', ...path] = resource.split('/');
  const name = path.at(-1) ?? '';
  if (name !== '' && type === 'user') {
    return { type: 'user', arn: arn('iam', resource), account, id: 'AIDAEXAMPLE000000000', name };
  }
  if (name !== '' && type === 'role') return sessionOf({ account, arn }, resource, name, SESSION);
  const [role = '', session = '', ...rest] = path;
  if (type === 'assumed-role' && role !== '' && session !== '' && rest.length === 0) {
    return sessionOf({ account, arn }, `role/${role}`, role, session);
  }
  return undefined;
}

type Where = { account: string; arn: (service: string, rest: string) => string };

function sessionOf({ account, arn }: Where, role: string, name: string, session: string): Principal {
  return {
    type: 'assumed-role',
    arn: arn('sts', `assumed-role/${name}/${session}`),
    roleArn: arn('iam', role),
    account,
    id: `AROAEXAMPLE000000000:${session}`,
  };
}

/**
 * The principal as it calls.
 *
 * @param delivery of an instance's credentials; whoever is no role has none
 */
export function callerOf(
  principal: Principal,
  scope: Scope,
  { delivery, nowMs }: { delivery?: RoleDelivery | undefined; nowMs: number },
): Caller {
  if (principal.type !== 'assumed-role') return { principal };
  if (delivery === undefined) return { principal, session: { issuedAtMs: nowMs } };
  const partition = principal.arn.split(':')[1];
  // A session of an instance is called as the instance is.
  const InstanceId = /\/(i-[0-9a-f]+)$/.exec(principal.arn)?.[1] ?? INSTANCE_ID;
  const arn = `arn:${partition}:ec2:${scope.region}:${scope.account}:instance/${InstanceId}`;
  const own = principal.arn.replace(/[^/]+$/, InstanceId);
  return {
    principal: { ...principal, arn: own, id: principal.id.replace(/[^:]+$/, InstanceId) },
    session: { issuedAtMs: nowMs, instance: { delivery, arn, vpcId: VPC_ID, privateIpv4: PRIVATE_IPV4 } },
  };
}
