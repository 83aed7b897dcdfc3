/**
 * What the engine has to know of a caller: who it is, what is known of its session, and every policy that it has.
 *
 * Everything is read in the transaction of the call. It decides nothing, and whoever is gone by now has no policies.
 */

import type { SessionFacts } from '../iam/context.ts';
import type { AttachedPolicy, Policies } from '../iam/evaluate.ts';
import type { PolicyKind } from '../iam/policy/policy.ts';
import type { RequestPrincipal } from '../iam/principals.ts';
import type { IamGroup, IamRole, IamUser, Session } from '../iam-model.ts';
import type { Principal, Tag } from '../model.ts';
import type { Transaction } from '../store/store.ts';
import { ec2Arn } from './call.ts';
import { compiledPolicy } from './compiled-policies.ts';
import { findEntity, groups, roles, users } from './iam/entities.ts';
import { defaultDocument, findPolicy } from './iam/managed-policies.ts';

export type CallerPolicies = {
  principal: RequestPrincipal;
  session?: SessionFacts;
  policies: Pick<Policies, 'identity' | 'boundary' | 'session'>;
};

/** Whoever is gone by now has no policies. */
export async function callerPolicies(tx: Transaction, principal: Principal): Promise<CallerPolicies> {
  const { account, arn } = principal;
  switch (principal.kind) {
    case 'root':
      return {
        principal: { type: 'root', arn, account, id: account },
        ...(await sessionOf(tx, principal.session, account)),
        policies: { identity: [] },
      };
    case 'user':
      return userPolicies(tx, principal);
    case 'assumed-role':
      return rolePolicies(tx, principal);
    case 'ec2-instance': {
      // No role of the account: no policy can be attached to it.
      const id = `${account}:aws:ec2-instance:${principal.InstanceId}`;
      const roleArn = arn.replace(/:sts:(.*):assumed-role\/(.*)\/[^/]*$/, ':iam:$1:role/$2');
      return { principal: { type: 'assumed-role', arn, account, id, roleArn }, policies: { identity: [] } };
    }
  }
}

async function userPolicies(tx: Transaction, caller: Principal & { kind: 'user' }): Promise<CallerPolicies> {
  const { account, arn, UserName, UserId } = caller;
  const user = await findEntity(tx, account, users, UserName);
  const own = user?.UserId === UserId ? user : undefined;
  const identity = own ? await ownPolicies(tx, account, own, 'user') : [];
  for (const name of own?.Groups ?? []) {
    const group = await findEntity(tx, account, groups, name);
    if (group) identity.push(...(await ownPolicies(tx, account, group, 'group')));
  }
  return {
    principal: { type: 'user', arn, account, id: UserId, name: UserName, tags: own?.Tags ?? [] },
    ...(await sessionOf(tx, caller.session, account)),
    policies: { identity, ...(await boundaryOf(tx, account, own)) },
  };
}

async function rolePolicies(tx: Transaction, caller: Principal & { kind: 'assumed-role' }): Promise<CallerPolicies> {
  const { account, arn, RoleName, RoleId, RoleSessionName, session } = caller;
  const role = await findEntity(tx, account, roles, RoleName);
  const own = role?.RoleId === RoleId ? role : undefined;
  const partition = arn.split(':')[1];
  return {
    principal: {
      ...{ type: 'assumed-role', arn, account, id: `${RoleId}:${RoleSessionName}` },
      roleArn: `arn:${partition}:iam::${account}:role${own?.Path ?? '/'}${RoleName}`,
      tags: sessionTags(own?.Tags ?? [], session.Tags ?? []),
    },
    ...(await sessionOf(tx, session, account)),
    policies: {
      identity: own ? await ownPolicies(tx, account, own, 'role') : [],
      ...(await boundaryOf(tx, account, own)),
      ...(await passedPolicies(tx, account, session)),
    },
  };
}

/** Those of the session stand above those of the role. */
function sessionTags(ofRole: readonly Tag[], ofSession: readonly Tag[]): Tag[] {
  return [...new Map([...ofRole, ...ofSession].map((tag) => [tag.Key.toLowerCase(), tag])).values()];
}

/** Inline ones first, then those that are attached. */
export async function ownPolicies(
  tx: Transaction,
  account: string,
  { Policies: inline, AttachedPolicies }: IamUser | IamGroup | IamRole,
  source: 'user' | 'group' | 'role',
): Promise<AttachedPolicy[]> {
  const found = inline.map(({ PolicyName, PolicyDocument }) => ({
    ...{ name: PolicyName, source, policy: compiledPolicy(PolicyDocument, 'identity') },
  }));
  return [...found, ...(await managed(tx, account, AttachedPolicies, 'identity'))];
}

/** A managed policy that is deleted meanwhile allows and denies nothing. */
async function managed(
  tx: Transaction,
  account: string,
  arns: readonly string[],
  kind: PolicyKind,
): Promise<AttachedPolicy[]> {
  const attached: AttachedPolicy[] = [];
  for (const arn of arns) {
    const found = await findPolicy(tx, account, arn);
    if (!found) continue;
    const source = found.ofAws ? 'aws-managed' : 'user-managed';
    const policy = compiledPolicy(defaultDocument(found.policy), kind);
    attached.push({ name: found.policy.PolicyName, arn, source, policy });
  }
  return attached;
}

async function boundaryOf(
  tx: Transaction,
  account: string,
  owner: IamUser | IamRole | undefined,
): Promise<Pick<Policies, 'boundary'>> {
  const [boundary] = await managed(
    tx,
    account,
    owner?.PermissionsBoundary ? [owner.PermissionsBoundary] : [],
    'boundary',
  );
  return boundary ? { boundary } : {};
}

/** None where none was passed; a session whose policies are all gone may nothing. */
async function passedPolicies(
  tx: Transaction,
  account: string,
  { Policy, PolicyArns = [] }: Session,
): Promise<Pick<Policies, 'session'>> {
  if (Policy === undefined && PolicyArns.length === 0) return {};
  const text = Policy === undefined ? [] : [{ name: 'session', policy: compiledPolicy(Policy, 'session') }];
  return { session: [...text, ...(await managed(tx, account, PolicyArns, 'session'))] };
}

// ─── The session ─────────────────────────────────────────────────────────────────────────────────────────────────────

async function sessionOf(
  tx: Transaction,
  session: Session | undefined,
  account: string,
): Promise<{ session?: SessionFacts }> {
  if (!session) return {};
  const { issuedAtMs, SourceIdentity, instance } = session;
  return {
    session: {
      issuedAtMs,
      ...(SourceIdentity !== undefined && { sourceIdentity: SourceIdentity }),
      ...(instance && { instance: await instanceFacts(tx, account, instance) }),
    },
  };
}

/** The network of an instance that is gone is not known any more. */
async function instanceFacts(
  tx: Transaction,
  account: string,
  { InstanceId, region, delivery }: NonNullable<Session['instance']>,
): Promise<NonNullable<SessionFacts['instance']>> {
  const scope = { account, region };
  const [found] = await tx.instances.get(scope, [InstanceId]);
  const privateIpv4 = found?.NetworkInterfaces[0].PrivateIpAddress;
  return {
    delivery,
    arn: ec2Arn(scope, 'instance', InstanceId),
    ...(found && { vpcId: found.VpcId }),
    ...(privateIpv4 !== undefined && { privateIpv4 }),
  };
}
