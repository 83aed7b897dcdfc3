/**
 * SimulatePrincipalPolicy: what the policies of a user, group or role would decide, with those of the request beside them.
 *
 * Of a role it is what every session of it may; SCPs are not looked up.
 */

import type { SimulatePrincipalPolicyRequest } from '@aws-sdk/client-iam';
import { invalidIamInput, noSuchEntity } from '../../../aws-errors.ts';
import { callerKeys } from '../../../iam/context.ts';
import type { Policies } from '../../../iam/evaluate.ts';
import type { RequestPrincipal } from '../../../iam/principals.ts';
import { type AccountCall, accountAction } from '../../call.ts';
import { callerPolicies, policiesOf } from '../../caller-policies.ts';
import { findEntity, groups, roles, users } from '../../iam/entities.ts';
import { readText } from '../../iam/names.ts';
import { readBoundaryInput, readPolicies, type SimulationPage, simulate } from '../../iam/simulation.ts';
import { userPrincipal } from '../../principals.ts';

const SOURCE = /^arn:[\w-]+:iam::(\d{12}):(user|group|role)(\/(?:[\u0021-\u007e]+\/)?)([\w+=,.@-]+)$/;

/** API/SimulatePrincipalPolicy. */
export const simulatePrincipalPolicy = accountAction<SimulatePrincipalPolicyRequest, SimulationPage>(
  async (input, call) => {
    const arn = readText('PolicySourceArn', input.PolicySourceArn, { shortest: 20, longest: 2048 });
    await call.permit([{ arn, keys: {} }]);
    const { principal, policies } = await sourceOf(call, arn);
    const added = readPolicies('PolicyInputList', input.PolicyInputList, 'identity');
    const boundary = readBoundaryInput(input.PermissionsBoundaryPolicyInputList);
    return simulate(call, input, {
      principal,
      policies: { ...policies, identity: [...policies.identity, ...added], ...boundary },
      known: callerKeys({ principal }),
    });
  },
);

type Source = { principal: RequestPrincipal; policies: Pick<Policies, 'identity' | 'boundary'> };

async function sourceOf({ tx, scope }: AccountCall, arn: string): Promise<Source> {
  const { account } = scope;
  const [, owner, kind, path, name = ''] = SOURCE.exec(arn) ?? [];
  if (owner !== account)
    throw invalidIamInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  if (kind === 'user') {
    const user = await findEntity(tx, account, users, name);
    if (user?.Path !== path || !user) throw noSuchEntity(users.notFound(name));
    return callerPolicies(tx, userPrincipal(account, user));
  }
  if (kind === 'group') {
    const group = await findEntity(tx, account, groups, name);
    if (group?.Path !== path || !group) throw noSuchEntity(groups.notFound(name));
    const policies = await policiesOf(tx, account, [{ owner: group, source: 'group' }]);
    return { principal: { type: 'user', arn, account, id: group.GroupId }, policies };
  }
  const role = await findEntity(tx, account, roles, name);
  if (role?.Path !== path || !role) throw noSuchEntity(roles.notFound(name));
  const { RoleName, RoleId } = role;
  // Every session of it has these policies; what a session adds is not simulated.
  const session = { issuedAtMs: 0, expiresAtMs: 0 };
  const found = await callerPolicies(tx, {
    kind: 'assumed-role',
    account,
    arn,
    RoleName,
    RoleId,
    RoleSessionName: 'simulated',
    session,
  });
  return { ...found, principal: { ...found.principal, arn } };
}
