/** ClearInstanceFaults, `DELETE /openimds/instances/:InstanceId/faults`: its metadata service is as it should be again. */

import { changeFaults, type DescribedFaults, withoutFaults } from '../../instance-faults.ts';
import { expectPathOnly, type OwnAction } from '../../own-call.ts';

/** @throws UnknownParameter, and as `changeFaults` does */
export const clearInstanceFaults: OwnAction<DescribedFaults> = async (call) => {
  expectPathOnly(call);
  return changeFaults(call, withoutFaults());
};
