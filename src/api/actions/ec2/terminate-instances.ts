/**
 * TerminateInstances: instances become shutting-down, then terminated, and are forgotten an hour later.
 */

import type { TerminateInstancesRequest, TerminateInstancesResult } from '@aws-sdk/client-ec2';
import { action } from '../../call.ts';
import { changeState } from '../../state-change.ts';

/** API/TerminateInstances. */
export const terminateInstances = action<TerminateInstancesRequest, TerminateInstancesResult>(async (input, call) => ({
  TerminatingInstances: await changeState(call, input, 'terminate'),
}));
