/**
 * AssumeRole: temporary credentials of a role, for whom its trust policy names and whose own policies allow it.
 *
 * Tags and a source identity need rights of their own, on both sides. Who may not is told the same whether or not there is
 * such a role.
 */

import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import { accessDenied, neverAllowed } from '../../../aws-errors.ts';
import { requestTagKeys } from '../../../iam/context.ts';
import type { ResourcePolicy } from '../../../iam/evaluate.ts';
import type { IamRole } from '../../../iam-model.ts';
import { type AccountCall, accountAction } from '../../call.ts';
import { compiledPolicy } from '../../compiled-policies.ts';
import { findEntity, resourceOf, roles } from '../../iam/entities.ts';
import { sessionArn } from '../../principals.ts';
import { issue, refuseSecondFactor } from '../../sts/issue.ts';
import { type RoleSessionRequest, readRoleSession, secondsFor } from '../../sts/role-session-request.ts';

/** API/AssumeRole. */
export const assumeRole = accountAction<AssumeRoleRequest, AssumeRoleResponse>(async (input, call) => {
  const asked = await readRoleSession(call, input);
  if (call.principal.kind === 'root') throw neverAllowed('Roles may not be assumed by root accounts.');
  refuseSecondFactor(input);
  const role = await permitted(call, asked, input);
  const { account, RoleSessionName, session } = asked;
  const owner = { kind: 'assumed-role' as const, RoleName: role.RoleName, RoleId: role.RoleId, RoleSessionName };
  const seconds = secondsFor(call.principal, role, input.DurationSeconds);
  const { Credentials, percent } = await issue(call, { account, owner, seconds, session });
  return {
    Credentials,
    AssumedRoleUser: {
      AssumedRoleId: `${role.RoleId}:${RoleSessionName}`,
      Arn: sessionArn(account, owner).replace(/^arn:aws:/, `arn:${call.partition}:`),
    },
    ...((session.Policy ?? session.PolicyArns ?? session.Tags) && { PackedPolicySize: percent }),
    SourceIdentity: session.SourceIdentity,
  };
});

/** The role, once its policy and the caller's allow all of the request. @throws AccessDenied */
async function permitted(call: AccountCall, asked: RoleSessionRequest, input: AssumeRoleRequest): Promise<IamRole> {
  const { account, path, name, RoleArn, RoleSessionName, session } = asked;
  const found = await findEntity(call.tx, account, roles, name);
  const role = found?.Path === path ? found : undefined;
  if (!role) throw accessDenied(call.principal.arn, 'sts:AssumeRole', RoleArn, '');
  const resource = resourceOf({ ...call, scope: { account, region: '' } }, roles, role);
  const keys = {
    ...resource.keys,
    ...requestTagKeys(asked.requestTags),
    'sts:ExternalId': input.ExternalId,
    'sts:RoleSessionName': RoleSessionName,
    'sts:SourceIdentity': input.SourceIdentity,
    'sts:TransitiveTagKeys': input.TransitiveTagKeys,
  };
  const trust = trustOf(account, role);
  const about = [{ arn: resource.arn, keys }];
  await call.permit(about, trust);
  if (asked.requestTags.length > 0) await call.permitAlso('sts:TagSession', about, trust);
  if (session.SourceIdentity !== undefined) await call.permitAlso('sts:SetSourceIdentity', about, trust);
  return role;
}

function trustOf(account: string, { RoleName, AssumeRolePolicyDocument }: IamRole): ResourcePolicy {
  return { kind: 'trust', account, name: RoleName, policy: compiledPolicy(AssumeRolePolicyDocument, 'trust') };
}
