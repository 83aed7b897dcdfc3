/**
 * The services that speak AWS's Query protocol, by the name that signatures and policies have for them.
 */

import { operationNotFound } from '../aws-errors.ts';
import { ec2 as ec2Model } from '../protocol/ec2.ts';
import { iam as iamModel } from '../protocol/iam.ts';
import type { Service } from '../protocol/model.ts';
import { sts as stsModel } from '../protocol/sts.ts';
import { callAccountAction } from './account-call.ts';
import { ec2Actions } from './actions/ec2/index.ts';
import { iamActions } from './actions/iam/index.ts';
import { stsActions } from './actions/sts/index.ts';
import type { AccountAction } from './call.ts';
import { type CallerOf, type ControlPlane, callAction } from './dispatch.ts';

export type QueryService = {
  name: string;
  model: Service;
  /** Whether it is offered. */
  has(action: string): boolean;
  /** Runs one action whose input has been read already. */
  call(action: string, input: object, caller: CallerOf, controlPlane: ControlPlane): Promise<object>;
};

export const ec2: QueryService = {
  name: 'ec2',
  model: ec2Model,
  has: (action) => Object.hasOwn(ec2Actions, action),
  call: callAction,
};

const iam = accountService('iam', iamModel, iamActions);
const sts = accountService('sts', stsModel, stsActions);

/** Undefined for a name that none has. */
export function findQueryService(name: string): QueryService | undefined {
  return [ec2, iam, sts].find((service) => service.name === name);
}

function accountService(
  service: 'iam' | 'sts',
  model: Service,
  actions: Readonly<Record<string, AccountAction>>,
): QueryService {
  return {
    name: service,
    model,
    has: (action) => Object.hasOwn(actions, action),
    async call(name, input, caller, controlPlane) {
      const run = actions[name];
      if (!run) throw operationNotFound(name);
      return callAccountAction({ service, name, run }, input, caller, controlPlane);
    },
  };
}
