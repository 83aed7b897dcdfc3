/**
 * StartInstances: stopped instances become pending, then running; their earlier session tokens end.
 */

import type { StartInstancesRequest, StartInstancesResult } from '@aws-sdk/client-ec2';
import { action } from '../../call.ts';
import { changeState } from '../../state-change.ts';

/** API/StartInstances. */
export const startInstances = action<StartInstancesRequest, StartInstancesResult>(async (input, call) => ({
  StartingInstances: await changeState(call, input, 'start'),
}));
