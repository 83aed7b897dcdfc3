/**
 * ModifyInstanceFaults, `PATCH /openimds/instances/:InstanceId/faults`: changes the faults that it is told, takes away
 * those that are null, and leaves the others.
 *
 * `{"ExpireTokens": true}` is no fault that stays: the session tokens that were handed out until now are refused, as they
 * are after a stop and a start, and new ones are good at once.
 */

import { changeFaults, type DescribedFaults, readFaultsChange } from '../../instance-faults.ts';
import { expectNoParameters, type OwnAction } from '../../own-call.ts';

/** @throws UnknownParameter, InvalidParameterValue, and as `changeFaults` does */
export const modifyInstanceFaults: OwnAction<DescribedFaults> = async (call) => {
  expectNoParameters(call);
  return changeFaults(call, readFaultsChange(call.body));
};
