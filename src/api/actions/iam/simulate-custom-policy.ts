/**
 * SimulateCustomPolicy: what policies would decide that are in the request and nowhere else.
 */

import type { SimulateCustomPolicyRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { readBoundaryInput, readPolicies, type SimulationPage, simulate } from '../../iam/simulation.ts';

/** API/SimulateCustomPolicy. */
export const simulateCustomPolicy = accountAction<SimulateCustomPolicyRequest, SimulationPage>(async (input, call) => {
  await call.permit([{ arn: '*', keys: {} }]);
  const { account } = call.scope;
  const arn = input.CallerArn ?? `arn:${call.partition}:iam::${account}:user/simulated`;
  const policies = {
    identity: readPolicies('PolicyInputList', input.PolicyInputList, 'identity'),
    ...readBoundaryInput(input.PermissionsBoundaryPolicyInputList),
  };
  return simulate(call, input, { principal: { type: 'user', arn, account, id: account }, policies });
});
