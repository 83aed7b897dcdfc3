/**
 * RebootInstances: running instances stay running and keep their addresses and their session tokens.
 */

import type { RebootInstancesRequest } from '@aws-sdk/client-ec2';
import { action } from '../../call.ts';
import { changeState } from '../../state-change.ts';

/** API/RebootInstances. It answers nothing but that it was heard. */
export const rebootInstances = action<RebootInstancesRequest, object>(async (input, call) => {
  await changeState(call, input, 'reboot');
  return {};
});
