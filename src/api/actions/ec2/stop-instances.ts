/**
 * StopInstances: running instances become stopping, then stopped; their metadata service is gone until the next start.
 */

import type { StopInstancesRequest, StopInstancesResult } from '@aws-sdk/client-ec2';
import { unsupportedOperation } from '../../../aws-errors.ts';
import { action, type Call } from '../../call.ts';
import { findInstances, instanceArns } from '../../instances.ts';
import { changeState } from '../../state-change.ts';

/** API/StopInstances. */
export const stopInstances = action<StopInstancesRequest, StopInstancesResult>(async (input, call) => {
  if (input.Hibernate) await refuseToHibernate(input, call);
  return { StoppingInstances: await changeState(call, input, 'stop') };
});

/** Nothing here keeps an instance's memory, so that not even one that is configured for it can hibernate. */
async function refuseToHibernate(input: StopInstancesRequest, call: Call): Promise<never> {
  const instances = await findInstances(call, input.InstanceIds);
  await call.permit(instanceArns(call, instances), input.DryRun);
  const areConfigured = instances.every(({ HibernationConfigured }) => HibernationConfigured);
  throw unsupportedOperation(
    areConfigured
      ? 'openimds: instances stop, but do not hibernate (docs/scope.md)'
      : 'The instance is not configured for hibernation',
  );
}
