/**
 * StopInstances: running instances become stopping, then stopped; their metadata service is gone until the next start.
 */

import type { StopInstancesRequest, StopInstancesResult } from '@aws-sdk/client-ec2';
import { unsupportedOperation } from '../../../aws-errors.ts';
import { action } from '../../call.ts';
import { changeState } from '../../state-change.ts';

/** API/StopInstances. No instance here is set up for hibernation, so that AWS's answer to it is a refusal. */
export const stopInstances = action<StopInstancesRequest, StopInstancesResult>(async (input, call) => {
  if (input.Hibernate) throw unsupportedOperation('The instance is not configured for hibernation');
  return { StoppingInstances: await changeState(call, input, 'stop') };
});
