/** ClearInstanceFaults, `DELETE /openimds/instances/:InstanceId/faults`: its metadata service is as it should be again. */

import { changeFaults, type DescribedFaults, withoutFaults } from '../../instance-faults.ts';
import type { OwnAction } from '../../own-call.ts';

/** @throws as `changeFaults` does */
export const clearInstanceFaults: OwnAction<DescribedFaults> = (call) => changeFaults(call, withoutFaults());
