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
import { findEntities, findEntity, groups, roles, users } from './iam/entities.ts';
import { defaultDocument, type FoundPolicy, findPolicies } from './iam/managed-policies.ts';

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
  const ownGroups = own?.Groups.length ? await findEntities(tx, account, groups, own.Groups) : [];
  const owners: Owner[] = [
    ...(own ? [{ owner: own, source: 'user' as const }] : []),
    ...ownGroups.map((owner) => ({ owner, source: 'group' as const })),
  ];
  return {
    principal: { type: 'user', arn, account, id: UserId, name: UserName, tags: own?.Tags ?? [] },
    ...(await sessionOf(tx, caller.session, account)),
    policies: await policiesOf(tx, account, owners, { boundary: own?.PermissionsBoundary }),
  };
}

async function rolePolicies(tx: Transaction, caller: Principal & { kind: 'assumed-role' }): Promise<CallerPolicies> {
  const { account, arn, RoleName, RoleId, RoleSessionName, session } = caller;
  const role = await findEntity(tx, account, roles, RoleName);
  const own = role?.RoleId === RoleId ? role : undefined;
  const owners: Owner[] = own ? [{ owner: own, source: 'role' }] : [];
  const partition = arn.split(':')[1];
  return {
    principal: {
      ...{ type: 'assumed-role', arn, account, id: `${RoleId}:${RoleSessionName}` },
      roleArn: `arn:${partition}:iam::${account}:role${own?.Path ?? '/'}${RoleName}`,
      tags: sessionTags(own?.Tags ?? [], session.Tags ?? []),
    },
    ...(await sessionOf(tx, session, account)),
    policies: await policiesOf(tx, account, owners, { boundary: own?.PermissionsBoundary, session }),
  };
}

/** Those of the session stand above those of the role. */
function sessionTags(ofRole: readonly Tag[], ofSession: readonly Tag[]): Tag[] {
  return [...new Map([...ofRole, ...ofSession].map((tag) => [tag.Key.toLowerCase(), tag])).values()];
}

// ─── Policies ────────────────────────────────────────────────────────────────────────────────────────────────────────

type Owner = { owner: IamUser | IamGroup | IamRole; source: 'user' | 'group' | 'role' };

/** What bounds those of the owners: the ARN of a policy, and what was passed for the session. */
type Bounds = { boundary?: string | undefined; session?: Session };

/**
 * Of each owner the inline ones first, then those that are attached. All managed ones are read at once, as this is asked with
 * nearly every call; one that is deleted meanwhile allows and denies nothing.
 */
export async function policiesOf(
  tx: Transaction,
  account: string,
  owners: readonly Owner[],
  { boundary, session }: Bounds = {},
): Promise<CallerPolicies['policies']> {
  const boundaries = boundary === undefined ? [] : [boundary];
  const attached = owners.flatMap(({ owner }) => owner.AttachedPolicies);
  const found = await findPolicies(tx, account, [...attached, ...boundaries, ...(session?.PolicyArns ?? [])]);
  const managed: Managed = (arns, kind) => arns.flatMap((arn) => attachedPolicy(found.get(arn), kind));
  const [bound] = managed(boundaries, 'boundary');
  return {
    identity: owners.flatMap(({ owner, source }) => [
      ...owner.Policies.map(({ PolicyName, PolicyDocument }) => ({
        ...{ name: PolicyName, source, policy: compiledPolicy(PolicyDocument, 'identity') },
      })),
      ...managed(owner.AttachedPolicies, 'identity'),
    ]),
    ...(bound && { boundary: bound }),
    ...(session && passedPolicies(session, managed)),
  };
}

type Managed = (arns: readonly string[], kind: PolicyKind) => AttachedPolicy[];

function attachedPolicy(found: FoundPolicy | undefined, kind: PolicyKind): AttachedPolicy[] {
  if (!found) return [];
  const { arn, ofAws, policy } = found;
  const source = ofAws ? 'aws-managed' : 'user-managed';
  return [{ name: policy.PolicyName, arn, source, policy: compiledPolicy(defaultDocument(policy), kind) }];
}

/** None where none was passed; a session whose policies are all gone may nothing. */
function passedPolicies({ Policy, PolicyArns = [] }: Session, managed: Managed): Pick<Policies, 'session'> {
  if (Policy === undefined && PolicyArns.length === 0) return {};
  const text = Policy === undefined ? [] : [{ name: 'session', policy: compiledPolicy(Policy, 'session') }];
  return { session: [...text, ...managed(PolicyArns, 'session')] };
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
