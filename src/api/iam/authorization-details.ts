/**
 * Everything in an account that says who may do what, as GetAccountAuthorizationDetails shows it.
 *
 * Users come first, then groups, roles and policies, each in order of their names.
 */

import type { GroupDetail, ManagedPolicyDetail, RoleDetail, UserDetail } from '@aws-sdk/client-iam';
import type { InlinePolicy } from '../../iam-model.ts';
import type { AccountCall } from '../call.ts';
import { describeAttached, type PolicyUsage, policyUsage } from './attachments.ts';
import { groups, instanceProfiles, listEntities, roles, users } from './entities.ts';
import { describeProfiles } from './instance-profiles.ts';
import { type FoundPolicy, ownPolicies, policiesOfAws } from './managed-policies.ts';
import { encodeDocument } from './policy-documents.ts';
import { describeBounded, describeGroup, describeRole, describeVersion, listedPolicy, listedUser } from './shapes.ts';

/** `key` is unique, and pages are in its order. */
export type Detail = { key: string } & (
  | { kind: 'User'; detail: UserDetail }
  | { kind: 'Group'; detail: GroupDetail }
  | { kind: 'Role'; detail: RoleDetail }
  | { kind: 'LocalManagedPolicy' | 'AWSManagedPolicy'; policy: ManagedPolicyDetail }
);

/** Policies of AWS are among them where somebody has them. */
export async function detailsOf(call: AccountCall): Promise<Detail[]> {
  const usage = await policyUsage(call);
  const ofAws = policiesOfAws().filter(({ arn }) => usage.has(arn));
  return [
    ...(await userDetails(call)),
    ...(await groupDetails(call)),
    ...(await roleDetails(call)),
    ...[...(await ownPolicies(call)), ...ofAws].map((found) => policyDetail(call, found, usage.get(found.arn))),
  ];
}

async function userDetails(call: AccountCall): Promise<Detail[]> {
  const found = await listEntities(call, users);
  return found.map((user) => ({
    kind: 'User',
    key: `1 ${user.UserName}`,
    detail: {
      ...listedUser(call, user),
      ...describeBounded(call, user),
      UserPolicyList: describeInline(user.Policies),
      GroupList: user.Groups,
      AttachedManagedPolicies: user.AttachedPolicies.map((arn) => describeAttached(call, arn)),
    },
  }));
}

async function groupDetails(call: AccountCall): Promise<Detail[]> {
  const found = await listEntities(call, groups);
  return found.map((group) => ({
    kind: 'Group',
    key: `2 ${group.GroupName}`,
    detail: {
      ...describeGroup(call, group),
      GroupPolicyList: describeInline(group.Policies),
      AttachedManagedPolicies: group.AttachedPolicies.map((arn) => describeAttached(call, arn)),
    },
  }));
}

async function roleDetails(call: AccountCall): Promise<Detail[]> {
  const profiles = await listEntities(call, instanceProfiles);
  const details: Detail[] = [];
  for (const role of await listEntities(call, roles)) {
    const { Description: _description, MaxSessionDuration: _duration, ...described } = describeRole(call, role);
    const having = profiles.filter(({ Roles }) => Roles.includes(role.RoleName));
    const detail = {
      ...described,
      InstanceProfileList: await describeProfiles(call, having),
      RolePolicyList: describeInline(role.Policies),
      AttachedManagedPolicies: role.AttachedPolicies.map((arn) => describeAttached(call, arn)),
    };
    details.push({ kind: 'Role', key: `3 ${role.RoleName}`, detail });
  }
  return details;
}

function policyDetail(call: AccountCall, found: FoundPolicy, usage: PolicyUsage | undefined): Detail {
  const { policy, arn, ofAws } = found;
  return {
    kind: ofAws ? 'AWSManagedPolicy' : 'LocalManagedPolicy',
    key: `4 ${arn}`,
    policy: {
      ...listedPolicy(call, found, usage),
      Description: policy.Description,
      PolicyVersionList: policy.Versions.map((version) => describeVersion(policy, version)),
    },
  };
}

function describeInline(policies: readonly InlinePolicy[]) {
  return policies.map(({ PolicyName, PolicyDocument }) => ({
    PolicyName,
    PolicyDocument: encodeDocument(PolicyDocument),
  }));
}
